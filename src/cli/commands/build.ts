import { type Command, Option } from 'commander';
import { build } from '../../build/build.js';
import { EXIT } from '../../errors.js';
import type { BuildValues } from '../../project/keys.js';
import { assignments } from '../../project/kinds.js';
import { loadProject } from '../../project/load.js';
import {
  addCargoOptions,
  type CargoOptions,
  cargoValues,
  choosing,
  collect,
  given,
} from '../cargo-options.js';
import { wantsColor } from '../color.js';
import { examples } from '../command.js';
import type { CliContext } from '../context.js';
import { reportBuild } from '../report/build.js';

interface BuildOptions extends CargoOptions {
  readonly outputFormat?: 'binary' | 'zip';
  readonly lambdaDir?: string;
  readonly arm64?: true;
  readonly x8664?: true;
  readonly disableOptimizations?: true;
  readonly include?: string[];
  readonly flatten?: string;
  readonly envVar?: string[];
  readonly envFile?: string;
  readonly output?: 'text' | 'json';
}

export function define(command: Command, context: CliContext): void {
  command
    .addOption(new Option('-o, --output-format <format>', 'what to make').choices(['binary', 'zip']))
    .option('-l, --lambda-dir <dir>', 'where to put it (default: target/lambda)')
    .option('--arm64', 'for arm64 (Graviton)')
    .option('--x86-64', 'for x86_64')
    .option('--disable-optimizations', 'leave the release profile as it is')
    .option('-i, --include <path>', 'a file or folder for the zip, PATH or NAME:PATH (repeatable)', collect)
    .option('--flatten <bin>', 'put this function straight into the lambda dir')
    .option('--env-var <key=value>', 'a variable for the build (repeatable)', collect)
    .option('--env-file <path>', 'a file of variables for the build')
    .addOption(new Option('--output <format>', 'how to report').choices(['text', 'json']));
  addCargoOptions(command);
  command.action((options: BuildOptions) => runBuild(options, context));
  examples(command, [
    ['crablet build --release', 'target/lambda/<function>/bootstrap for every function'],
    ['crablet build --release --output-format zip', 'bootstrap.zip, the same bytes for the same input'],
    ['crablet build -p orders --arm64', 'the functions of one package, for arm64'],
  ]);
}

async function runBuild(options: BuildOptions, context: CliContext): Promise<void> {
  const color = wantsColor(context, options.color);
  const project = await loadProject({
    ...choosing(options),
    cwd: context.cwd,
    env: context.env,
    section: 'build',
    flags: { build: buildValues(options) },
    signal: context.interrupted,
  });
  const result = await build({
    project,
    env: context.env,
    color,
    progressColumns: context.stderr.isTTY ? context.stderr.columns : undefined,
    onDiagnostic: (text) => context.stderr.write(text),
    onProgress: (text) => context.stderr.write(text),
    signal: context.interrupted,
  });
  reportBuild(result, { context, output: options.output ?? 'text' });
  if (result.kind === 'failed') context.exitCode = EXIT.build;
  if (result.kind === 'cancelled') context.exitCode = EXIT.interrupted;
}

function buildValues(options: BuildOptions): BuildValues {
  return {
    ...cargoValues(options),
    ...given({
      output_format: options.outputFormat,
      lambda_dir: options.lambdaDir,
      arm64: options.arm64,
      x86_64: options.x8664,
      disable_optimizations: options.disableOptimizations,
      include: options.include,
      flatten: options.flatten,
      env_var: options.envVar && assignments(options.envVar),
      env_file: options.envFile,
    }),
  };
}
