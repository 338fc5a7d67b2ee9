import { type Command, InvalidArgumentError, Option } from 'commander';
import { type BuildResult, build } from '../../build/build.js';
import { hostTriple } from '../../build/host.js';
import { outputsOf } from '../../build/outputs.js';
import { planRuns } from '../../build/plan.js';
import { EXIT, UserError } from '../../errors.js';
import { loadProject } from '../../project/load.js';
import type { Project } from '../../project/project.js';
import { type BuildOptions, buildValues, checkBuildOptions } from '../build-options.js';
import { addCargoOptions, choosing, collect } from '../cargo-options.js';
import { wantsColor } from '../color.js';
import { examples } from '../command.js';
import type { CliContext } from '../context.js';
import { reportBuild, reportPlan } from '../report/build.js';

export function define(command: Command, context: CliContext): void {
  command
    .addOption(
      new Option('-o, --output-format <format>', 'what to make: binary or zip').argParser(outputFormat),
    )
    .option('-l, --lambda-dir <dir>', 'where to put it (default: target/lambda)')
    .option('--arm64', 'for arm64 (Graviton)')
    .option('--x86-64', 'for x86_64')
    .option('--disable-optimizations', 'leave the release profile as it is in Cargo.toml')
    .option('-i, --include <path>', 'a file or folder for the zip, PATH or NAME:PATH (repeatable)', collect)
    .option('--flatten <bin>', 'put this function straight into the lambda dir')
    .option('--extension', 'the binaries are Lambda extensions')
    .option('--internal', 'with --extension: internal ones')
    .option('-c, --compiler <name>', 'what compiles: cargo')
    .option('--env-var <key=value>', 'a variable for the build (repeatable)', collect)
    .option('--env-file <path>', 'a file of variables for the build')
    .option('--dry-run', 'show what would be run and written')
    .addOption(new Option('--output <format>', 'how to report').choices(['text', 'json']).default('text'));
  addCargoOptions(command);
  addTargetOptions(command);
  command.action((options: BuildOptions) => runBuild(options, context));
  examples(command, [
    ['crablet build --release', 'target/lambda/<function>/bootstrap for every function'],
    ['crablet build --release --output-format zip', 'bootstrap.zip, the same bytes for the same input'],
    ['crablet build -p orders --bin orders --release', 'one function of a workspace'],
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

function outputFormat(value: string): 'binary' | 'zip' {
  const format = value.toLowerCase();
  if (format === 'binary' || format === 'zip') return format;
  throw new InvalidArgumentError(' It is binary or zip.');
}

async function runBuild(options: BuildOptions, context: CliContext): Promise<void> {
  checkBuildOptions(options);
  const color = wantsColor(context, options.color);
  const columns = context.stderr.isTTY && !options.quiet ? context.stderr.columns : undefined;
  const project = await loadProject({
    ...choosing(options),
    cwd: context.cwd,
    env: context.env,
    section: 'build',
    flags: { build: buildValues(options) },
    signal: context.interrupted,
  });
  checkCompiler(project);
  const output = options.output ?? 'text';
  if (options.dryRun) {
    const runs = planRuns(project, { section: 'build', color: false, host: hostTriple() });
    reportPlan(runs, outputsOf(project), { context, output });
    return;
  }
  const result = await build({
    project,
    env: context.env,
    color,
    progressColumns: columns,
    // Cargo's progress bar stands on the line where the diagnostic is to begin.
    onDiagnostic: (text) => context.stderr.write(columns === undefined ? text : `\r\u001b[K${text}`),
    onProgress: (text) => context.stderr.write(text),
    signal: context.interrupted,
  });
  reportBuild(result, { context, output, color });
  context.exitCode = exitCodeOf(result);
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

/** Only plain cargo works so far; a project made for another way says so in its configuration. */
function checkCompiler({ functions }: Project): void {
  for (const { settings } of functions) {
    const { compiler } = settings.build;
    if (compiler === undefined || compiler.type === 'cargo') continue;
    throw new UserError('usage.arguments', {
      what: `The compiler '${compiler.type}' (${settings.origins['build.compiler']?.place}) is not there yet; 'cargo' is.`,
      fix: 'Build with plain cargo: crablet build --compiler cargo. To go through Zig: subcommand = ["zigbuild"] beside type = "cargo" under [package.metadata.lambda.build.compiler]',
    });
  }
}
