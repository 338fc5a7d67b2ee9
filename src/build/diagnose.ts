import { run } from '../process/run.js';
import { cargoProgram } from '../project/cargo.js';
import type { FunctionTarget, Project } from '../project/project.js';
import { type ChosenWay, questionsOf } from './choose-ways.js';
import { answerOf, findTools, type Search } from './find-tools.js';
import { hostGlibc, thisHost } from './host.js';
import { DEFAULT_RUNTIME } from './runtimes.js';
import { gnu, musl, parseTarget } from './target.js';
import { knownBadZig, type Tools } from './tools.js';
import { chooseWay, type Verdict, type WayQuestion } from './way.js';

/** One thing that a build may need. */
export interface Finding {
  readonly name: string;
  /** `missing` is what the asked build does not need. */
  readonly state: 'ok' | 'missing' | 'bad';
  readonly detail: string;
  /** The one command that gets or mends it. */
  readonly fix?: string | undefined;
}

/** How a function would be built, or what keeps it from being built. */
export type Prospect = { readonly functions: readonly string[]; readonly target: string | undefined } & (
  | { readonly kind: 'way'; readonly way: ChosenWay['way']; readonly why: string }
  | { readonly kind: 'refused'; readonly what: string; readonly fix: string }
);

export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly prospects: readonly Prospect[];
}

export interface DiagnoseRequest {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Undefined where there is none: then the question is about any function. */
  readonly project: Project | undefined;
  /** Without a project: what is asked for. */
  readonly target: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const INSTALL_RUST = "curl --proto '=https' -sSf https://sh.rustup.rs | sh";

/** Looks at everything that builds are made with, and asks the table of ways what it would do. */
export async function diagnose(request: DiagnoseRequest): Promise<Diagnosis> {
  const { cwd, env, signal, target } = request;
  const both = ['x86_64', 'aarch64'] as const;
  const triples = [...both.map(gnu), ...both.map(musl), ...(target ? [parseTarget(target).triple] : [])];
  const search: Search = { cwd, env, signal, triples: [...new Set(triples)] };
  const [tools, rust, compiler] = await Promise.all([
    findTools(search),
    findRust(search),
    answerOf('cc', ['--version'], search),
  ]);
  const prospects = await prospectsOf(request, tools);
  return {
    findings: [
      rust,
      targetsFinding(tools),
      compiler === undefined
        ? {
            name: 'C compiler',
            state: 'missing',
            detail: 'none (cc); Rust links with it',
            fix: 'sudo apt-get install gcc libc6-dev',
          }
        : { name: 'C compiler', state: 'ok', detail: withGlibc(compiler) },
      zigFinding(tools),
      programFinding('cargo-zigbuild', tools.zigbuild, 'python3 -m pip install cargo-zigbuild'),
      programFinding('cross', tools.cross, 'cargo install cross'),
      programFinding('Docker', tools.docker, undefined),
    ],
    prospects: rust.state === 'ok' ? prospects : prospects.map((one) => withoutRust(one, rust)),
  };
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
    return { name: 'Rust', state: 'bad', detail: what, fix: 'rustup update stable' };
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
  const all = (await rustVersions(['--frozen'], search)) ?? (await rustVersions(['--no-deps'], search)) ?? [];
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
  const fix = rustup ? `rustup target add ${gnu('aarch64')}` : undefined;
  if (standardLibraries.length === 0)
    return { name: 'Targets', state: 'missing', detail: 'none of Lambda', fix };
  return { name: 'Targets', state: 'ok', detail: standardLibraries.join(', ') };
}

function zigFinding({ zig, zigbuild }: Tools): Finding {
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

/** One for each way, with the functions that take it. */
async function prospectsOf(request: DiagnoseRequest, tools: Tools): Promise<Prospect[]> {
  const questions = await questionsFor(request);
  const prospects = new Map<string, Prospect>();
  for (const [names, question] of questions) {
    const first = chooseWay(question);
    const verdict = first.kind === 'needs-tools' ? chooseWay(question, tools) : first;
    const key = JSON.stringify([question.wanted, verdict.kind === 'way' ? verdict.way : verdict.kind]);
    const before = prospects.get(key)?.functions ?? [];
    prospects.set(key, prospectOf([...before, ...names], question, verdict));
  }
  return [...prospects.values()];
}

async function questionsFor(request: DiagnoseRequest): Promise<[string[], WayQuestion][]> {
  const { project, target, env, signal } = request;
  if (project) {
    const named = (one: FunctionTarget) => [one.name];
    const asked = await questionsOf(project.functions, { project, section: 'build', env, signal });
    return [...asked].map(([one, question]) => [named(one), question]);
  }
  const host = thisHost();
  const wanted = target === host.triple ? undefined : target;
  const question = {
    wanted,
    runtime: DEFAULT_RUNTIME,
    host,
    compiler: undefined,
    linkers: [],
    compilesC: undefined,
  };
  return [[[], question]];
}

function prospectOf(functions: string[], { wanted: target }: WayQuestion, verdict: Verdict): Prospect {
  switch (verdict.kind) {
    case 'way':
      return { functions, target, kind: 'way', way: verdict.way, why: verdict.why };
    case 'refused':
      return { functions, target, kind: 'refused', what: verdict.error.message, fix: verdict.error.fix };
    case 'needs-tools':
      throw new Error('the tools were there');
    default:
      return verdict satisfies never;
  }
}

function withoutRust({ functions, target }: Prospect, { detail, fix = '' }: Finding): Prospect {
  return { functions, target, kind: 'refused', what: `Rust: ${detail}.`, fix };
}
