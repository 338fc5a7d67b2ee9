import * as v from 'valibot';
import type { Kind } from './kinds.js';

export const COMPILERS = ['auto', 'cargo', 'cargo-zigbuild', 'musl', 'cross', 'docker', 'command'] as const;

/** `[…build.compiler]` as Cargo Lambda reads it, a name or a table, with ways to build of our own beside. */
export interface Compiler {
  readonly type: (typeof COMPILERS)[number];
  /** Of cargo, in the place of `build`: `["zigbuild"]` runs `cargo zigbuild`. */
  readonly subcommand?: readonly string[] | undefined;
  readonly extra_args?: readonly string[] | undefined;
  /** Of docker: the image that has cargo. */
  readonly image?: string | undefined;
  /** What is run in the place of cargo, with cargo's arguments behind it. */
  readonly command?: readonly string[] | undefined;
}

/** Shorter words that people try. */
const ALSO: Readonly<Record<string, Compiler['type']>> = {
  zig: 'cargo-zigbuild',
  zigbuild: 'cargo-zigbuild',
};

function typeNamed(name: string): string {
  const plain = name.toLowerCase().replaceAll('_', '-');
  return ALSO[plain] ?? plain;
}

const TYPE = v.pipe(v.string(), v.transform(typeNamed), v.picklist(COMPILERS));

/** A text as a flag or a variable gives it: a name, `docker:IMAGE`, or a command (with a blank or a slash). */
export function compilerFromText(text: string): Compiler | undefined {
  const type = COMPILERS.find((name) => name === typeNamed(text));
  if (type && type !== 'command') return { type };
  const image = /^docker:(.+)$/.exec(text)?.[1];
  if (image) return { type: 'docker', image };
  const command = text.split(/\s+/).filter((word) => word !== '');
  return /[\s/\\]/.test(text) && command.length > 0 ? { type: 'command', command } : undefined;
}

const TABLE = v.pipe(
  v.strictObject({
    type: TYPE,
    subcommand: v.optional(v.array(v.string())),
    extra_args: v.optional(v.array(v.string())),
    image: v.optional(v.string()),
    command: v.optional(v.pipe(v.array(v.string()), v.minLength(1))),
  }),
  v.check(({ type, command }) => (type === 'command') === (command !== undefined)),
);

const TEXT = v.pipe(
  v.string(),
  v.transform(compilerFromText),
  v.custom<Compiler>((value) => value !== undefined),
);

export const compiler: Kind<Compiler> = {
  schema: v.union([TEXT, TABLE]),
  expected:
    '"auto", "cargo", "cargo-zigbuild", "musl", "cross", "docker" or a command line, or a table such as { type = "cargo", subcommand = ["zigbuild"] }, { type = "docker", image = "…" } or { type = "command", command = ["./my-cargo"] }',
  json: { type: ['string', 'object'] },
  merges: 'replace',
  fromText: (text) => text,
};
