import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { run } from '../process/run.js';
import { cargoHome } from '../project/cargo-settings.js';
import { thisHost } from './host.js';
import { musl, parseTarget } from './target.js';
import type { Program, Tools, Zig } from './tools.js';

export interface Search {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The triples of which it matters whether rustc has a standard library. */
  readonly triples: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Looks for everything that building for another machine takes, wherever it may have been installed. */
export async function findTools(search: Search): Promise<Tools> {
  const [zigbuild, cross, docker, rustup, present, compiling] = await Promise.all([
    programIn(search, 'cargo-zigbuild', ['--version']),
    programIn(search, 'cross', ['--version']),
    findDocker(search),
    pathOf('rustup', search),
    Promise.all(search.triples.map((triple) => hasStandardLibrary(triple, search))),
    Promise.all(search.triples.map((triple) => hasMuslCompiler(triple, search))),
  ]);
  const zig = await findZig(search, zigbuild);
  return {
    zigbuild,
    cross,
    docker,
    zig,
    notZig: zig ? undefined : search.env['CARGO_ZIGBUILD_ZIG_PATH'] || undefined,
    rustup: rustup !== undefined,
    muslCompilers: search.triples.filter((_, index) => compiling[index]),
    standardLibraries: search.triples.filter((_, index) => present[index]),
  };
}

async function findDocker(search: Search): Promise<Program | undefined> {
  return (await programIn(search, 'docker', ['--version'])) ?? programIn(search, 'podman', ['--version']);
}

async function findZig(search: Search, zigbuild: Program | undefined): Promise<Zig | undefined> {
  const {
    CARGO_ZIGBUILD_ZIG_PATH: named,
    CARGO_ZIGBUILD_PYTHON_PATH: python,
    VIRTUAL_ENV: venv,
  } = search.env;
  if (named) return zigAt(named, 'CARGO_ZIGBUILD_ZIG_PATH', search);
  const onPath = await pathOf('zig', search);
  const found = onPath && (await zigAt(onPath, 'on PATH', search));
  if (found) return found;
  const pythons = [
    ...(python ? [python] : []),
    ...(venv ? [join(venv, 'bin', 'python3')] : []),
    // pip puts the program and the Zig that it brings into one environment.
    ...(zigbuild ? [join(dirname(zigbuild.path), 'python3')] : []),
    'python3',
    'python',
  ];
  for (const one of new Set(pythons)) {
    const path = await zigOfPython(one, search);
    const zig = path && (await zigAt(path, 'the Python package ziglang', search));
    if (zig) return zig;
  }
  return undefined;
}

async function zigAt(path: string, found: Zig['found'], search: Search): Promise<Zig | undefined> {
  const version = await answerOf(path, ['version'], search);
  // Something else may have that name.
  return version && /^\d+\.\d+/.test(version) ? { path, version, found } : undefined;
}

/** The package is looked up, not run: its module starts Zig through Python each time. */
function zigOfPython(python: string, search: Search): Promise<string | undefined> {
  const script =
    'import importlib.util as u, os; print(os.path.join(os.path.dirname(u.find_spec("ziglang").origin), "zig"))';
  return answerOf(python, ['-c', script], search);
}

/** rustc knows where a standard library would be, whoever installed it. */
async function hasStandardLibrary(triple: string, search: Search): Promise<boolean> {
  const rustc = search.env['RUSTC'] || 'rustc';
  const folder = await answerOf(rustc, ['--print', 'target-libdir', '--target', triple], search);
  return folder !== undefined && (await exists(folder));
}

/** Where the crate cc looks for one: in variables, and for the names that distributions give it. */
async function hasMuslCompiler(triple: string, search: Search): Promise<boolean> {
  if (parseTarget(triple).libc !== 'musl') return false;
  const [machine = ''] = triple.split('-');
  const variables = [`CC_${triple}`, `CC_${triple.replaceAll('-', '_')}`, 'TARGET_CC'];
  if (variables.some((name) => search.env[name])) return true;
  // `musl-gcc` is for the machine that it runs on.
  const names = [`${machine}-linux-musl-gcc`, ...(triple === thisMusl() ? ['musl-gcc'] : [])];
  const found = await Promise.all(names.map((name) => pathOf(name, search)));
  return found.some((path) => path !== undefined);
}

function thisMusl(): string | undefined {
  const { architecture } = thisHost();
  return architecture && musl(architecture);
}

async function programIn(
  search: Search,
  name: string,
  argv: readonly string[],
): Promise<Program | undefined> {
  const path = await pathOf(name, search);
  const answer = path && (await answerOf(path, argv, search));
  if (!path || answer === undefined) return undefined;
  return { path, version: /\d+(\.\d+)+\S*/.exec(answer)?.[0].replace(/,$/, '') ?? answer };
}

/** What PATH names; an empty entry would be the working folder. */
export function foldersOnPath(env: NodeJS.ProcessEnv): string[] {
  return (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

/** On PATH, and where cargo, pip and npm put programs, also when nobody has put those folders on PATH. */
export async function pathOf(
  name: string,
  { env, cwd }: Pick<Search, 'env' | 'cwd'>,
): Promise<string | undefined> {
  const home = env['HOME'] ?? homedir();
  const folders = [
    ...foldersOnPath(env),
    join(cargoHome(env), 'bin'),
    ...(env['VIRTUAL_ENV'] ? [join(env['VIRTUAL_ENV'], 'bin')] : []),
    join(cwd, '.venv', 'bin'),
    join(cwd, 'node_modules', '.bin'),
    join(home, '.local', 'bin'),
  ];
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`, name] : [name];
  for (const folder of folders) {
    for (const one of names) {
      if (await exists(join(folder, one), constants.X_OK)) return join(folder, one);
    }
  }
  return undefined;
}

/** The first line that a program says, if it ends well. */
export async function answerOf(
  program: string,
  argv: readonly string[],
  { cwd, env, signal }: Pick<Search, 'cwd' | 'env' | 'signal'>,
): Promise<string | undefined> {
  const lines: string[] = [];
  const end = await run({ program, argv, cwd, env, signal, onLine: (line) => lines.push(line) });
  return end.kind === 'exited' && end.code === 0 ? lines[0]?.trim() : undefined;
}

async function exists(path: string, mode?: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
