import { relative } from 'node:path';
import { type Command, Option } from 'commander';
import { deploySettings } from '../../project/deploy-settings.js';
import { type DescribedSettings, type Description, describeWorkspace } from '../../project/describe.js';
import { loadProject } from '../../project/load.js';
import { examples } from '../command.js';
import { type CliContext, print } from '../context.js';

interface DescribeOptions {
  readonly manifestPath?: string;
  readonly settings?: true;
  readonly output: 'text' | 'json';
}

export function define(command: Command, context: CliContext): void {
  command
    .option('--manifest-path <path>', 'the Cargo.toml to take, in place of the one here or above')
    .option('--settings', 'with JSON: also the settings of each function, and the routes')
    .addOption(new Option('--output <format>', 'how to report').choices(['text', 'json']).default('text'));
  command.action((options: DescribeOptions) => runDescribe(options, context));
  examples(command, [
    ['crablet describe', 'the packages of the workspace, their binaries, and the local code they use'],
    ['crablet describe --settings --output json', 'with settings and routes, as crablet/cdk reads them'],
  ]);
}

async function runDescribe(options: DescribeOptions, context: CliContext): Promise<void> {
  const { cwd, env, interrupted: signal } = context;
  const { manifestPath } = options;
  const description = await describeWorkspace({ cwd, env, manifestPath, signal });
  if (options.output === 'text') {
    describeInWords(description, context);
    return;
  }
  const settings = options.settings ? await settingsOf(manifestPath, context) : {};
  print(context, JSON.stringify({ schema: 'crablet.describe/1', ...description, ...settings }));
}

/** Of the functions that a build would make for the same manifest. */
async function settingsOf(
  manifestPath: string | undefined,
  { cwd, env, interrupted: signal }: CliContext,
): Promise<DescribedSettings> {
  const project = await loadProject({ cwd, env, manifestPath, section: 'deploy', signal });
  const { router, configurationFiles } = project;
  const functions = project.functions.map((one) => ({ ...one, deploy: deploySettings(one) }));
  return { functions, router, configurationFiles };
}

function describeInWords({ packages, workspaceRoot }: Description, context: CliContext): void {
  for (const one of packages) {
    const where = relative(workspaceRoot, one.root) || '.';
    print(context, `${one.name}${one.isMember ? '' : ' (outside the workspace)'}  ${where}`);
    for (const { name, requiredFeatures } of one.binaries) {
      const needs = requiredFeatures.length > 0 ? `  needs --features ${requiredFeatures.join(',')}` : '';
      print(context, `  ${name}${name === one.defaultBinary ? '  (default-run)' : ''}${needs}`);
    }
    for (const root of one.uses) print(context, `  uses ${relative(workspaceRoot, root) || '.'}`);
  }
}
