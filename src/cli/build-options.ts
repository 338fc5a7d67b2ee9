import type { ArtifactFormat } from '../build/outputs.js';
import { UserError } from '../errors.js';
import { COMPILERS, type Compiler, compilerFromText } from '../project/compiler.js';
import type { BuildValues } from '../project/keys.js';
import { nearest } from '../project/nearest.js';
import { type CargoOptions, cargoValues, given, variablesFrom } from './cargo-options.js';

export interface BuildOptions extends CargoOptions {
  readonly outputFormat?: ArtifactFormat;
  readonly baseImage?: string;
  readonly lambdaDir?: string;
  readonly arm64?: true;
  readonly x8664?: true;
  readonly disableOptimizations?: true;
  readonly include?: string[];
  readonly flatten?: string;
  readonly extension?: true;
  readonly internal?: true;
  readonly compiler?: string;
  readonly envVar?: string[];
  readonly envFile?: string;
  readonly sbom?: true;
  readonly dryRun?: true;
  readonly output?: 'text' | 'json';
  readonly all?: true;
  readonly lib?: true;
  readonly bins?: true;
  readonly examples?: true;
  readonly test?: string[];
  readonly tests?: true;
  readonly bench?: string[];
  readonly benches?: true;
  readonly allTargets?: true;
  readonly artifactDir?: string;
  readonly futureIncompatReport?: true;
  readonly unitGraph?: true;
  readonly buildPlan?: true;
}

/** The flags as configuration values: the strongest layer. */
export function buildValues(options: BuildOptions): BuildValues {
  return {
    ...cargoValues(options),
    ...given({
      output_format: options.outputFormat,
      base_image: options.baseImage,
      lambda_dir: options.lambdaDir,
      arm64: options.arm64,
      x86_64: options.x8664,
      disable_optimizations: options.disableOptimizations,
      include: options.include,
      flatten: options.flatten,
      extension: options.extension,
      internal: options.internal,
      compiler: options.compiler === undefined ? undefined : compilerNamed(options.compiler),
      env_var: variablesFrom(options.envVar),
      env_file: options.envFile,
      workspace: options.all,
      lib: options.lib,
      bins: options.bins,
      examples: options.examples,
      test: options.test,
      tests: options.tests,
      bench: options.bench,
      benches: options.benches,
      all_targets: options.allTargets,
      artifact_dir: options.artifactDir,
      future_incompat_report: options.futureIncompatReport,
    }),
  };
}

function compilerNamed(written: string): Compiler {
  const compiler = compilerFromText(written);
  if (compiler) return compiler;
  const names = COMPILERS.filter((name) => name !== 'command');
  const close = nearest(written, names);
  throw new UserError('usage.arguments', {
    what: `There is no compiler '${written}'; there are: ${names.join(', ')}.`,
    fix: close
      ? `Write --compiler ${close}`
      : 'Leave --compiler out, or name a program: --compiler ./my-cargo',
  });
}

/** Flags that contradict each other, or that make no sense through crablet. */
export function checkBuildOptions(options: BuildOptions): void {
  if (options.arm64 && options.x8664) {
    throw contradiction(
      '--arm64 and --x86-64 are both given',
      'Build twice, once with each, and with another --lambda-dir.',
    );
  }
  const architecture = options.arm64 ? '--arm64' : '--x86-64';
  if ((options.arm64 || options.x8664) && options.target) {
    throw contradiction(
      `${architecture} and --target are both given`,
      `Leave ${architecture} out: the target says it.`,
    );
  }
  if (options.target && options.target.length > 1) {
    throw contradiction(
      '--target is given more than once',
      'Build once for each target, with another --lambda-dir.',
    );
  }
  if (options.internal && !options.extension) {
    throw contradiction('--internal is given without --extension', 'Write --extension --internal.');
  }
  const json = options.messageFormat?.find((format) => !['human', 'short'].includes(format));
  if (json) {
    throw contradiction(
      `--message-format ${json} is not possible: crablet reads cargo's messages itself`,
      'For a result that a script can read: --output json',
    );
  }
  const graph = options.unitGraph ? '--unit-graph' : options.buildPlan ? '--build-plan' : undefined;
  if (graph)
    throw contradiction(
      `${graph} builds nothing`,
      `Ask cargo itself: cargo build ${graph} -Z unstable-options`,
    );
}

function contradiction(what: string, fix: string): UserError {
  return new UserError('usage.arguments', { what: `${what}.`, fix });
}
