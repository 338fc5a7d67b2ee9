import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ArtifactFormat } from '../../build/outputs.js';
import type { BuildKey } from '../../build/recorded-build.js';
import { checkBuildOptions } from '../build-contradictions.js';
import type { BuildOptions } from '../build-options.js';
import { addCargoOptions, collect } from '../cargo-options.js';
import { examples } from '../command.js';
import type { CliContext } from '../context.js';
import { buildKey } from '../unchanged.js';

export function define(command: Command, context: CliContext): void {
  command
    .addOption(
      new Option('-o, --output-format <format>', 'what to make: binary, zip or oci').argParser(outputFormat),
    )
    .option(
      '--base-image <image>',
      'with oci: what the image is built upon: scratch, oci:FOLDER, oci-archive:FILE, HOST/NAME:TAG',
    )
    .option('-l, --lambda-dir <dir>', 'where to put it (default: target/lambda)')
    .option('--arm64', 'for arm64 (Graviton)')
    .option('--x86-64', 'for x86_64')
    .option('--disable-optimizations', 'leave the release profile as it is in Cargo.toml')
    .option(
      '-i, --include <path>',
      'a file or folder for the zip, PATH or NAME:PATH; !PATTERN leaves out (repeatable)',
      collect,
    )
    .option('--flatten <bin>', 'put this function straight into the lambda dir')
    .option('--extension', 'the binaries are Lambda extensions')
    .option('--internal', 'with --extension: internal ones')
    .option(
      '-c, --compiler <name>',
      'what compiles: auto (default), cargo, cargo-zigbuild, musl, cross, docker[:IMAGE], or a command',
    )
    .option('--env-var <key=value>', 'a variable for the build (repeatable)', collect)
    .option('--env-file <path>', 'a file of variables for the build')
    .option('--sbom', 'write a bill of materials (CycloneDX) beside each artifact')
    .option('--dry-run', 'show what would be run and written')
    .addOption(new Option('--output <format>', 'how to report').choices(['text', 'json']).default('text'));
  addCargoOptions(command);
  addTargetOptions(command);
  command.action(async (options: BuildOptions) => {
    checkBuildOptions(options);
    const { buildProject } = await import('../build-project.js');
    await buildProject(options, keyOf(options, command.parent?.args ?? [], context), context);
  });
  examples(command, [
    ['crablet build --release', 'target/lambda/<function>/bootstrap for every function'],
    ['crablet build --release --output-format zip', 'bootstrap.zip, the same bytes for the same input'],
    [
      'crablet build --release --output-format oci --base-image public.ecr.aws/lambda/provided:al2023',
      'a container image, as a folder in the form of an OCI layout; no Docker is needed',
    ],
    ['crablet build -p orders --bin orders --release', 'one function of a workspace'],
    ['crablet build --release --arm64', 'for arm64; crablet doctor --arm64 tells what that takes'],
    ['crablet build --release --output json', 'what was built, for scripts'],
  ]);
}

/** Cargo's other kinds of targets: they are compiled along, and hidden in help as hardly anyone needs them here. */
function addTargetOptions(command: Command): void {
  for (const flags of ['--all', '--lib', '--bins', '--examples', '--tests', '--benches', '--all-targets']) {
    command.addOption(new Option(flags).hideHelp());
  }
  for (const flags of ['--test <name>', '--bench <name>']) {
    command.addOption(new Option(flags).argParser(collect).hideHelp());
  }
  command.addOption(new Option('--artifact-dir <dir>').hideHelp());
  for (const flags of ['--future-incompat-report', '--unit-graph', '--build-plan']) {
    command.addOption(new Option(flags).hideHelp());
  }
  // Of Cargo Lambda: there the target is looked up with rustup and added; here rustc itself names what is missing.
  command.addOption(new Option('--skip-target-check').hideHelp());
}

function outputFormat(value: string): ArtifactFormat {
  const format = value.toLowerCase();
  if (format === 'binary' || format === 'zip' || format === 'oci') return format;
  throw new InvalidArgumentError('It is binary, zip or oci.');
}

/** Under which the build is remembered; undefined for one that makes more than artifacts, or is to tell how it goes. */
function keyOf(
  options: BuildOptions,
  words: readonly string[],
  { cwd, env, stderr }: CliContext,
): BuildKey | undefined {
  const { dryRun, timings, artifactDir, futureIncompatReport, verbose } = options;
  if (dryRun || timings || artifactDir || futureIncompatReport || verbose) return undefined;
  return buildKey({ words, cwd, env, terminal: stderr.isTTY === true });
}
