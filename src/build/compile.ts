import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.js';
import { run as runProgram } from '../process/run.js';
import type { Roll } from '../process/supervise.js';
import { runCargo } from '../project/cargo.js';
import { cargoHome, readCargoSettings } from '../project/cargo-settings.js';
import type { FunctionTarget, Project, TargetKind } from '../project/project.js';
import { type CrateFiles, crateOf } from './blame.js';
import { type CargoMessage, isLibraryMessage, readMessage } from './cargo-messages.js';
import { chooseWays, type Ways } from './choose-ways.js';
import { parseDepInfo } from './dep-info.js';
import { explainFailure, explainWay, missingTarget } from './failure.js';
import { type CargoRun, type CargoSection, isOptimized, planRuns } from './plan.js';
import { releaseProfileOf } from './release-profile.js';
import { type ExtraFlags, remapFlags } from './remap.js';

export interface CompileRequest {
  readonly project: Project;
  /** All functions of the project without it. */
  readonly functions?: readonly FunctionTarget[] | undefined;
  /** How each function is compiled; chosen here without them. */
  readonly ways?: Ways | undefined;
  /** Whose cargo settings count (`release`, `features`, …). */
  readonly section: CargoSection;
  /** The user's environment, for cargo. */
  readonly env: NodeJS.ProcessEnv;
  readonly color: boolean;
  readonly progressColumns?: number | undefined;
  /** A warning or an error as rustc rendered it, as soon as it is known. */
  readonly onDiagnostic?: ((text: string) => void) | undefined;
  /** Each of cargo's messages, a line of JSON, for who asks for them (`--message-format json`); diagnostics are in them. */
  readonly onMessage?: ((line: string) => void) | undefined;
  /** What cargo writes on stderr: its progress, and errors of its own. */
  readonly onProgress?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Ends cargo should this process be killed. */
  readonly roll?: Roll | undefined;
}

export interface Executable {
  readonly name: string;
  /** Cargo's own file; it stays where it is, or the next build would have to link again. */
  readonly path: string;
  readonly packageName: string;
  readonly kind: TargetKind;
  /** Cargo had nothing to do for it. */
  readonly fresh: boolean;
  /** It has symbols that must not be shipped. */
  readonly strips: boolean;
}

export type CompileResult =
  | {
      readonly kind: 'ok';
      readonly executables: readonly Executable[];
      /** Every local file that went into them, absolute. Manifests and configuration are the project's to name. */
      readonly inputs: readonly string[];
      /** Folders of which every file counts: a build script in them named no file to watch. */
      readonly inputFolders: readonly string[];
      /** Which crate brought what. */
      readonly crates: CrateFiles;
      /** Warnings as rustc rendered them. */
      readonly diagnostics: string;
    }
  | {
      readonly kind: 'failed';
      /** The compiler's and cargo's own words. */
      readonly diagnostics: string;
      readonly exitCode: number;
    }
  | { readonly kind: 'cancelled' };

export type Compiled = Extract<CompileResult, { kind: 'ok' }>;

/** Builds functions with one run of cargo (see `planRuns`); a mistake in the code is a result, not an exception. */
export async function compile(request: CompileRequest): Promise<CompileResult> {
  const ways = request.ways ?? (await chooseWays(request));
  const runs = await plannedRuns({ ...request, ways });
  const built: Compiled[] = [];
  for (const run of runs) {
    const result = await compileRun(run, request);
    if (result.kind !== 'ok') return result;
    built.push(result);
  }
  return {
    kind: 'ok',
    executables: built.flatMap(({ executables }) => executables),
    inputs: [...new Set(built.flatMap(({ inputs }) => inputs))],
    inputFolders: [...new Set(built.flatMap(({ inputFolders }) => inputFolders))],
    crates: {
      linked: built.flatMap(({ crates }) => crates.linked),
      archiveMessages: built.flatMap(({ crates }) => crates.archiveMessages),
    },
    diagnostics: built.map(({ diagnostics }) => diagnostics).join(''),
  };
}

export async function plannedRuns(
  request: Omit<CompileRequest, 'ways'> & { readonly ways: Ways },
): Promise<CargoRun[]> {
  const { project, functions = project.functions, section, env, ways } = request;
  const releases = functions.filter((one) => isOptimized(one, section));
  const settings = releases.length > 0 ? await readCargoSettings(project.cwd, env) : [];
  const profiles = new Map(
    await Promise.all(
      releases.map(async (one) => [one, await releaseProfileOf(one, project, settings, env)] as const),
    ),
  );
  return planRuns(project, {
    ...request,
    handsOnMessages: request.onMessage !== undefined,
    remap: releases.length > 0 ? remapOf(project, settings, env) : undefined,
    releaseOf: (one) => profiles.get(one),
    wayOf: (one) => ways.get(one)?.way,
  });
}

function remapOf(
  project: Project,
  settings: Awaited<ReturnType<typeof readCargoSettings>>,
  env: NodeJS.ProcessEnv,
): ExtraFlags {
  return remapFlags({
    project,
    env,
    cargoHome: cargoHome(env),
    settings,
    configFlags: project.functions.flatMap(({ settings }) => settings.build.config ?? []),
  });
}

async function compileRun(run: CargoRun, request: CompileRequest): Promise<CompileResult> {
  const messages: CargoMessage[] = [];
  const archiveMessages: string[] = [];
  const diagnostics: string[] = [];
  let progress = '';
  const end = await start(run, {
    argv: run.argv,
    cwd: request.project.cwd,
    env: { ...request.env, ...run.env, ...pathFor(run, request.env) },
    signal: request.signal,
    roll: request.roll,
    onLine: (line) => {
      request.onMessage?.(line);
      if (isLibraryMessage(line)) archiveMessages.push(line);
      const message = readMessage(line);
      if (message.kind === 'diagnostic') {
        diagnostics.push(message.rendered);
        if (!request.onMessage) request.onDiagnostic?.(message.rendered);
      } else if (message.kind !== 'other') messages.push(message);
    },
    onStderr: (text) => {
      progress += text;
      request.onProgress?.(text);
    },
  });
  if (end.kind === 'cancelled') return { kind: 'cancelled' };
  if (end.kind === 'signalled') {
    const words = `error: cargo was ended by ${end.signal}${end.signal === 'SIGKILL' ? ', perhaps for want of memory; fewer jobs need less: --jobs 1' : ''}\n`;
    request.onProgress?.(words);
    return { kind: 'failed', diagnostics: [...diagnostics, words].join(''), exitCode: 1 };
  }
  if (end.code === 0)
    return collect(run, { messages, archiveMessages, diagnostics: diagnostics.join('') }, request.project);
  const missing = missingTarget(diagnostics.join(''));
  if (missing) throw missing;
  const features = new Set(request.project.functions.flatMap((one) => one.features));
  const own = explainFailure(progress, [...features].sort());
  if (own.kind === 'user-error') throw own.error;
  const unfit = explainWay(run.way, end.code, [...diagnostics, progress].join(''));
  if (unfit) throw unfit;
  return { kind: 'failed', diagnostics: [...diagnostics, own.text].join(''), exitCode: end.code };
}

function start(
  { program }: CargoRun,
  how: Parameters<typeof runCargo>[0],
): Promise<Awaited<ReturnType<typeof runCargo>>> {
  return program === undefined ? runCargo(how) : runInstead(program, how);
}

/** What stands in for cargo: cross, docker, or a command of the user's. */
async function runInstead(
  program: string,
  how: Parameters<typeof runCargo>[0],
): Promise<Awaited<ReturnType<typeof runCargo>>> {
  const end = await runProgram({ ...how, program });
  if (end.kind !== 'not-started') return end;
  throw new UserError('environment.missing-tool', {
    what: `${program}, which is to compile, cannot be started: ${end.error.message}.`,
    fix: 'Name another with --compiler, or none to let crablet choose.',
    cause: end.error,
  });
}

/** cargo looks for its subcommands on PATH, and `pip install` may put them elsewhere. */
function pathFor({ programFolder }: CargoRun, { PATH = '' }: NodeJS.ProcessEnv): { PATH?: string } {
  if (programFolder === undefined || PATH.split(delimiter).includes(programFolder)) return {};
  return { PATH: `${programFolder}${delimiter}${PATH}` };
}

async function collect(
  run: CargoRun,
  told: {
    readonly messages: readonly CargoMessage[];
    readonly archiveMessages: readonly string[];
    readonly diagnostics: string;
  },
  project: Project,
): Promise<Compiled> {
  const { messages, archiveMessages, diagnostics } = told;
  const executables = messages.flatMap((message): Executable[] => {
    if (message.kind !== 'executable') return [];
    const manifestPath = outside(run, message.manifestPath, project);
    const owner = run.functions.find(
      (one) =>
        one.name === message.name && one.kind === message.targetKind && one.manifestPath === manifestPath,
    );
    const { name, fresh, targetKind: kind } = message;
    const path = outside(run, message.path, project);
    return owner ? [{ name, path, fresh, kind, strips: run.strips, packageName: owner.packageName }] : [];
  });
  const [inputs, inputFolders] = await Promise.all([
    Promise.all(executables.map((one) => inputsOf(one.path, project.cwd))),
    Promise.all(messages.map((message) => watchedWhole(message, project))),
  ]);
  return {
    kind: 'ok',
    executables,
    inputs: [...new Set(inputs.flat())],
    inputFolders: [...new Set(inputFolders.flat())],
    crates: { archiveMessages, linked: messages.flatMap(linkedBy) },
    diagnostics,
  };
}

function linkedBy(message: CargoMessage): CrateFiles['linked'] {
  if (message.kind !== 'build-script') return [];
  return message.libraries.map((library) => ({ library, crate: crateOf(message.packageId) }));
}

/** cross runs cargo in a container of its own, with the project and the target folder under these names. */
function outside({ way }: CargoRun, path: string, { workspaceRoot, targetDirectory }: Project): string {
  if (way.kind !== 'cross') return path;
  if (path.startsWith('/target/')) return join(targetDirectory, path.slice('/target/'.length));
  return path.startsWith('/project/') ? join(workspaceRoot, path.slice('/project/'.length)) : path;
}

/** Cargo writes dep-info beside each executable, under its name without `.exe`. */
async function inputsOf(executable: string, cwd: string): Promise<string[]> {
  try {
    const text = await readFile(`${executable.replace(/\.exe$/, '')}.d`, 'utf8');
    // Relative only with `build.dep-info-basedir`.
    return parseDepInfo(text).map((path) => resolve(cwd, path));
  } catch {
    return [];
  }
}

/**
 * A build script that prints no `rerun-if-…` runs again for any file of its package, and cargo's dep-info does
 * not tell so; its recorded output lies beside OUT_DIR (cargo reference, "build scripts: change detection").
 */
async function watchedWhole(message: CargoMessage, project: Project): Promise<string[]> {
  if (message.kind !== 'build-script') return [];
  const root = project.packageRoots.find((folder) => message.packageId.startsWith(packageUrl(folder)));
  if (root === undefined) return [];
  try {
    const output = await readFile(join(dirname(message.outDir), 'output'), 'utf8');
    return /^cargo::?rerun-if-/m.test(output) ? [] : [root];
  } catch {
    return [root];
  }
}

/** How cargo spells the package id of a local package: `path+file:///folder#…`. */
function packageUrl(folder: string): string {
  return `path+${encodeURI(`file://${folder}`)}#`;
}
