import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../errors.js';
import type { FunctionTarget } from '../project/project.js';
import { placeExecutable } from './artifact.js';
import { type Compiled, type CompileRequest, compile, type Executable } from './compile.js';
import { type Architecture, checkElf, type ElfProblem, isLambdaArchitecture } from './elf-check.js';
import { inspectFile } from './elf-file.js';
import { minimumGlibc } from './glibc.js';
import { includedFiles } from './included-files.js';
import { type Output, outputsOf } from './outputs.js';
import { wantedTarget } from './plan.js';
import { placeZip } from './zip-artifact.js';

export interface BuiltFunction {
  readonly function: string;
  readonly package: string;
  /** The artifact, absolute. */
  readonly path: string;
  readonly format: 'binary' | 'zip';
  /** As Rust calls it; AWS says arm64 for aarch64. */
  readonly architecture: string;
  readonly runtime: string;
  /** Bytes of the artifact. */
  readonly size: number;
  /** The oldest glibc it starts on; none for a static binary. */
  readonly glibc: string | undefined;
  /** Of a zip: what AWS calls `CodeSha256`. */
  readonly codeSha256: string | undefined;
  /** The artifact was written; otherwise it was there already. */
  readonly changed: boolean;
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

export interface BuildRequest extends Omit<CompileRequest, 'section' | 'functions'> {
  /** Told of what a successful build was made from: every local file, and the executables that cargo made. */
  readonly onCompiled?: ((compiled: Compiled) => void) | undefined;
}

const DEFAULT_RUNTIME = 'provided.al2023';

interface Candidate {
  readonly output: Output;
  readonly executable: Executable;
  readonly architecture: string;
  readonly glibc: string | undefined;
  readonly problems: readonly ElfProblem[];
}

/**
 * Compiles every function of the project and puts what AWS takes into `target/lambda/<function>/`. Nothing is put
 * anywhere unless every binary could start on its runtime.
 */
export async function build(request: BuildRequest): Promise<BuildResult> {
  const started = performance.now();
  const compiled = await compile({ ...request, section: 'build' });
  if (compiled.kind !== 'ok') return compiled;
  request.onCompiled?.(compiled);
  const outputs = outputsOf(request.project);
  const pairs = outputs.map((output) => ({ output, executable: executableOf(output, compiled.executables) }));
  const candidates = await Promise.all(
    pairs.flatMap(({ output, executable }) => (executable ? [inspect(output, executable)] : [])),
  );
  const skipped = pairs.flatMap(({ output: { function: one }, executable }): SkippedFunction[] =>
    executable ? [] : [{ name: one.name, requiredFeatures: one.requiredFeatures }],
  );
  if (candidates.length === 0) throw nothingBuilt(skipped);
  refuseProblems(candidates);
  const functions = await Promise.all(candidates.map(place));
  const seconds = (performance.now() - started) / 1000;
  return { kind: 'ok', functions, skipped, seconds, diagnostics: compiled.diagnostics };
}

function executableOf({ function: one }: Output, executables: readonly Executable[]): Executable | undefined {
  return executables.find(
    ({ name, kind, packageName }) =>
      name === one.name && kind === one.kind && packageName === one.packageName,
  );
}

async function inspect(output: Output, executable: Executable): Promise<Candidate> {
  const { settings } = output.function;
  const result = inspectFile(executable.path);
  const problems = checkElf(result, {
    runtime: settings.deploy.runtime ?? DEFAULT_RUNTIME,
    architecture: architectureOf(wantedTarget(output.function, 'build')),
    bundled: (await includedFiles(settings.include)).map(({ name }) => basename(name)),
    hasLayers: (settings.deploy.layer ?? []).length > 0,
  });
  return {
    output,
    executable,
    problems,
    architecture: result.kind === 'elf' ? result.facts.architecture : 'unknown',
    glibc: result.kind === 'elf' ? minimumGlibc(result.facts) : undefined,
  };
}

function architectureOf(triple: string | undefined): Architecture | undefined {
  const name = triple?.split('-')[0];
  return name !== undefined && isLambdaArchitecture(name) ? name : undefined;
}

async function place({ output, executable, architecture, glibc }: Candidate): Promise<BuiltFunction> {
  const zip = output.format === 'zip' ? await placeZip(executable.path, output) : undefined;
  const changed = zip ? zip.changed : (await placeExecutable(executable.path, output.path)) === 'written';
  const { name, packageName, settings } = output.function;
  return {
    function: name,
    package: packageName,
    path: output.path,
    format: output.format,
    architecture,
    runtime: settings.deploy.runtime ?? DEFAULT_RUNTIME,
    size: (await stat(output.path)).size,
    glibc,
    codeSha256: zip?.sha256,
    changed,
  };
}

function refuseProblems(candidates: readonly Candidate[]): void {
  const bad = candidates.filter(({ problems }) => problems.length > 0);
  if (bad.length === 0) return;
  const lines = bad.flatMap(({ output, problems }) =>
    problems.map(({ what }) => `${output.function.name}: ${what}`),
  );
  const mends = [...new Set(bad.flatMap(({ problems }) => problems.map(({ fix }) => fix)))];
  throw new UserError('build.would-not-start', {
    what: `The build is done, but could not start on AWS Lambda.\n  ${lines.join('\n  ')}`,
    fix: mends.join('\n       '),
  });
}

function nothingBuilt(skipped: readonly SkippedFunction[]): UserError {
  const features = [...new Set(skipped.flatMap(({ requiredFeatures }) => requiredFeatures))];
  return new UserError('project.no-function', {
    what: `cargo built no function: ${skipped.map(({ name }) => name).join(', ')} ${skipped.length > 1 ? 'need' : 'needs'} features that are not switched on.`,
    fix: features.length > 0 ? `Add --features ${features.join(',')}` : 'Name a function with --bin.',
  });
}
