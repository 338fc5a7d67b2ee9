import { type Command, Option } from 'commander';
import type { Diagnosis } from '../../build/diagnose.js';
import type { Prospect } from '../../build/prospects.js';
import { EXIT, UserError } from '../../errors.js';
import { loadProject } from '../../project/load.js';
import type { Project } from '../../project/project.js';
import { checkBuildOptions } from '../build-contradictions.js';
import { type BuildOptions, buildValues } from '../build-options.js';
import { choosing, collect } from '../cargo-options.js';
import { wantsColor } from '../color.js';
import { examples } from '../command.js';
import { type CliContext, print } from '../context.js';
import { outputFormatOption } from '../output-format.js';
import { reportDoctor } from '../report/doctor.js';
import { runSetup } from '../setup.js';

interface DoctorOptions extends BuildOptions {
  readonly json?: true;
  readonly setup?: true;
}

export function define(command: Command, context: CliContext): void {
  command
    .option('--arm64', 'what a build for arm64 would take')
    .option('--x86-64', 'what a build for x86_64 would take')
    .addOption(new Option('--target <triple>', 'what a build for this target would take').argParser(collect))
    .option('-c, --compiler <name>', 'what a build with this compiler would take')
    .option('--setup', 'run the commands that get what is missing for it')
    .option('--json', 'as JSON')
    .option('-m, --manifest-path <path>', 'the Cargo.toml to take, in place of the one here or above')
    .addOption(
      new Option('-p, --package <spec>', 'only functions of this package (repeatable)').argParser(collect),
    )
    .addOption(outputFormatOption())
    .addOption(new Option('--install-zig').hideHelp())
    .addOption(new Option('--install').hideHelp());
  command.action((options: DoctorOptions & Record<string, unknown>) => runDoctor(options, context));
  examples(command, [
    ['crablet doctor', 'what is installed, and how this project would be built'],
    ['crablet doctor --arm64', 'exit code 3 when that build cannot be done'],
    ['crablet doctor --arm64 --setup', 'get what is missing for it'],
  ]);
}

async function runDoctor(
  options: DoctorOptions & Record<string, unknown>,
  context: CliContext,
): Promise<void> {
  const { outputFormat, ...rest } = options;
  checkBuildOptions(rest);
  const json = options.json || (outputFormat as string) === 'json';
  const color = wantsColor(context, undefined);
  let diagnosis = await examine(rest, context);
  const setup = options.setup || options['installZig'] || options['install'];
  if (setup && (await runSetup(diagnosis, context))) diagnosis = await examine(rest, context);
  const canBuild = diagnosis.prospects.every(({ kind }) => kind === 'way');
  if (json) print(context, JSON.stringify({ schema: 'crablet.doctor/1', canBuild, ...diagnosis }));
  else reportDoctor(diagnosis, { context, color });
  if (!canBuild) context.exitCode = EXIT.environment;
}

async function examine(options: BuildOptions, context: CliContext): Promise<Diagnosis> {
  const { diagnose } = await import('../../build/diagnose.js');
  const { machineFindings } = await import('../machine-findings.js');
  const { cwd, env, interrupted: signal } = context;
  const project = await projectHere(options, context);
  const target = options.arm64 ? ARM : options.x8664 ? X86 : options.target?.[0];
  const [diagnosis, machine] = await Promise.all([
    diagnose({
      cwd,
      env,
      signal,
      target,
      compiler: buildValues(options).compiler,
      project: project.kind === 'project' ? project.project : undefined,
    }),
    machineFindings(context),
  ]);
  const prospects = project.kind === 'broken' ? [project.prospect] : diagnosis.prospects;
  return { findings: [...diagnosis.findings, ...machine], prospects };
}

const ARM = 'aarch64-unknown-linux-gnu';
const X86 = 'x86_64-unknown-linux-gnu';

type Here = { kind: 'project'; project: Project } | { kind: 'none' } | { kind: 'broken'; prospect: Prospect };

/** What is wrong with the question, and not with the project or the machine. */
function isOfTheFlags({ code }: UserError, { manifestPath, package: packages }: BuildOptions): boolean {
  if (code === 'project.no-manifest') return manifestPath !== undefined;
  if (code === 'project.unknown-function') return packages !== undefined;
  return code === 'usage.arguments';
}

/** Doctor answers where nothing can be built, too: without a project, and without Rust. */
async function projectHere(options: BuildOptions, context: CliContext): Promise<Here> {
  const { cwd, env, interrupted: signal } = context;
  try {
    const flags = { build: buildValues(options) };
    const project = await loadProject({ ...choosing(options), cwd, env, section: 'build', flags, signal });
    return { kind: 'project', project };
  } catch (error) {
    if (!(error instanceof UserError) || isOfTheFlags(error, options)) throw error;
    if (['project.no-manifest', 'environment.no-rust'].includes(error.code)) return { kind: 'none' };
    const { message: what, fix } = error;
    return { kind: 'broken', prospect: { functions: [], target: undefined, kind: 'refused', what, fix } };
  }
}
