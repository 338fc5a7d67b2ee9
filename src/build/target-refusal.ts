import { UserError } from '../errors.js';
import { isNewer, parseRelease, show } from './glibc.js';
import type { Host } from './host.js';
import { runtimeFacts } from './runtimes.js';
import { parseTarget, type Target } from './target.js';
import type { WayQuestion } from './way.js';

/** What no way to build can make of the target that is asked for; undefined when it may be one. */
export function refuseTarget(question: WayQuestion): UserError | undefined {
  const { wanted, several = [], compiler, host } = question;
  if (several.length > 0) {
    return usage(
      `Cargo's configuration (build.target) names several targets, ${several.join(' and ')}, and a function is for one.`,
      `Say which: crablet build --target ${several[0]}`,
    );
  }
  if (wanted === undefined || compiler?.type === 'command') return undefined;
  const target = parseTarget(wanted);
  if (isOfLambda(target)) return refuseKind(target, question);
  // A file describes one that has no name, and `watch` may serve what this very machine runs.
  const isServed = target.triple.endsWith('.json') || OWN_TARGETS[host.system]?.test(target.triple);
  return isServed ? undefined : notOfLambda(wanted);
}

export function isOfLambda({ architecture, libc }: Target): boolean {
  return architecture !== undefined && libc !== 'other';
}

const OWN_TARGETS: Partial<Record<Host['system'], RegExp>> = {
  macos: /-apple-darwin$/,
  windows: /-windows-/,
};

function notOfLambda(wanted: string): UserError {
  const [, triple, suffix] = /^(.+-linux-(?:gnu|musl))\.(.*)$/.exec(wanted) ?? [];
  if (triple !== undefined && isOfLambda(parseTarget(triple))) {
    return usage(
      `The target ${wanted} ends with .${suffix}, which is no release of glibc such as .2.34.`,
      `Write --target ${triple}, or --target ${triple.replace(/musl$/, 'gnu')}.2.34`,
    );
  }
  return usage(
    `Lambda runs Linux on x86_64 and arm64, and ${wanted || 'an empty --target'} is a target for neither.`,
    'Write --arm64, --x86-64, or one such as --target aarch64-unknown-linux-gnu',
  );
}

/** A C library that the compiler or the runtime does not have. */
function refuseKind({ triple, glibc, libc }: Target, question: WayQuestion): UserError | undefined {
  const { compiler, runtime } = question;
  const type = compiler?.type ?? 'auto';
  if (type === 'musl' && libc === 'gnu') {
    return usage(
      `--compiler musl and the target ${triple} are both asked for, and that target is glibc's.`,
      `Leave one of them out, or write --target ${triple.replace(/gnu$/, 'musl')}`,
    );
  }
  if (glibc === undefined) return undefined;
  if (type === 'cross' || type === 'docker' || (type === 'cargo' && !compiler?.subcommand)) {
    return usage(
      `${NAMES[type]} cannot build for ${triple}.${glibc}: the release of glibc behind a target is cargo-zigbuild's.`,
      `Build with --compiler cargo-zigbuild, or for --target ${triple}`,
    );
  }
  const there = runtimeFacts(runtime);
  const asked = parseRelease(glibc);
  if (asked && isNewer(asked, there.glibc)) {
    return usage(
      `The target ${triple}.${glibc} is for glibc ${glibc}, and ${there.name} has ${show(there.glibc)}.`,
      `Write --target ${triple}.${show(there.glibc)}, or the target without a release of glibc`,
    );
  }
  return undefined;
}

const NAMES = { cargo: 'Plain cargo', cross: 'cross', docker: 'cargo in a container' } as const;

function usage(what: string, fix: string): UserError {
  return new UserError('usage.arguments', { what, fix });
}
