import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type BuildResult, build, type CompiledToShip } from '../build/build.js';
import { buildInputs } from '../build/build-inputs.js';
import { recordBuild } from '../build/build-record.js';
import { chooseWays } from '../build/choose-ways.js';
import { commitFiles } from '../build/commit-files.js';
import { plannedRuns } from '../build/compile.js';
import { outputsOf } from '../build/outputs.js';
import { jsonFormats } from '../build/plan.js';
import type { BuildKey, BuildRecord, Said } from '../build/recorded-build.js';
import { writeSideFiles } from '../build/side-files.js';
import { type CrateTime, slowestCrates } from '../build/timings.js';
import { EXIT } from '../errors.js';
import { startReaper } from '../process/reaper.js';
import { loadProject } from '../project/load.js';
import type { Project } from '../project/project.js';
import { VERSION } from '../version.js';
import { checkAgainstProject, withoutEffect } from './build-contradictions.js';
import { type BuildOptions, buildValues } from './build-options.js';
import { choosing } from './cargo-options.js';
import { wantsColor } from './color.js';
import { type CliContext, note, print } from './context.js';
import { reportBuild, reportPlan, reportTimings, reportWays } from './report/build.js';

/**
 * Builds the project, tells how it went, and remembers it.
 * @param key under which it is remembered; undefined for a build that is not
 */
export async function buildProject(
  options: BuildOptions,
  key: BuildKey | undefined,
  context: CliContext,
): Promise<void> {
  const color = wantsColor(context, options.color);
  const startedMs = Date.now();
  const columns = context.stderr.isTTY && !options.quiet ? context.stderr.columns : undefined;
  const project = await loadProject({
    ...choosing(options),
    cwd: context.cwd,
    env: context.env,
    section: 'build',
    flags: { build: buildValues(options) },
    signal: context.interrupted,
  });
  checkAgainstProject(options, project);
  const hint = withoutEffect(options, project);
  if (hint) note(context, hint);
  const output = options.output ?? 'text';
  const handsOn = project.functions.some(({ settings }) => jsonFormats(settings.build).length > 0);
  const onMessage = handsOn ? (line: string) => print(context, line) : undefined;
  if (options.dryRun) {
    const ways = await chooseWays({
      project,
      section: 'build',
      env: context.env,
      signal: context.interrupted,
    });
    const runs = await plannedRuns({
      project,
      section: 'build',
      env: context.env,
      color: false,
      ways,
      onMessage,
    });
    reportWays(ways, { context, output });
    reportPlan(runs, outputsOf(project), { context, output });
    return;
  }
  let compiled: CompiledToShip | undefined;
  // Cargo would go on compiling after a SIGKILL.
  const reaper = startReaper();
  const bare = await build({
    project,
    roll: reaper,
    onCompiled: (what) => {
      compiled = what;
    },
    onWays: (ways) => {
      if (!options.quiet) reportWays(ways, { context, output, color });
    },
    env: context.env,
    color,
    progressColumns: columns,
    // Cargo's progress bar stands on the line where the diagnostic is to begin.
    onDiagnostic: (text) => context.stderr.write(columns === undefined ? text : `\r\u001b[K${text}`),
    onProgress: (text) => context.stderr.write(text),
    onMessage,
    signal: context.interrupted,
  }).finally(() => reaper.close());
  const result = await withSideFiles(bare, compiled, project, options, context);
  if (key && compiled && result.kind === 'ok' && !hint && !handsOn) {
    const told = toldAgain(result, options, context);
    await rememberBuild(key, project, compiled, { result, told }, startedMs);
  }
  reportBuild(result, { context, output, color, stdoutTaken: handsOn });
  if (options.timings) reportTimings(await timingsOf(project), { context, output });
  context.exitCode = exitCodeOf(result);
}

const MOST_SLOW = 3;

/** cargo writes its page whether or not the build went well. */
async function timingsOf({ settings, targetDirectory }: Project): Promise<CrateTime[]> {
  const page = join(settings.build.target_dir ?? targetDirectory, 'cargo-timings', 'cargo-timing.html');
  return slowestCrates(await readFile(page, 'utf8').catch(() => ''), MOST_SLOW);
}

async function withSideFiles(
  result: BuildResult,
  compiled: CompiledToShip | undefined,
  project: Project,
  { sbom }: BuildOptions,
  { env, interrupted: signal }: CliContext,
): Promise<BuildResult> {
  if (result.kind !== 'ok' || !compiled) return result;
  const request = { project, env, signal, sbom: sbom === true, version: VERSION };
  return { ...result, functions: await writeSideFiles(result.functions, compiled, request) };
}

/** What is said when this build is asked for again, and nothing has changed. */
function toldAgain(
  result: Extract<BuildResult, { kind: 'ok' }>,
  options: BuildOptions,
  context: CliContext,
): BuildRecord['told'] {
  return {
    text: sayAgain('text', result, options, context),
    json: sayAgain('json', result, options, context),
  };
}

function sayAgain(
  output: 'text' | 'json',
  result: Extract<BuildResult, { kind: 'ok' }>,
  options: BuildOptions,
  context: CliContext,
): Said {
  const said = { stdout: '', stderr: '' };
  const paper = { ...context, stdout: sheet(said, 'stdout'), stderr: sheet(said, 'stderr') };
  if (!options.quiet) {
    paper.stderr.write(result.diagnostics);
    note(paper, 'Nothing has changed since the last build.');
  }
  const functions = result.functions.map((one) => ({ ...one, changed: false, previousSize: one.size }));
  reportBuild(
    { ...result, functions },
    { context: paper, output, color: wantsColor(context, options.color) },
  );
  return said;
}

/** Takes down at once what is written to it. */
function sheet<Name extends string>(said: Record<Name, string>, name: Name): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      said[name] += chunk;
      done();
    },
  });
}

export async function rememberBuild(
  key: BuildKey,
  project: Project,
  compiled: CompiledToShip,
  made: Omit<BuildRecord, 'stamps'>,
  startedMs: number,
): Promise<void> {
  // Of a test or bench, which stays in deps/, dep-info names the files of that one crate, and not of those it uses.
  if (compiled.executables.some(({ kind }) => kind === 'test' || kind === 'bench')) return;
  // What an image or a program of the user's is made of, nobody knows but they.
  if (made.result.functions.some(({ compiler }) => ['command', 'cross', 'docker'].includes(compiler))) return;
  const found = await buildInputs(project, compiled, key.env);
  if (!found) return;
  const tellsCommit = made.result.functions.some(({ facts }) => facts !== undefined);
  const inputs = [...found, ...(tellsCommit ? await commitFiles(project.workspaceRoot) : [])];
  const outputs = [
    ...compiled.executables.flatMap(({ path, linked }) => [path, linked]),
    ...made.result.functions.map(({ path, format }) => (format === 'oci' ? join(path, 'index.json') : path)),
    ...made.result.functions.flatMap(({ facts, sbom }) => [facts, sbom]).filter((path) => path !== undefined),
  ];
  await recordBuild(key, made, { inputs, outputs, target: project.targetDirectory }, startedMs);
}

function exitCodeOf(result: BuildResult): number {
  switch (result.kind) {
    case 'ok':
      return EXIT.ok;
    case 'failed':
      return EXIT.build;
    case 'cancelled':
      return EXIT.interrupted;
    default:
      return result satisfies never;
  }
}
