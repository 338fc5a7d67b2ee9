import type { ElfFacts, ElfResult } from './elf.js';
import { type GlibcNeed, glibcNeeds, isNewer, minimumGlibc, type Release, show } from './glibc.js';
import { runtimeFacts } from './runtimes.js';

/** A reason why a binary could not start on Lambda, and what to do about it. */
export interface ElfProblem {
  readonly kind: 'format' | 'architecture' | 'glibc' | 'library' | 'loader' | 'size' | 'layout';
  readonly what: string;
  readonly fix: string;
  /** Of `glibc`: the symbols that the runtime does not have. */
  readonly symbols?: readonly string[];
  /** Of `library`: its file name. */
  readonly library?: string;
}

export interface Expectation {
  /** Lambda's name, such as `provided.al2023`. */
  readonly runtime: string;
  /** The architecture that was asked for; without it either of Lambda's two will do. */
  readonly architecture?: Architecture | undefined;
  /** File names of libraries that come along, in the zip's `lib/`. */
  readonly bundled?: readonly string[];
  /** A layer may bring libraries that cannot be seen from here. */
  readonly hasLayers?: boolean;
}

export type Architecture = 'x86_64' | 'aarch64';

/** What the base of both runtimes has: glibc's own libraries and GCC's unwinder. */
const BASE_LIBRARIES =
  /^(libc|libm|libdl|libpthread|librt|libutil|libresolv|libgcc_s)\.so(\.\d+)*$|^ld-linux-(x86-64|aarch64)\.so\.\d$/;

const LOADERS: Readonly<Record<Architecture, string>> = {
  x86_64: '/lib64/ld-linux-x86-64.so.2',
  aarch64: '/lib/ld-linux-aarch64.so.1',
};

/** Everything that would keep the binary from starting there; nothing found means it starts. */
export function checkElf(result: ElfResult, expectation: Expectation): ElfProblem[] {
  if (result.kind === 'refused') {
    const what = `It is no program that Lambda can start: ${result.detail}.`;
    const fix =
      result.why === 'not-elf'
        ? 'Build for Linux, with --target x86_64-unknown-linux-gnu or --arm64, and a linker for it; or build on Linux.'
        : 'The file is damaged: build it again, after cargo clean.';
    return [{ kind: 'format', what, fix }];
  }
  const { facts } = result;
  return [
    ...checkType(facts),
    ...checkArchitecture(facts, expectation),
    ...checkLoader(facts),
    ...checkGlibc(facts, expectation),
    ...checkLibraries(facts, expectation),
  ];
}

export function isLambdaArchitecture(name: string): name is Architecture {
  return name === 'x86_64' || name === 'aarch64';
}

function checkType({ type, interpreter, libraries }: ElfFacts): ElfProblem[] {
  // A program without a loader is a static one, and has no libraries to be loaded.
  if (type === 'shared' && interpreter === undefined && libraries.length > 0) {
    return [
      {
        kind: 'format',
        what: 'It is a shared library, not a program: it names no loader.',
        fix: 'Name a binary that cargo has linked: a [[bin]] or src/main.rs makes one, a cdylib does not.',
      },
    ];
  }
  if (type === 'executable' || type === 'shared') return [];
  return [
    {
      kind: 'format',
      what: 'It is an object file, not a program.',
      fix: 'Name a binary that cargo has linked.',
    },
  ];
}

function checkArchitecture(
  { architecture, bits }: ElfFacts,
  { architecture: wanted }: Expectation,
): ElfProblem[] {
  if (wanted !== undefined && architecture !== wanted) {
    const what = `It is built for ${architecture}, but ${wanted} was asked for.`;
    const option = wanted === 'aarch64' ? '--arm64' : '--x86-64';
    return [
      {
        kind: 'architecture',
        what,
        fix: `Build with ${option}, and without another build.target in cargo's configuration.`,
      },
    ];
  }
  if (isLambdaArchitecture(architecture) && bits === 64) return [];
  const what = `It is built for ${architecture} (${bits} bits), but Lambda runs x86_64 and arm64 only.`;
  return [{ kind: 'architecture', what, fix: 'Build with --x86-64 or --arm64.' }];
}

function checkLoader({ interpreter, architecture }: ElfFacts): ElfProblem[] {
  if (interpreter === undefined || !isLambdaArchitecture(architecture)) return [];
  if (interpreter === LOADERS[architecture]) return [];
  // Amazon Linux 2023 merges /lib64 and /usr/lib64, so both spellings exist.
  if (interpreter === `/usr${LOADERS[architecture]}`) return [];
  const fix = interpreter.includes('ld-musl')
    ? 'Link musl statically: RUSTFLAGS="-C target-feature=+crt-static" crablet build …'
    : `Build with an ordinary Linux toolchain, or mend the file: patchelf --set-interpreter ${LOADERS[architecture]} bootstrap`;
  return [
    { kind: 'loader', what: `It asks for the loader ${interpreter}, which Lambda does not have.`, fix },
  ];
}

function checkGlibc(facts: ElfFacts, { runtime }: Expectation): ElfProblem[] {
  const { name, glibc: there } = runtimeFacts(runtime);
  const missing = glibcNeeds(facts).filter(({ release }) => isNewer(release, there));
  if (missing.length === 0) return [];
  const newest = minimumGlibc(facts);
  const needs = newest ? `It needs glibc ${newest}` : 'It needs a private version of glibc';
  return [
    {
      kind: 'glibc',
      what: `${needs}, but ${name} has ${show(there)}: ${missing.map(describe).join('; ')}.`,
      fix: mendGlibc(facts, there),
      symbols: missing.flatMap(({ symbols }) => symbols),
    },
  ];
}

function describe({ version, symbols }: GlibcNeed): string {
  const named = symbols.slice(0, 5).join(', ');
  const more = symbols.length > 5 ? ` and ${symbols.length - 5} more` : '';
  return symbols.length > 0 ? `${named}${more} (${version})` : version;
}

function mendGlibc({ architecture }: ElfFacts, there: Release): string {
  const machine = isLambdaArchitecture(architecture) ? architecture : 'x86_64';
  return [
    `Link against glibc ${show(there)} with Zig: python3 -m pip install cargo-zigbuild, then crablet build --target ${machine}-unknown-linux-gnu.${show(there)},`,
    'or build on a system that has no newer one (an amazonlinux or debian:bullseye image, or --compiler docker),',
    `or do without glibc: rustup target add ${machine}-unknown-linux-musl, then crablet build --target ${machine}-unknown-linux-musl`,
  ].join(' ');
}

function checkLibraries(
  facts: ElfFacts,
  { bundled = [], hasLayers = false, runtime }: Expectation,
): ElfProblem[] {
  if (hasLayers) return [];
  const missing = facts.libraries.filter((name) => !BASE_LIBRARIES.test(name) && !bundled.includes(name));
  return missing.map((name) => ({
    kind: 'library',
    library: name,
    what: `It needs the library ${name}, which ${runtime} does not have.`,
    fix: `Link it statically (many crates have a 'vendored', 'bundled' or 'static' feature), or ship it: --output-format zip --include lib/${name}:/path/to/${name}`,
  }));
}
