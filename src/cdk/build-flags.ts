import { isLambdaArchitecture } from '../build/elf-check.js';
import { parseTarget } from '../build/target.js';
import type { Complaint } from './construct-error.js';

/** Lambda's names. */
export type LambdaArchitecture = 'x86_64' | 'arm64';

export interface BuildFlags {
  /** What is handed on to `crablet build`, but for what names the binaries and where they go. */
  readonly argv: readonly string[];
  /** Of a `--target`, which decides the architecture of the function, too. */
  readonly architecture: LambdaArchitecture | undefined;
}

/** Flags that the construct sets itself, and what says the same in its props. */
const BELONGS_TO_PROPS: Readonly<Record<string, string>> = {
  '--bin': "binaryName: '…'",
  '--manifest-path': "manifestPath: '…'",
  '--arm64': 'architecture: Architecture.ARM_64',
  '--x86-64': 'architecture: Architecture.X86_64',
  '--extension': 'new RustExtension(…)',
  '--internal': 'new RustExtension(…) with internal: true',
};
const MADE_HERE = new Set([
  '--lambda-dir',
  '-l',
  '--output-format',
  '-o',
  '--flatten',
  '--output',
  '--dry-run',
]);

/** The flags of a build: those that were given, and those that the other options stand for where they say nothing. */
export function buildFlags(
  given: readonly string[],
  profile: string,
  architecture: LambdaArchitecture,
): BuildFlags | Complaint {
  const names = given.map((word) => word.replace(/=.*$/, ''));
  const refused = names.find((name) => name in BELONGS_TO_PROPS || MADE_HERE.has(name));
  if (refused) return refusal(refused);
  const at = names.indexOf('--target');
  const target = at === -1 ? undefined : valueAt(given, at);
  const ofTarget = target === undefined ? undefined : parseTarget(target).architecture;
  if (target !== undefined && ofTarget === undefined) return notForLambda(target);
  const hasProfile = names.some((name) => ['--profile', '--release', '-r', '--debug'].includes(name));
  return {
    architecture: ofTarget && lambdaName(ofTarget),
    argv: [
      ...(hasProfile ? [] : profileArgv(profile)),
      ...(target === undefined ? [architecture === 'arm64' ? '--arm64' : '--x86-64'] : []),
      // It says what is so without a profile; cargo has no such flag.
      ...given.filter((word) => word !== '--debug'),
    ],
  };
}

function profileArgv(profile: string): string[] {
  return profile === 'release' ? ['--release'] : ['--profile', profile === 'debug' ? 'dev' : profile];
}

function valueAt(given: readonly string[], at: number): string {
  const [, value] = /^[^=]*=(.*)$/.exec(given[at] ?? '') ?? [];
  return value ?? given[at + 1] ?? '';
}

function lambdaName(rust: string): LambdaArchitecture {
  return isLambdaArchitecture(rust) && rust === 'aarch64' ? 'arm64' : 'x86_64';
}

function refusal(flag: string): Complaint {
  const prop = BELONGS_TO_PROPS[flag];
  return {
    what: `cargoLambdaFlags has ${flag}, which the construct sets itself.`,
    fix: prop ? `Write ${prop}` : `Take ${flag} out: the construct decides what is written where.`,
  };
}

function notForLambda(target: string): Complaint {
  return {
    what: `cargoLambdaFlags has the target '${target}', which Lambda does not run.`,
    fix: 'Write one for Linux, such as x86_64-unknown-linux-musl or aarch64-unknown-linux-gnu.',
  };
}
