import { stat } from 'node:fs/promises';
import { UserError } from '../errors.js';
import type { FunctionTarget } from '../project/project.js';
import { checkBases } from './base-needed.js';
import { checkBeforeCargo } from './before-cargo.js';
import type { CrateFiles } from './blame.js';
import { afterZig, type Candidate, inspect, needsOlderGlibc, refuseProblems } from './candidates.js';
import { chooseWays, type Ways } from './choose-ways.js';
import { type Compiled, type CompileRequest, type CompileResult, compile } from './compile.js';
import { type CodeSizes, codeSizes } from './crate-sizes.js';
import { needKey, rememberNeeds } from './learned-needs.js';
import { type Origin, originOf } from './origin.js';
import { type ArtifactFormat, type Output, outputsOf } from './outputs.js';
import { placeArtifact } from './place-artifact.js';
import { isOptimized, isRelease } from './plan.js';
import { DEFAULT_RUNTIME } from './runtimes.js';
import { type Shipped, withoutSymbols } from './strip-executable.js';
import type { Way } from './way.js';

export interface BuiltFunction {
  readonly function: string;
  readonly package: string;
  /** The artifact, absolute. */
  readonly path: string;
  readonly format: ArtifactFormat;
  /** As Rust calls it; AWS says arm64 for aarch64. */
  readonly architecture: string;
  readonly runtime: string;
  /** Bytes of the artifact. */
  readonly size: number;
  /** Bytes of the artifact that was there before. */
  readonly previousSize: number | undefined;
  /** Bytes of the program; the same as `size` but for a zip. */
  readonly programSize: number;
  /** The oldest glibc it starts on; none for a static binary. */
  readonly glibc: string | undefined;
  /** Of a zip: what AWS calls `CodeSha256`. */
  readonly codeSha256: string | undefined;
  /** Of an image: its digest, and that of what it is built upon. */
  readonly image?: { readonly digest: string; readonly base: string } | undefined;
  /** The artifact was written; otherwise it was there already. */
  readonly changed: boolean;
  /** Of a release that has symbols: its machine code, and the crates that have most of it. */
  readonly code?: CodeSizes | undefined;
  /** What compiled it, and why that: a line for a person. */
  readonly compiler: Way['kind'];
  readonly why: string;
  /** Of a release: the file that tells what it was built from. */
  readonly facts?: string | undefined;
  /** The bill of materials, when one was asked for. */
  readonly sbom?: string | undefined;
}

export type SkippedFunction = Pick<FunctionTarget, 'name' | 'requiredFeatures'>;

export type BuildResult =
  | {
      readonly kind: 'ok';
      readonly functions: readonly BuiltFunction[];
      /** Functions that cargo left out, because a feature they require is not switched on. */
      readonly skipped: readonly SkippedFunction[];
      readonly seconds: number;
      /** Warnings as rustc rendered them. */
      readonly diagnostics: string;
    }
  | { readonly kind: 'failed'; readonly diagnostics: string; readonly exitCode: number }
  | { readonly kind: 'cancelled' };

export interface BuildRequest extends Omit<CompileRequest, 'section' | 'functions' | 'ways'> {
  /** Told how each function is going to be compiled, before cargo starts. */
  readonly onWays?: ((ways: Ways) => void) | undefined;
  /** Told of what a successful build was made from: every local file, and the executables that cargo made. */
  readonly onCompiled?: ((compiled: CompiledToShip) => void) | undefined;
}

export interface CompiledToShip extends Compiled {
  readonly executables: readonly Shipped[];
  /** Of a build with a release in it. */
  readonly origin?: Origin | undefined;
}

/**
 * Compiles every function of the project and puts what AWS takes into `target/lambda/<function>/`. Nothing is put
 * anywhere unless every binary could start on its runtime.
 */
export async function build(request: BuildRequest): Promise<BuildResult> {
  const started = performance.now();
  const outputs = outputsOf(request.project);
  await checkBeforeCargo(outputs);
  const ways = await chooseWays({ ...request, section: 'build' });
  await checkBases({ outputs, ways, cwd: request.project.cwd, env: request.env });
  request.onWays?.(ways);
  const leavesFacts = request.project.functions.some((one) => isOptimized(one, 'build'));
  const origin = leavesFacts ? originOf(request.project, request) : undefined;
  const first = await compileToShip({ ...request, ways, section: 'build' });
  if (first.kind !== 'ok') return first;
  const checked = await check(outputs, first, ways);
  const again = await withOlderGlibc(checked, request);
  if (again?.compiled.kind === 'cancelled') return again.compiled;
  const compiled = again?.compiled.kind === 'ok' ? merged(first, again.compiled) : first;
  const candidates = again ? await check(outputs, compiled, new Map([...ways, ...again.ways])) : checked;
  const isTried = again?.compiled.kind === 'failed';
  await refuseProblems(isTried ? candidates.map(afterZig) : candidates, compiled.crates);
  const built = new Set(candidates.map(({ output }) => output));
  const skipped = outputs.filter((output) => !built.has(output)).map(({ function: one }) => skippedOf(one));
  if (candidates.length === 0) throw nothingBuilt(skipped, ways);
  request.onCompiled?.({ ...compiled, origin: await origin });
  const functions = await Promise.all(candidates.map((one) => place(one, compiled.crates, request)));
  const seconds = (performance.now() - started) / 1000;
  return { kind: 'ok', functions, skipped, seconds, diagnostics: compiled.diagnostics };
}

type ToShip = CompiledToShip | Exclude<CompileResult, { kind: 'ok' }>;

async function compileToShip(request: CompileRequest): Promise<ToShip> {
  const compiled = await compile(request);
  if (compiled.kind !== 'ok') return compiled;
  const { targetDirectory } = request.project;
  return { ...compiled, executables: await withoutSymbols(compiled.executables, targetDirectory) };
}

function check(
  outputs: readonly Output[],
  { executables }: CompiledToShip,
  ways: Ways,
): Promise<Candidate[]> {
  return Promise.all(
    outputs.flatMap((output) => {
      const executable = executableOf(output, executables);
      return executable ? [inspect(output, executable, ways.get(output.function))] : [];
    }),
  );
}

/**
 * A plain build that needs a newer glibc than its runtime has is made again through Zig, where that is installed; where
 * it is not, or does not compile, the check of the plain build tells what is wrong.
 */
async function withOlderGlibc(
  candidates: readonly Candidate[],
  request: BuildRequest,
): Promise<{ readonly compiled: ToShip; readonly ways: Ways } | undefined> {
  const tooNew = candidates.filter(
    (one) =>
      needsOlderGlibc(one) &&
      one.way?.way.kind === 'cargo' &&
      ['auto', undefined].includes(one.output.function.settings.build.compiler?.type),
  );
  if (tooNew.length === 0) return undefined;
  const functions = tooNew.map(({ output }) => output.function);
  const needs = Object.fromEntries(
    tooNew.map(({ output: { function: one }, glibc }) => [needKey(one), glibc ?? 'of another kind']),
  );
  const ways = await chooseWays({ ...request, section: 'build', functions, needs }).catch((error) => {
    if (error instanceof UserError) return undefined;
    throw error;
  });
  if (!ways) return undefined;
  request.onWays?.(ways);
  const compiled = await compileToShip({ ...request, section: 'build', functions, ways });
  if (compiled.kind === 'ok') await rememberNeeds(request.project.targetDirectory, needs);
  return { compiled, ways };
}

function merged(first: CompiledToShip, again: CompiledToShip): CompiledToShip {
  const isReplaced = (one: Shipped) =>
    again.executables.some(({ name, packageName }) => name === one.name && packageName === one.packageName);
  return {
    ...again,
    executables: [...first.executables.filter((one) => !isReplaced(one)), ...again.executables],
    inputs: [...new Set([...first.inputs, ...again.inputs])],
    inputFolders: [...new Set([...first.inputFolders, ...again.inputFolders])],
  };
}

function skippedOf({ name, requiredFeatures }: FunctionTarget): SkippedFunction {
  return { name, requiredFeatures };
}

function executableOf({ function: one }: Output, executables: readonly Shipped[]): Shipped | undefined {
  return executables.find(
    ({ name, kind, packageName }) =>
      name === one.name && kind === one.kind && packageName === one.packageName,
  );
}

async function place(
  candidate: Candidate,
  crates: CrateFiles,
  request: BuildRequest,
): Promise<BuiltFunction> {
  const { output, executable, architecture, glibc, way } = candidate;
  const placed = await placeArtifact(candidate, request);
  const { name, packageName, settings } = output.function;
  return {
    function: name,
    package: packageName,
    path: output.path,
    format: output.format,
    architecture,
    runtime: settings.deploy.runtime ?? DEFAULT_RUNTIME,
    ...placed,
    programSize: (await stat(executable.path)).size,
    glibc,
    code: isRelease(output.function) ? await codeSizes(executable.linked, crates) : undefined,
    compiler: way?.way.kind ?? 'cargo',
    why: way?.why ?? '',
  };
}

function nothingBuilt(skipped: readonly SkippedFunction[], ways: Ways): UserError {
  const names = skipped.map(({ name }) => name).join(', ');
  const features = [...new Set(skipped.flatMap(({ requiredFeatures }) => requiredFeatures))];
  if (features.length === 0) {
    const [first] = ways.values();
    return new UserError('build.failed', {
      what: `What compiles (${first?.why}) ended well, but has told of no program for ${names}.`,
      fix: "It has to run cargo with the arguments that it gets, and leave cargo's JSON messages on stdout as they are.",
    });
  }
  return new UserError('project.no-function', {
    what: `cargo built no function: ${names} ${skipped.length > 1 ? 'need' : 'needs'} features that are not switched on.`,
    fix: `Add --features ${features.join(',')}`,
  });
}
