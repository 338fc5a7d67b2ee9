import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ProgramFacts, Subject } from '../bench/subject.js';
import { compile } from '../build/compile.js';
import { UserError } from '../errors.js';
import { loadSample } from '../events/catalog.js';
import { readPayload } from '../invoke/payload.js';
import { processMark } from '../process/process-mark.js';
import { loadProject } from '../project/load.js';
import type { FunctionTarget, Project } from '../project/project.js';
import type { LocalFlags, PayloadOptions } from './bench-options.js';
import { cargoValues, given } from './cargo-options.js';
import { wantsColor } from './color.js';
import type { CliContext } from './context.js';

export interface SubjectOptions extends PayloadOptions, Partial<LocalFlags> {
  readonly memory?: number;
}

/** A table of a manifest. */
export interface ManifestPlace {
  readonly path: string;
  readonly table: readonly string[];
}

/** Programs that are measured, and the folder they lie in while they are. */
export interface Prepared {
  readonly subjects: readonly Subject[];
  /** For what is worth keeping for another time. */
  readonly cache: string;
  /** Where a function's memory size is configured, or would be. */
  readonly manifests: Readonly<Record<string, ManifestPlace>>;
  close(): Promise<void>;
}

/** A name is a function of the project; what has a separator in it is the path of a bootstrap, or of its folder. */
const isPath = (word: string): boolean => /[/\\]/.test(word);

/**
 * Builds what has to be built, as a release is, and finds the rest.
 * @param words functions and paths; the project's only function when there is none
 */
export async function prepareSubjects(
  words: readonly string[],
  options: SubjectOptions,
  context: CliContext,
): Promise<Prepared> {
  const payload = await givenPayload(options, context);
  const names = words.filter((word) => !isPath(word));
  if (words.length > 0 && names.length === 0) {
    const subjects = await Promise.all(words.map((word) => subjectAt(word, options, payload, context)));
    return { subjects: labelled(subjects), cache: cacheFolder(context), manifests: {}, async close() {} };
  }
  const project = await loadReleased(options, context);
  const targets = (words.length === 0 ? [undefined] : names).map((name) => chosen(project, name));
  const executables = await compiled(project, targets, context);
  const cache = join(project.targetDirectory, 'lambda', '.bench');
  await removeStale(cache);
  const folder = join(cache, String(process.pid));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const running = await variablesOf(options, context);
    const built = new Map<string, Subject>();
    for (const target of targets) {
      const from = executables.get(target.name)!;
      const environment = running.get(target.name) ?? {};
      built.set(target.name, await subjectOf(target, from, folder, environment, options, payload));
    }
    const inOrder = await Promise.all(
      (words.length === 0 ? [targets[0]!.name] : words).map((word) =>
        isPath(word) ? subjectAt(word, options, payload, context) : built.get(word)!,
      ),
    );
    const manifests = Object.fromEntries(
      targets.map((target) => [target.name, memoryPlace(target, project)]),
    );
    return { subjects: labelled(inOrder), cache, manifests, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What runs left that were killed. */
async function removeStale(cache: string): Promise<void> {
  const runs = (await readdir(cache).catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const run of runs)
    if (processMark(Number(run)) === undefined) await rm(join(cache, run), { recursive: true, force: true });
}

async function givenPayload(
  { dataFile: file, dataAscii: ascii, dataExample: example }: PayloadOptions,
  { cwd }: CliContext,
): Promise<Buffer | undefined> {
  if (file === undefined && ascii === undefined && example === undefined) return undefined;
  return readPayload(given({ file, ascii, example }), cwd);
}

function cacheFolder({ env }: CliContext): string {
  return join(env['XDG_CACHE_HOME'] || join(env['HOME'] ?? '.', '.cache'), 'crablet');
}

function loadReleased(options: SubjectOptions, context: CliContext): Promise<Project> {
  const { manifestPath, features, allFeatures, defaultFeatures } = options;
  return loadProject({
    cwd: context.cwd,
    env: context.env,
    section: 'build',
    manifestPath,
    flags: { build: { ...cargoValues({ features, allFeatures, defaultFeatures }), release: true } },
    signal: context.interrupted,
  });
}

/** What functions find in their environment when they run: `watch` has its own variables. */
async function variablesOf(
  { manifestPath }: SubjectOptions,
  { cwd, env, interrupted: signal }: CliContext,
): Promise<Map<string, Readonly<Record<string, string>>>> {
  const project = await loadProject({ cwd, env, section: 'watch', manifestPath, signal });
  return new Map(project.functions.map(({ name, settings }) => [name, settings.environment]));
}

function chosen(project: Project, name: string | undefined): FunctionTarget {
  const names = project.functions.map((one) => one.name);
  if (name === undefined) {
    if (project.functions.length === 1) return project.functions[0]!;
    throw new UserError('usage.arguments', {
      what: 'Which function to measure was not said, and there are several.',
      fix: `Name one: ${names.map((one) => `crablet bench ${one}`).join(', ')}`,
    });
  }
  const found = project.functions.find((one) => one.name === name);
  if (found) return found;
  throw new UserError('project.unknown-function', {
    what: `There is no function '${name}'; there ${names.length > 1 ? 'are' : 'is'}: ${names.join(', ')}.`,
    fix: `Name one of them, or the path of a program with its folder: ./${name}`,
  });
}

/** Where the size stands that is in force, if that is a manifest; else where one of the package's own belongs. */
export function memoryPlace(
  { name, manifestPath, packageName, settings }: FunctionTarget,
  project: Project,
): ManifestPlace {
  const source = settings.origins['deploy.memory']?.source;
  const alone = project.functions.filter((one) => one.packageName === packageName).length === 1;
  const own = source === 'package' || (source !== 'package.bin' && alone);
  const table = ['package', 'metadata', 'lambda', ...(own ? [] : ['bin', name]), 'deploy'];
  return { path: manifestPath, table };
}

async function compiled(
  project: Project,
  functions: readonly FunctionTarget[],
  context: CliContext,
): Promise<Map<string, string>> {
  const result = await compile({
    project,
    functions: [...new Set(functions)],
    section: 'build',
    env: context.env,
    color: wantsColor(context, undefined),
    progressColumns: context.stderr.isTTY ? context.stderr.columns : undefined,
    onDiagnostic: (text) => context.stderr.write(text),
    onProgress: (text) => context.stderr.write(text),
    signal: context.interrupted,
  });
  switch (result.kind) {
    case 'ok': {
      const paths = new Map(result.executables.map(({ name, path }) => [name, path]));
      const skipped = functions.find(({ name }) => !paths.has(name));
      if (!skipped) return paths;
      throw new UserError('project.no-function', {
        what: `cargo did not build '${skipped.name}': it needs features that are not switched on.`,
        fix: `Add --features ${skipped.requiredFeatures.join(',')}`,
      });
    }
    case 'cancelled':
      throw context.interrupted.reason;
    case 'failed':
      throw new UserError('build.failed', {
        what: 'cargo could not compile the project: there is nothing to measure.',
        fix: 'Mend what the compiler says above.',
      });
  }
}

async function subjectOf(
  target: FunctionTarget,
  executable: string,
  root: string,
  environment: Readonly<Record<string, string>>,
  options: SubjectOptions,
  payload: Buffer | undefined,
): Promise<Subject> {
  const { name, settings, isHttp } = target;
  const taskRoot = join(root, name);
  const bootstrap = join(taskRoot, 'bootstrap');
  await mkdir(taskRoot, { recursive: true });
  // What is measured must not change when cargo builds again; a hard link costs nothing.
  await link(executable, bootstrap).catch(() => copyFile(executable, bootstrap));
  for (const { name: file, path } of settings.include) {
    const place = join(taskRoot, file);
    await mkdir(dirname(place), { recursive: true });
    await symlink(path, place);
  }
  return {
    label: name,
    functionName: name,
    bootstrap,
    taskRoot,
    memoryMb: options.memory ?? settings.memoryMb,
    timeoutSeconds: settings.timeoutSeconds,
    environment,
    payload: payload ?? (isHttp ? await loadSample('function-url') : Buffer.from('{}')),
    program: await factsOf(bootstrap, 'built by crablet, --release'),
  };
}

async function subjectAt(
  word: string,
  { memory }: SubjectOptions,
  payload: Buffer | undefined,
  { cwd }: CliContext,
): Promise<Subject> {
  const path = resolve(cwd, word);
  const found = await stat(path).catch(() => undefined);
  const bootstrap = found?.isDirectory() ? join(path, 'bootstrap') : path;
  const program = await stat(bootstrap).catch(() => undefined);
  if (!program?.isFile()) {
    throw new UserError('environment.file', {
      what: found ? `There is no bootstrap in the folder ${word}.` : `There is no file ${word}.`,
      fix: 'Name a bootstrap, or a folder that has one: crablet bench target/lambda/hello',
    });
  }
  const taskRoot = dirname(bootstrap);
  return {
    label: basename(taskRoot),
    functionName: basename(taskRoot)
      .replaceAll(/[^a-zA-Z0-9-_]/g, '-')
      .slice(0, 64),
    bootstrap,
    taskRoot,
    memoryMb: memory ?? 128,
    timeoutSeconds: 30,
    environment: {},
    payload: payload ?? Buffer.from('{}'),
    program: await factsOf(bootstrap, 'a program that was there'),
  };
}

async function factsOf(bootstrap: string, origin: string): Promise<ProgramFacts> {
  const bytes = await readFile(bootstrap);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, origin };
}

/** Two of the same name are told apart. */
function labelled(subjects: readonly Subject[]): Subject[] {
  return subjects.map((subject, at) => {
    const before = subjects.slice(0, at).filter(({ label }) => label === subject.label).length;
    return before === 0 ? subject : { ...subject, label: `${subject.label} (${before + 1})` };
  });
}
