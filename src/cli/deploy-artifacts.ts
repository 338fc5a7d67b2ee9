import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildResult, type BuiltFunction, build, type CompiledToShip } from '../build/build.js';
import { inspectArtifact } from '../build/inspect-artifact.js';
import { type BuildKey, recordedBuild } from '../build/recorded-build.js';
import { writeSideFiles } from '../build/side-files.js';
import { placeZip } from '../build/zip-artifact.js';
import type { Architecture } from '../deploy/configuration.js';
import type { Code, Provenance } from '../deploy/desired.js';
import { EXIT, UserError } from '../errors.js';
import { startReaper } from '../process/reaper.js';
import type { FunctionTarget, Project } from '../project/project.js';
import { VERSION } from '../version.js';
import { rememberBuild } from './build-project.js';
import { wantsColor } from './color.js';
import { type CliContext, note } from './context.js';
import { reportWays } from './report/build.js';

/** What is deployed for a function, and what it was made from. */
export interface Artifact {
  readonly function: FunctionTarget;
  readonly code: Omit<Code, 's3'>;
  readonly provenance: Provenance;
  /** Epoch milliseconds. */
  readonly modifiedMs: number;
}

/** Cargo has told what is wrong. */
export class BuildFailed extends Error {
  readonly exitCode: number;

  constructor(result: Exclude<BuildResult, { kind: 'ok' }>) {
    super('The build failed.');
    this.exitCode = result.kind === 'cancelled' ? EXIT.interrupted : EXIT.build;
  }
}

/** Builds what has changed, or takes what was built elsewhere, and refuses what could not start on Lambda. */
export async function makeArtifacts(
  project: Project,
  flags: object,
  context: CliContext,
): Promise<Artifact[]> {
  const [only] = project.functions;
  const given = project.settings.deploy.binary_path;
  if (given !== undefined && only) {
    if (project.functions.length > 1) throw severalForOne(project);
    return [await artifactOf(only, given, project, context)];
  }
  const built = await buildAll(project, flags, context);
  return Promise.all(
    built.flatMap((one) => {
      const target = project.functions.find(
        ({ name, packageName }) => name === one.function && packageName === one.package,
      );
      return target ? [builtArtifact(target, one)] : [];
    }),
  );
}

async function buildAll(
  project: Project,
  flags: object,
  context: CliContext,
): Promise<readonly BuiltFunction[]> {
  const { cwd, env, stderr } = context;
  const key: BuildKey = {
    cwd,
    env,
    version: VERSION,
    asked: { deploy: flags, terminal: stderr.isTTY === true },
  };
  const before = recordedBuild(key, [project.targetDirectory]);
  if (before) return before.result.functions;
  const startedMs = Date.now();
  const color = wantsColor(context, undefined);
  const columns = stderr.isTTY ? stderr.columns : undefined;
  let compiled: CompiledToShip | undefined;
  // Cargo would go on compiling after a SIGKILL.
  const reaper = startReaper();
  const result = await build({
    project,
    roll: reaper,
    onCompiled: (what) => {
      compiled = what;
    },
    onWays: (ways) => reportWays(ways, { context, output: 'text', color }),
    env,
    color,
    progressColumns: columns,
    onDiagnostic: (text) => stderr.write(columns === undefined ? text : `\r\u001b[K${text}`),
    onProgress: (text) => stderr.write(text),
    signal: context.interrupted,
  }).finally(() => reaper.close());
  if (result.kind !== 'ok') throw new BuildFailed(result);
  for (const { name, requiredFeatures } of result.skipped) {
    note(context, `${name} is left out: it needs --features ${requiredFeatures.join(',')}`);
  }
  if (!compiled) return result.functions;
  const request = { project, env, signal: context.interrupted, sbom: false, version: VERSION };
  const functions = await writeSideFiles(result.functions, compiled, request);
  await rememberBuild(key, project, compiled, { result: { ...result, functions } }, startedMs);
  return functions;
}

async function builtArtifact(target: FunctionTarget, built: BuiltFunction): Promise<Artifact> {
  const sha256 = built.codeSha256 ?? (await sha256Of(built.path));
  const facts = built.facts === undefined ? undefined : await readFacts(built.facts);
  return {
    function: target,
    code: {
      path: built.path,
      bytes: built.size,
      sha256,
      architecture: built.architecture === 'aarch64' ? 'arm64' : 'x86_64',
    },
    provenance: {
      commit: facts?.git ? `${facts.git.commit}${facts.git.dirty ? '-dirty' : ''}` : null,
      inputs: hashOf([sha256, facts?.lockfileSha256, facts?.rustc, facts?.programSha256]),
    },
    modifiedMs: (await stat(built.path)).mtimeMs,
  };
}

interface Facts {
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
  readonly lockfileSha256: string | null;
  readonly rustc: string | null;
  readonly programSha256: string | null;
}

async function readFacts(path: string): Promise<Facts | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Facts;
  } catch {
    return undefined;
  }
}

function hashOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

async function sha256Of(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('base64');
}

/** A zip as it is; a binary is put into one, with what is to be included. */
async function artifactOf(
  target: FunctionTarget,
  path: string,
  project: Project,
  { stderr, interrupted: signal }: CliContext,
): Promise<Artifact> {
  const { deploy, build: building } = target.settings;
  const runtime = deploy.runtime ?? 'provided.al2023';
  const inspection = await inspectArtifact(path, {
    runtime,
    architecture: undefined,
    hasLayers: (deploy.layer ?? []).length > 0,
  });
  const [problem] = inspection.problems;
  if (problem) {
    throw new UserError('build.would-not-start', { what: `${path}: ${problem.what}`, fix: problem.fix });
  }
  const zip =
    inspection.kind === 'binary'
      ? join(project.targetDirectory, 'lambda', target.name, 'bootstrap.zip')
      : path;
  const isExtension = deploy.extension ?? building.extension ?? false;
  const isInternal = deploy.internal ?? building.internal ?? false;
  const entry = isExtension ? (isInternal ? target.name : `extensions/${target.name}`) : 'bootstrap';
  if (inspection.kind === 'binary') {
    const output = { function: target, path: zip, format: 'zip', entry } as const;
    await placeZip(path, output, { signal, onProgress: (text) => stderr.write(text) });
  }
  const facts = await stat(zip);
  const sha256 = await sha256Of(zip);
  return {
    function: target,
    code: { path: zip, bytes: facts.size, sha256, architecture: architectureOf(inspection.programs) },
    provenance: { commit: null, inputs: hashOf([sha256]) },
    modifiedMs: facts.mtimeMs,
  };
}

function architectureOf(programs: readonly { readonly architecture: string | undefined }[]): Architecture {
  return programs.some(({ architecture }) => architecture === 'aarch64' || architecture === 'arm64')
    ? 'arm64'
    : 'x86_64';
}

function severalForOne(project: Project): UserError {
  const names = project.functions.map(({ name }) => name);
  return new UserError('usage.arguments', {
    what: `--binary-path is one function's, and here are ${names.length}: ${names.join(', ')}.`,
    fix: `Say which: --bin ${names[0]}`,
  });
}
