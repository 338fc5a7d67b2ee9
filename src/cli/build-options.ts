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
