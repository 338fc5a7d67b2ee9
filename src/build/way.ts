import { UserError } from '../errors.js';
import type { Compiler } from '../project/compiler.js';
import type { Architecture } from './elf-check.js';
import { isNewer, parseRelease, show } from './glibc.js';
import type { Host } from './host.js';
import { runtimeFacts } from './runtimes.js';
import { gnu, musl, parseTarget, type Target } from './target.js';
import { isOfLambda, refuseTarget } from './target-refusal.js';
import type { Program, Tools, Zig } from './tools.js';
import { missingTools } from './way-missing.js';

/** How a function is compiled. */
export type Way =
  /** Without a target cargo takes its own default. */
  | { readonly kind: 'cargo'; readonly target: string | undefined; readonly linker?: 'rust-lld' | undefined }
  | { readonly kind: 'zigbuild'; readonly target: string; readonly zig: Zig; readonly zigbuild: Program }
  | { readonly kind: 'cross'; readonly target: string }
  | {
      readonly kind: 'docker';
      readonly program: string;
      readonly image: string;
      readonly target: string;
      /** Whose files they will be: `uid:gid`. */
      readonly user: string | undefined;
    }
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly target: string | undefined };

export type Verdict =
  | { readonly kind: 'way'; readonly way: Way; readonly why: string }
  /** Only what is installed decides: ask again with the tools. */
  | { readonly kind: 'needs-tools' }
  | { readonly kind: 'refused'; readonly error: UserError };

export interface WayQuestion {
  /**
   * The target that was asked for, or that cargo's configuration names; none for `--arm64` or `--x86-64` of a machine that
   * is one: then it is a plain build.
   */
  readonly wanted: string | undefined;
  /** Where cargo's configuration names more than one. */
  readonly several?: readonly string[] | undefined;
  readonly runtime: string;
  readonly host: Host;
  /** The glibc of this machine, where it matters: for a runtime with an old one. */
  readonly hostGlibc?: string | undefined;
  readonly compiler: Compiler | undefined;
  /** The glibc that the last plain build of this function turned out to need, when that was too new. */
  readonly needed?: string | undefined;
  /** Triples for which cargo's configuration or the environment names a linker. */
  readonly linkers: readonly string[];
  /** Whether a crate of the lock file compiles C; undefined when that is not known. */
  readonly compilesC: boolean | undefined;
}

/** The table of ways (docs/build.md). Tools are looked for only when they decide: a plain build starts at once. */
export function chooseWay(question: WayQuestion, tools?: Tools): Verdict {
  const { compiler } = question;
  const error = refuseTarget(question);
  if (error) return { kind: 'refused', error };
  switch (compiler?.type ?? 'auto') {
    case 'auto':
      return chooseFreely(question, tools);
    case 'cargo':
      return way(
        { kind: 'cargo', target: question.wanted },
        `${compiler?.subcommand ? `cargo ${compiler.subcommand.join(' ')}` : 'plain cargo'}: it is the compiler that was chosen`,
      );
    case 'cargo-zigbuild':
      return throughZig(question, tools, 'it is the compiler that was chosen');
    case 'musl':
      return throughMusl(question, tools, 'it is the compiler that was chosen');
    case 'cross':
      return throughCross(question, tools);
    case 'docker':
      return throughDocker(question, tools);
    case 'command': {
      const command = compiler?.command ?? [];
      const why = `${command.join(' ')}: it is the compiler that was chosen`;
      return { kind: 'way', way: { kind: 'command', command, target: question.wanted }, why };
    }
    default:
      throw new Error(`compiler ${compiler?.type}`);
  }
}

function chooseFreely(question: WayQuestion, tools: Tools | undefined): Verdict {
  const { wanted, host, runtime, needed, hostGlibc } = question;
  const target = wanted === undefined ? undefined : parseTarget(wanted);
  if (target?.glibc) return throughZig(question, tools, `glibc ${target.glibc} was asked for`);
  const isOwn = target === undefined ? host.system === 'linux' : target.triple === host.triple;
  const facts = runtimeFacts(runtime);
  if (isOwn && needed !== undefined) {
    const why = `the last plain build needed glibc ${needed}, and ${facts.name} has ${show(facts.glibc)}`;
    return throughZig(question, tools, why);
  }
  const here = hostGlibc === undefined ? undefined : parseRelease(hostGlibc);
  if (isOwn && here && isNewer(here, facts.glibc) && facts.glibc[1] < MERGED_LIBRARIES) {
    const why = `${facts.name} has glibc ${show(facts.glibc)}, and this machine ${hostGlibc}`;
    const verdict = throughZig(question, tools, why);
    // The check of the result has the last word: a small function may do without what is newer.
    return verdict.kind === 'refused' ? plain(question) : verdict;
  }
  if (isOwn) return plain(question);
  if (target && question.linkers.includes(target.triple)) {
    return way(
      { kind: 'cargo', target: target.triple },
      `plain cargo: a linker for ${target.triple} is configured`,
    );
  }
  if (target?.libc === 'musl') return throughMusl(question, tools, 'a target of musl was asked for');
  if (target && !isOfLambda(target)) {
    return way({ kind: 'cargo', target: target.triple }, `plain cargo: ${target.triple} was asked for`);
  }
  return throughZig(question, tools, reasonForAnother(question));
}

/**
 * glibc 2.34 took the functions of libpthread and libdl into libc under new versions (its NEWS), so that every program
 * linked against it or a newer one needs 2.34.
 */
const MERGED_LIBRARIES = 34;

function plain({ wanted, host }: WayQuestion): Verdict {
  return way(
    { kind: 'cargo', target: wanted },
    `plain cargo: this machine runs Linux on ${host.architecture ?? 'its own processor'}, as the function will`,
  );
}

/** The target that Lambda runs, of what was asked for or, without that, of this machine; x86_64 is Lambda's own default. */
function lambdaTarget({ wanted, host }: WayQuestion): Target {
  const own = host.system === 'linux' ? host.architecture : undefined;
  return parseTarget(wanted ?? gnu(own ?? 'x86_64'));
}

function reasonForAnother({ wanted, host }: WayQuestion): string {
  const { architecture } = parseTarget(wanted ?? gnu('x86_64'));
  if (host.system === 'linux' && architecture === host.architecture)
    return 'this Linux has another C library than Lambda';
  if (host.system !== 'linux') return `Lambda runs Linux, and this machine ${SYSTEM_NAMES[host.system]}`;
  return `the function is for ${aws(architecture)}, and this machine is ${aws(host.architecture)}`;
}

const SYSTEM_NAMES = { linux: 'Linux', macos: 'macOS', windows: 'Windows', other: 'another system' } as const;

function aws(architecture: Architecture | undefined): string {
  return architecture === 'aarch64' ? 'arm64' : (architecture ?? 'another processor');
}

function throughZig(question: WayQuestion, tools: Tools | undefined, reason: string): Verdict {
  if (!tools) return { kind: 'needs-tools' };
  const target = lambdaTarget(question);
  const { glibc } = runtimeFacts(question.runtime);
  const missing = missingTools('zigbuild', target.triple, tools);
  const { zig, zigbuild } = tools;
  if (missing.length === 0 && zig && zigbuild) {
    const release = target.libc === 'gnu' ? (target.glibc ?? show(glibc)) : undefined;
    const spelt = release ? `${target.triple}.${release}` : target.triple;
    const what = release ? `cargo-zigbuild with glibc ${release}` : 'cargo-zigbuild';
    return way({ kind: 'zigbuild', target: spelt, zig, zigbuild }, `${what}: ${reason}`);
  }
  const instead = target.architecture && musl(target.architecture);
  const free = question.compiler === undefined || question.compiler.type === 'auto';
  // Nothing but what is there already: a static binary, which every runtime starts.
  if (
    free &&
    !target.glibc &&
    instead &&
    question.compilesC === false &&
    tools.standardLibraries.includes(instead)
  ) {
    return way(
      { kind: 'cargo', target: instead, linker: 'rust-lld' },
      `musl, linked by rust-lld: ${reason}; no crate compiles C, and cargo-zigbuild cannot be used here`,
    );
  }
  return refused(
    `Building for ${target.triple} goes through cargo-zigbuild (${reason}), and ${missing.map(({ what }) => what).join('; ')}.`,
    missing.map(({ fix }) => fix).join(' && '),
  );
}

function throughMusl(question: WayQuestion, tools: Tools | undefined, reason: string): Verdict {
  const { architecture } = lambdaTarget(question);
  const { host } = question;
  const triple = musl(architecture ?? 'x86_64');
  const isOwn = host.system === 'linux' && host.architecture === architecture;
  // Rust brings all that linking takes; only C wants a compiler for musl.
  if (isOwn && !question.compilesC) {
    return way({ kind: 'cargo', target: triple }, `plain cargo for musl: ${reason}`);
  }
  if (!tools) return { kind: 'needs-tools' };
  if (isOwn && tools.muslCompilers.includes(triple)) {
    return way(
      { kind: 'cargo', target: triple },
      `plain cargo for musl: ${reason}, and there is a C compiler for it`,
    );
  }
  if (question.compilesC === false && tools.standardLibraries.includes(triple)) {
    return way(
      { kind: 'cargo', target: triple, linker: 'rust-lld' },
      `musl, linked by rust-lld: ${reason}, and no crate compiles C`,
    );
  }
  const why = question.compilesC ? 'a crate compiles C' : 'a crate may compile C';
  return throughZig({ ...question, wanted: triple }, tools, `${reason}, and ${why}`);
}

function throughCross(question: WayQuestion, tools: Tools | undefined): Verdict {
  if (!tools) return { kind: 'needs-tools' };
  const { triple } = lambdaTarget(question);
  const missing = missingTools('cross', triple, tools);
  if (missing.length === 0)
    return way({ kind: 'cross', target: triple }, 'cross: it is the compiler that was chosen');
  return refused(
    `Building with cross was asked for, and ${missing.map(({ what }) => what).join('; ')}.`,
    missing.map(({ fix }) => fix).join(' && '),
  );
}

/** Debian 11 has glibc 2.31, so what is built there starts on Amazon Linux 2023. */
const RUST_IMAGE = 'rust:1-bullseye';

function throughDocker(question: WayQuestion, tools: Tools | undefined): Verdict {
  const { runtime, compiler } = question;
  if (!compiler?.image && runtimeFacts(runtime).glibc[1] < 31) {
    return refused(
      `The image ${RUST_IMAGE}, which is taken without another, has a newer glibc than ${runtime}.`,
      'Name an image of your own that has cargo: --compiler docker:IMAGE',
    );
  }
  if (!tools) return { kind: 'needs-tools' };
  const { triple } = lambdaTarget(question);
  const missing = missingTools('docker', triple, tools);
  if (missing.length > 0 || !tools.docker) {
    return refused(
      'Building with Docker was asked for, and neither docker nor podman is on PATH.',
      'Install one of them, or build with --compiler auto',
    );
  }
  const image = compiler?.image ?? RUST_IMAGE;
  return way(
    { kind: 'docker', program: tools.docker.path, image, target: triple, user: question.host.user },
    `cargo in ${image}: Docker is the compiler that was chosen`,
  );
}

function way(chosen: Way, why: string): Verdict {
  return { kind: 'way', way: chosen, why };
}

function refused(what: string, fix: string): Verdict {
  return { kind: 'refused', error: new UserError('environment.missing-tool', { what, fix }) };
}
