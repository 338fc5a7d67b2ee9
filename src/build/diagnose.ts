import { run } from '../process/run.js';
import { cargoProgram } from '../project/cargo.js';
import { answerOf, findTools, pathOf, type Search } from './find-tools.js';
import { hostGlibc, thisHost } from './host.js';
import { type Prospect, type ProspectsRequest, prospectsOf, START_DOCKER } from './prospects.js';
import { gnu, musl, parseTarget } from './target.js';
import { knownBadZig, type Program, type Tools } from './tools.js';
import { wronglyNamed } from './way-missing.js';
import { NO_LINKER } from './way-obstacle.js';

/** One thing that a build may need. */
export interface Finding {
  readonly name: string;
  /** `missing` is what the asked build does not need. */
  readonly state: 'ok' | 'missing' | 'bad';
  readonly detail: string;
  /** The one command that gets or mends it. */
  readonly fix?: string | undefined;
}

export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly prospects: readonly Prospect[];
}

const INSTALL_RUST = "curl --proto '=https' -sSf https://sh.rustup.rs | sh";

/** Looks at everything that builds are made with, and asks the table of ways what it would do. */
export async function diagnose(request: ProspectsRequest): Promise<Diagnosis> {
  const { cwd, env, signal, target } = request;
  const both = ['x86_64', 'aarch64'] as const;
  const triples = [...both.map(gnu), ...both.map(musl), ...(target ? [parseTarget(target).triple] : [])];
  const search: Search = { cwd, env, signal, triples: [...new Set(triples)] };
  const [tools, rust, compiler] = await Promise.all([
    findTools(search),
    findRust(search),
    answerOf('cc', ['--version'], search),
  ]);
  const daemon = tools.docker && (await answersOf(tools.docker, search));
  const prospects = await prospectsOf(request, { search, tools, links: compiler !== undefined, daemon });
  return {
    findings: [
      rust,
      targetsFinding(tools),
      compilerFinding(compiler),
      zigFinding(tools),
      programFinding('cargo-zigbuild', tools.zigbuild, 'python3 -m pip install cargo-zigbuild'),
      programFinding('cross', tools.cross, 'cargo install cross'),
      dockerFinding(tools.docker, daemon),
    ],
    prospects: rust.state === 'ok' ? prospects : prospects.map((one) => withoutRust(one, rust)),
  };
}

/** Whether there is more of docker than the program. */
function answersOf({ path }: Program, { cwd, env, signal }: Search): Promise<boolean> {
  return run({ program: path, argv: ['ps', '--quiet'], cwd, env, signal, onLine: () => {} }).then(
    (end) => end.kind === 'exited' && end.code === 0,
  );
}

function dockerFinding(docker: Program | undefined, daemon: boolean | undefined): Finding {
  const finding = programFinding('Docker', docker, INSTALL_CONTAINERS[thisHost().system]);
  if (!docker || daemon) return finding;
  const detail = `${finding.detail}, whose daemon does not answer`;
  return { ...finding, state: 'missing', detail, fix: START_DOCKER };
}

const INSTALL_CONTAINERS = {
  linux: 'sudo apt-get install podman',
  macos: 'brew install podman',
  windows: 'winget install RedHat.Podman',
  other: undefined,
} as const;

function compilerFinding(compiler: string | undefined): Finding {
  const name = 'C compiler';
  if (compiler !== undefined) return { name, state: 'ok', detail: withGlibc(compiler) };
  const fix = NO_LINKER[thisHost().system]?.fix;
  return { name, state: 'missing', detail: 'none (cc); Rust links with it', fix };
}

function withGlibc(compiler: string): string {
  const glibc = hostGlibc();
  return glibc === undefined ? compiler : `${compiler}, glibc ${glibc}`;
}

async function findRust(search: Search): Promise<Finding> {
  const rustc = await answerOf(search.env['RUSTC'] || 'rustc', ['--version'], search);
  const cargo = await answerOf(cargoProgram(search.env), ['--version'], search);
  if (rustc === undefined || cargo === undefined) {
    const what = rustc === undefined ? 'rustc' : 'cargo';
    return { name: 'Rust', state: 'bad', detail: `no ${what} on PATH`, fix: INSTALL_RUST };
  }
  const installed = versionIn(rustc);
  const detail = `${rustc.replace(/^rustc /, '')}, ${cargo.replace(/ \(.*$/, '')}`;
  const wanted = await newestRustVersion(search);
  if (wanted && isOlder(installed, wanted.version)) {
    const what = `${detail}; ${wanted.crate} asks for ${wanted.version}`;
    const fix = (await pathOf('rustup', search)) ? 'rustup update stable' : INSTALL_RUST;
    return { name: 'Rust', state: 'bad', detail: what, fix };
  }
  const asked = wanted ? `; the crates here ask for ${wanted.version} (${wanted.crate})` : '';
  return { name: 'Rust', state: 'ok', detail: `${detail}${asked}` };
}

interface RustVersion {
  readonly crate: string;
  readonly version: string;
}

/** Of all crates that are resolved already, or else of the project's own; cargo is not let near the network. */
async function newestRustVersion(search: Search): Promise<RustVersion | undefined> {
  // Cargo asks it of what it compiles, and so not of crates for Windows.
  const resolved = ['--frozen', '--filter-platform', gnu(thisHost().architecture ?? 'x86_64')];
  const all = (await rustVersions(resolved, search)) ?? (await rustVersions(['--no-deps'], search)) ?? [];
  return all.reduce<RustVersion | undefined>(
    (newest, one) => (newest && !isOlder(newest.version, one.version) ? newest : one),
    undefined,
  );
}

async function rustVersions(
  flags: readonly string[],
  { cwd, env, signal }: Search,
): Promise<RustVersion[] | undefined> {
  const lines: string[] = [];
  const end = await run({
    program: cargoProgram(env),
    argv: ['metadata', '--format-version', '1', ...flags],
    cwd,
    env,
    signal,
    onLine: (line) => lines.push(line),
  });
  if (end.kind !== 'exited' || end.code !== 0) return undefined;
  try {
    const { packages } = JSON.parse(lines.join('\n')) as {
      packages: readonly { name: string; version?: string; rust_version?: string | null }[];
    };
    return packages.flatMap(({ name, version = '', rust_version }) =>
      rust_version ? [{ crate: `${name} ${version}`.trim(), version: rust_version }] : [],
    );
  } catch {
    return undefined;
  }
}

function versionIn(text: string): string {
  return /\d+(\.\d+)+/.exec(text)?.[0] ?? '0';
}

function isOlder(one: string, other: string): boolean {
  return one.localeCompare(other, 'en', { numeric: true }) < 0;
}

function targetsFinding({ standardLibraries, rustup }: Tools): Finding {
  const all = (['x86_64', 'aarch64'] as const).flatMap((one) => [gnu(one), musl(one)]);
  const missing = all.filter((triple) => !standardLibraries.includes(triple));
  const detail = [
    standardLibraries.length > 0 ? standardLibraries.join(', ') : 'none of Lambda',
    ...(missing.length > 0 && missing.length < all.length ? [`not installed: ${missing.join(', ')}`] : []),
  ].join('; ');
  const fix = rustup && missing.length > 0 ? `rustup target add ${missing.join(' ')}` : undefined;
  return { name: 'Targets', state: standardLibraries.length > 0 ? 'ok' : 'missing', detail, fix };
}

function zigFinding({ zig, zigbuild, notZig }: Tools): Finding {
  if (notZig !== undefined) {
    const { what, fix } = wronglyNamed(notZig);
    return { name: 'Zig', state: 'bad', detail: what, fix };
  }
  if (!zig)
    return {
      name: 'Zig',
      state: 'missing',
      detail: 'not found on PATH or as a Python package',
      fix: 'python3 -m pip install ziglang',
    };
  const bad = knownBadZig(zig, zigbuild);
  if (bad) return { name: 'Zig', state: 'bad', detail: bad.what, fix: bad.fix };
  const where = zig.found === 'on PATH' ? zig.path : `${zig.found}, ${zig.path}`;
  return { name: 'Zig', state: 'ok', detail: `${zig.version} (${where})` };
}

function programFinding(name: string, program: Tools['zigbuild'], fix: string | undefined): Finding {
  if (program) return { name, state: 'ok', detail: `${program.version} (${program.path})` };
  return { name, state: 'missing', detail: 'not found', fix };
}

function withoutRust({ functions, target }: Prospect, { detail, fix = '' }: Finding): Prospect {
  return { functions, target, kind: 'refused', what: `Rust: ${detail}.`, fix };
}
