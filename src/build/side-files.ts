import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../errors.js';
import { run } from '../process/run.js';
import { cargoProgram } from '../project/cargo.js';
import { readToml } from '../project/local-manifests.js';
import type { FunctionTarget, Project } from '../project/project.js';
import { placeOther } from './artifact.js';
import type { BuiltFunction, CompiledToShip } from './build.js';
import { isLambdaArchitecture } from './elf-check.js';
import { thisHost } from './host.js';
import type { Origin } from './origin.js';
import { featureArgv, isOptimized } from './plan.js';
import { checksumsOf, type ResolvedMetadata, sbomOf } from './sbom.js';
import { gnu, musl } from './target.js';

export interface SideFileRequest {
  readonly project: Project;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** Of crablet. */
  readonly version: string;
  readonly sbom: boolean;
}

/** An artifact, and the executable that it was made of. */
interface Made {
  readonly function: FunctionTarget;
  readonly built: BuiltFunction;
  readonly executable: string;
}

/**
 * Writes what was asked for about each artifact, and tells where it is: the facts of a release always, a bill of materials
 * with `sbom`.
 */
export async function writeSideFiles(
  built: readonly BuiltFunction[],
  { executables, origin }: CompiledToShip,
  request: SideFileRequest,
): Promise<BuiltFunction[]> {
  const made = built.flatMap((one): Made[] => {
    const target = request.project.functions.find(
      ({ name, packageName }) => name === one.function && packageName === one.package,
    );
    const own = executables.find(
      ({ name, packageName }) => name === one.function && packageName === one.package,
    );
    return target && own ? [{ function: target, built: one, executable: own.path }] : [];
  });
  const releases = made.filter((one) => isOptimized(one.function, 'build'));
  const facts = origin ? await writeFacts(releases, origin, request) : new Map<BuiltFunction, string>();
  const sboms = request.sbom ? await writeSboms(made, request) : new Map<BuiltFunction, string>();
  return built.map((one) => ({ ...one, facts: facts.get(one), sbom: sboms.get(one) }));
}

/**
 * Not inside the artifact, where they would give the same program another hash for each commit; nor beside it, as the CDK
 * takes all that lies there.
 */
async function writeFacts(
  made: readonly Made[],
  { rustc, git }: Origin,
  { project, version }: SideFileRequest,
): Promise<Map<BuiltFunction, string>> {
  const lock = await sha256Of(project.lockfile);
  const written = made.map(async ({ built, executable }) => {
    const facts = {
      schema: 'crablet.facts/1',
      function: built.function,
      package: built.package,
      architecture: built.architecture,
      compiler: built.compiler,
      rustc: rustc ?? null,
      crablet: version,
      git: git ?? null,
      lockfileSha256: lock ?? null,
      programSha256: await sha256Of(executable),
    };
    const name = `${built.package}.${built.function}.${built.architecture}.json`;
    const path = join(project.targetDirectory, 'lambda', '.facts', name);
    await placeOther(Buffer.from(`${JSON.stringify(facts, null, 2)}\n`), path);
    return [built, path] as const;
  });
  return new Map(await Promise.all(written));
}

async function writeSboms(
  made: readonly Made[],
  request: SideFileRequest,
): Promise<Map<BuiltFunction, string>> {
  const { project, version } = request;
  const all = new Map<string, Promise<ResolvedMetadata>>();
  const metadataOf = (one: Made): Promise<ResolvedMetadata> => {
    const argv = [...featureArgv(one.function.settings.build), ...platformArgv(one.built)];
    const key = JSON.stringify(argv);
    const metadata = all.get(key) ?? resolvedMetadata(argv, request);
    all.set(key, metadata);
    return metadata;
  };
  const checksums = checksumsOf((await readToml(project.lockfile)) ?? {});
  const written = made.map(async (one) => {
    const { built, executable } = one;
    const metadata = await metadataOf(one);
    const text = sbomOf({
      function: built.function,
      packageName: built.package,
      metadata,
      checksums,
      version,
      programSha256: (await sha256Of(executable)) ?? '',
    });
    const path = join(dirname(built.path), `${basename(built.path).replace(/\.zip$/, '')}.cdx.json`);
    await placeOther(Buffer.from(text), path);
    return [built, path] as const;
  });
  return new Map(await Promise.all(written));
}

/** What is compiled for the function, and for this machine: build scripts and macros. */
function platformArgv({ architecture, glibc }: BuiltFunction): string[] {
  if (!isLambdaArchitecture(architecture)) return [];
  const target = glibc === undefined ? [gnu(architecture), musl(architecture)] : [gnu(architecture)];
  const { triple } = thisHost();
  const all = new Set([...target, ...(triple ? [triple] : [])]);
  // Of another system than Linux the triple is not known here.
  return triple ? [...all].flatMap((one) => ['--filter-platform', one]) : [];
}

/** @param argv which features and platforms count */
async function resolvedMetadata(
  argv: readonly string[],
  { project, env, signal }: SideFileRequest,
): Promise<ResolvedMetadata> {
  const lines: string[] = [];
  let complaint = '';
  const { manifestPath } = project.selection;
  const end = await run({
    program: cargoProgram(env),
    // The build has resolved everything, and has fetched it.
    argv: [
      'metadata',
      '--format-version',
      '1',
      '--locked',
      ...(manifestPath ? ['--manifest-path', manifestPath] : []),
      ...argv,
    ],
    cwd: project.cwd,
    env: { ...env, CARGO_TERM_COLOR: 'never' },
    signal,
    onLine: (line) => lines.push(line),
    onStderr: (text) => {
      complaint += text;
    },
  });
  signal?.throwIfAborted();
  if (end.kind === 'exited' && end.code === 0) return JSON.parse(lines.join('\n')) as ResolvedMetadata;
  throw new UserError('build.failed', {
    what: `The bill of materials cannot be made, as cargo does not tell the dependencies: ${complaint.trim()}`,
    fix: 'See it again with: cargo metadata --format-version 1 --locked',
  });
}

async function sha256Of(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}
