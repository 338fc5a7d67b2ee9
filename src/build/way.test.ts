import { describe, expect, it } from 'vitest';
import type { Host } from './host.js';
import type { Program, Tools, Zig } from './tools.js';
import { chooseWay, type WayQuestion } from './way.js';

const LINUX: Host = {
  system: 'linux',
  architecture: 'x86_64',
  triple: 'x86_64-unknown-linux-gnu',
  user: '1000:1000',
};
const ARM_LINUX: Host = { ...LINUX, architecture: 'aarch64', triple: 'aarch64-unknown-linux-gnu' };
const ALPINE: Host = { ...LINUX, triple: undefined };
const MAC: Host = { system: 'macos', architecture: 'aarch64', triple: undefined, user: '501:20' };
const WINDOWS: Host = { system: 'windows', architecture: 'x86_64', triple: undefined, user: undefined };

const ZIG: Zig = { path: '/bin/zig', version: '0.15.2', found: 'on PATH' };
const ZIGBUILD: Program = { path: '/bin/cargo-zigbuild', version: '0.24.0' };
const ARM = 'aarch64-unknown-linux-gnu';
const ARM_MUSL = 'aarch64-unknown-linux-musl';
const X86 = 'x86_64-unknown-linux-gnu';
const MUSL = 'x86_64-unknown-linux-musl';

const ALL: Tools = {
  zig: ZIG,
  zigbuild: ZIGBUILD,
  cross: { path: '/bin/cross', version: '0.2.5' },
  docker: { path: '/bin/docker', version: '29.0.0' },
  standardLibraries: [ARM, X86, ARM_MUSL, MUSL],
  muslCompilers: [],
  rustup: true,
};
const NOTHING: Tools = {
  zig: undefined,
  zigbuild: undefined,
  cross: undefined,
  docker: undefined,
  standardLibraries: [],
  muslCompilers: [],
  rustup: true,
};

function ask(change: Partial<WayQuestion>, tools: Tools | undefined = ALL) {
  const question: WayQuestion = {
    wanted: undefined,
    runtime: 'provided.al2023',
    host: LINUX,
    compiler: undefined,
    linkers: [],
    compilesC: true,
    ...change,
  };
  return chooseWay(question, tools);
}

/** The way as a line: what is run, and for which target. */
function line(change: Partial<WayQuestion>, tools?: Tools): string {
  const verdict = ask(change, tools);
  if (verdict.kind !== 'way') return verdict.kind;
  const { kind, target } = verdict.way;
  const linker = verdict.way.kind === 'cargo' && verdict.way.linker ? ` with ${verdict.way.linker}` : '';
  return `${kind} ${target ?? '-'}${linker}`;
}

describe('chooseWay', () => {
  it.each<[string, Partial<WayQuestion>, string]>([
    ['this machine', {}, 'cargo -'],
    ["this machine's target, spelt out", { wanted: X86 }, `cargo ${X86}`],
    ['arm64 on arm64', { host: ARM_LINUX }, 'cargo -'],
    ['arm64 on x86_64', { wanted: ARM }, `zigbuild ${ARM}.2.34`],
    ['x86_64 on arm64', { wanted: X86, host: ARM_LINUX }, `zigbuild ${X86}.2.34`],
    ['arm64 for Amazon Linux 2', { wanted: ARM, runtime: 'provided.al2' }, `zigbuild ${ARM}.2.26`],
    ['a runtime nobody knows', { wanted: ARM, runtime: 'provided.al2026' }, `zigbuild ${ARM}.2.34`],
    ['a release of glibc', { wanted: `${X86}.2.28` }, `zigbuild ${X86}.2.28`],
    ['a Mac', { host: MAC }, `zigbuild ${X86}.2.34`],
    ['a Mac, arm64 asked for', { host: MAC, wanted: ARM }, `zigbuild ${ARM}.2.34`],
    ['Windows', { host: WINDOWS }, `zigbuild ${X86}.2.34`],
    ['Alpine', { host: ALPINE }, 'cargo -'],
    ['Alpine, glibc asked for', { host: ALPINE, wanted: X86 }, `zigbuild ${X86}.2.34`],
    ['musl of this machine', { wanted: MUSL, compilesC: false }, `cargo ${MUSL}`],
    ['musl of this machine, nothing resolved yet', { wanted: MUSL, compilesC: undefined }, `cargo ${MUSL}`],
    ['musl of this machine, with C', { wanted: MUSL }, `zigbuild ${MUSL}`],
    ['musl of another, with C', { wanted: ARM_MUSL }, `zigbuild ${ARM_MUSL}`],
    ['musl of another, without C', { wanted: ARM_MUSL, compilesC: false }, `cargo ${ARM_MUSL} with rust-lld`],
    ['a linker that is configured', { wanted: ARM, linkers: [ARM] }, `cargo ${ARM}`],
    ['a target that Lambda does not have', { wanted: 'wasm32-wasip1' }, 'refused'],
    ['no target at all', { wanted: 'bogus' }, 'refused'],
    ['a target of another processor', { wanted: 'riscv64gc-unknown-linux-gnu' }, 'refused'],
    ['the description of a target', { wanted: 'lambda.json' }, 'cargo lambda.json'],
    ['its own target on macOS', { wanted: 'aarch64-apple-darwin', host: MAC }, 'cargo aarch64-apple-darwin'],
    ['a plain build that was too new', { needed: '2.38' }, `zigbuild ${X86}.2.34`],
    [
      'Amazon Linux 2 on a newer glibc',
      { runtime: 'provided.al2', hostGlibc: '2.36' },
      `zigbuild ${X86}.2.26`,
    ],
    ['Amazon Linux 2 on an old glibc', { runtime: 'provided.al2', hostGlibc: '2.26' }, 'cargo -'],
  ])('by itself: %s', (_, change, expected) => {
    expect(line(change)).toBe(expected);
  });

  it.each<[string, Partial<WayQuestion>, string]>([
    ['cargo, for another machine', { compiler: { type: 'cargo' }, wanted: ARM }, `cargo ${ARM}`],
    [
      'cargo with a subcommand',
      { compiler: { type: 'cargo', subcommand: ['zigbuild'] }, wanted: `${X86}.2.26` },
      `cargo ${X86}.2.26`,
    ],
    ['cargo with a release of glibc', { compiler: { type: 'cargo' }, wanted: `${X86}.2.26` }, 'refused'],
    ['cargo-zigbuild for this machine', { compiler: { type: 'cargo-zigbuild' } }, `zigbuild ${X86}.2.34`],
    [
      'cargo-zigbuild for musl',
      { compiler: { type: 'cargo-zigbuild' }, wanted: ARM_MUSL },
      `zigbuild ${ARM_MUSL}`,
    ],
    ['musl', { compiler: { type: 'musl' }, compilesC: false }, `cargo ${MUSL}`],
    ['musl, with C', { compiler: { type: 'musl' } }, `zigbuild ${MUSL}`],
    ['cross', { compiler: { type: 'cross' }, wanted: ARM }, `cross ${ARM}`],
    ['docker', { compiler: { type: 'docker' }, wanted: ARM }, `docker ${ARM}`],
    ['docker for Amazon Linux 2', { compiler: { type: 'docker' }, runtime: 'provided.al2' }, 'refused'],
    [
      'an image for Amazon Linux 2',
      { compiler: { type: 'docker', image: 'mine' }, runtime: 'provided.al2' },
      `docker ${X86}`,
    ],
    [
      'a command',
      { compiler: { type: 'command', command: ['./my-cargo', '-x'] }, wanted: ARM },
      `command ${ARM}`,
    ],
  ])('by choice: %s', (_, change, expected) => {
    expect(line(change)).toBe(expected);
  });

  it.each<[string, Partial<WayQuestion>, RegExp]>([
    ['no release of glibc', { wanted: `${X86}.2.x` }, /ends with \.2\.x, which is no release of glibc/],
    ['a release for musl', { wanted: `${MUSL}.2.26` }, /ends with \.2\.26/],
    ['a newer glibc than the runtime has', { wanted: `${X86}.2.36` }, /provided\.al2023 has 2\.34/],
    ['nothing', { wanted: '' }, /an empty --target is a target for neither/],
    ['a vendor that Rust does not have', { wanted: 'x86_64-amazon-linux-gnu' }, /is a target for neither/],
    [
      'Windows, with Zig',
      { wanted: 'x86_64-pc-windows-gnu', compiler: { type: 'cargo-zigbuild' } },
      /neither/,
    ],
    ['Windows, with cargo', { wanted: 'x86_64-pc-windows-gnu', compiler: { type: 'cargo' } }, /neither/],
    ['Windows, for musl', { wanted: 'x86_64-pc-windows-gnu', compiler: { type: 'musl' } }, /neither/],
    [
      'glibc, for musl',
      { wanted: X86, compiler: { type: 'musl' } },
      /--compiler musl and the target .*glibc's/,
    ],
    [
      'a release of glibc, for cross',
      { wanted: `${ARM}.2.26`, compiler: { type: 'cross' } },
      /^cross cannot/,
    ],
    ['several targets of cargo', { several: [ARM, X86] }, /names several targets, aarch64\S+ and x86_64/],
  ])('refuses as a mistake of the question: %s', (_, change, what) => {
    const verdict = ask(change);
    if (verdict.kind !== 'refused') throw new Error(verdict.kind);
    expect(verdict.error.code).toBe('usage.arguments');
    expect(verdict.error.message).toMatch(what);
  });

  it("names the subcommand that stands in build's place", () => {
    const verdict = ask({ compiler: { type: 'cargo', subcommand: ['auditable', 'build'] } });
    expect(verdict).toMatchObject({ why: 'cargo auditable build: it is the compiler that was chosen' });
  });

  it('takes the C compiler for musl that is there', () => {
    const verdict = ask({ wanted: MUSL }, { ...ALL, muslCompilers: [MUSL] });
    expect(verdict).toMatchObject({ kind: 'way', way: { kind: 'cargo', target: MUSL } });
  });

  it('starts a plain build without looking for tools', () => {
    expect(
      chooseWay({
        wanted: undefined,
        runtime: 'provided.al2023',
        host: LINUX,
        compiler: undefined,
        linkers: [],
        compilesC: undefined,
      }).kind,
    ).toBe('way');
    expect(
      chooseWay({
        wanted: ARM,
        runtime: 'provided.al2023',
        host: LINUX,
        compiler: undefined,
        linkers: [],
        compilesC: undefined,
      }),
    ).toEqual({ kind: 'needs-tools' });
  });

  it.each<[string, Tools, string, string]>([
    [
      'nothing',
      NOTHING,
      'neither cargo-zigbuild nor Zig',
      `python3 -m pip install cargo-zigbuild && rustup target add ${ARM}`,
    ],
    ['no Zig', { ...ALL, zig: undefined }, 'Zig is not installed', 'python3 -m pip install ziglang'],
    [
      'no cargo-zigbuild',
      { ...ALL, zigbuild: undefined },
      'cargo-zigbuild is not installed',
      'python3 -m pip install cargo-zigbuild',
    ],
    [
      'a variable that names no Zig',
      { ...ALL, zig: undefined, notZig: '/opt/zig' },
      'CARGO_ZIGBUILD_ZIG_PATH names /opt/zig',
      'unset CARGO_ZIGBUILD_ZIG_PATH',
    ],
    [
      'an old Zig',
      { ...ALL, zig: { ...ZIG, version: '0.11.0' } },
      'Zig 0.11.0 (/bin/zig) is too old',
      'python3 -m pip install --upgrade ziglang',
    ],
    [
      'a Zig that breaks static libraries',
      { ...ALL, zig: { ...ZIG, version: '0.16.0' }, zigbuild: { ...ZIGBUILD, version: '0.22.2' } },
      'cargo-zigbuild#433',
      'python3 -m pip install --upgrade cargo-zigbuild ziglang',
    ],
    [
      'no standard library',
      { ...ALL, standardLibraries: [] },
      `standard library for ${ARM} is not installed`,
      `rustup target add ${ARM}`,
    ],
  ])('names what is missing and the command for it: %s', (_, tools, what, fix) => {
    const verdict = ask({ wanted: ARM }, tools);
    if (verdict.kind !== 'refused') throw new Error(verdict.kind);
    expect(verdict.error.message).toContain(what);
    expect(verdict.error.message).toContain('the function is for arm64, and this machine is x86_64');
    expect(verdict.error.fix).toBe(fix);
    expect(verdict.error.exitCode).toBe(3);
  });

  it('takes musl when there is nothing else and no crate compiles C', () => {
    const tools = { ...NOTHING, standardLibraries: [ARM_MUSL] };
    expect(line({ wanted: ARM, compilesC: false }, tools)).toBe(`cargo ${ARM_MUSL} with rust-lld`);
    expect(line({ wanted: ARM, compilesC: undefined }, tools)).toBe('refused');
    expect(line({ wanted: ARM, compilesC: true }, tools)).toBe('refused');
    expect(line({ wanted: ARM, compilesC: false, compiler: { type: 'cargo-zigbuild' } }, tools)).toBe(
      'refused',
    );
  });

  it('lets the check of the result decide when Amazon Linux 2 could only be built for through Zig', () => {
    expect(line({ runtime: 'provided.al2', hostGlibc: '2.36' }, NOTHING)).toBe('cargo -');
  });

  it.each<[Partial<WayQuestion>, string]>([
    [{}, 'plain cargo: this machine runs Linux on x86_64, as the function will'],
    [
      { wanted: ARM },
      'cargo-zigbuild with glibc 2.34: the function is for arm64, and this machine is x86_64',
    ],
    [{ host: MAC }, 'cargo-zigbuild with glibc 2.34: Lambda runs Linux, and this machine macOS'],
    [
      { needed: '2.38' },
      'cargo-zigbuild with glibc 2.34: the last plain build needed glibc 2.38, and provided.al2023 has 2.34',
    ],
  ])('says why', (change, why) => {
    expect(ask(change)).toMatchObject({ why });
  });
});
