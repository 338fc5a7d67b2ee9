import { parseTarget } from './target.js';
import type { Tools } from './tools.js';
import type { Way, WayQuestion } from './way.js';
import { type Missing, missingStandardLibrary } from './way-missing.js';

export interface ObstacleFacts {
  readonly tools: Tools;
  /** The triples that were asked about, of all that Rust may have. */
  readonly triples: readonly string[];
  /** Whether there is a C compiler, which Rust links with. */
  readonly links: boolean;
  /** What else was found out about what the way starts: why that cannot be. */
  readonly starts: Missing | undefined;
}

/**
 * What would end a build that has chosen this way. A build itself does not ask: it is told by what it starts, and need not
 * wait for the answer where all is well.
 */
export function obstacle(way: Way, question: WayQuestion, facts: ObstacleFacts): Missing | undefined {
  if (way.kind !== 'cargo') return facts.starts;
  const target = way.target === undefined ? undefined : parseTarget(way.target).triple;
  if (target !== undefined && facts.triples.includes(target)) {
    const [missing] = missingStandardLibrary(target, facts.tools);
    if (missing) return missing;
  }
  const triple = target ?? question.host.triple ?? '';
  const linksItself = way.linker !== undefined || question.linkers.includes(triple);
  if (linksItself) return undefined;
  const { architecture = question.host.architecture } = parseTarget(triple);
  if (architecture !== question.host.architecture) {
    return {
      what: `no linker for ${triple} is configured, and cc is of this machine`,
      fix: `Build with --compiler auto, or name one in .cargo/config.toml: [target.${triple}] linker = "…"`,
    };
  }
  return facts.links ? undefined : NO_LINKER[question.host.system];
}

export const NO_LINKER = {
  linux: {
    what: 'there is no C compiler (cc), which Rust links with',
    fix: 'sudo apt-get install gcc libc6-dev',
  },
  macos: { what: 'there is no C compiler (cc), which Rust links with', fix: 'xcode-select --install' },
  // MSVC's linker is none that is on PATH.
  windows: undefined,
  other: undefined,
} as const;
