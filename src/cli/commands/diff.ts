import type { Command } from 'commander';
import { examples } from '../command.js';
import type { CliContext } from '../context.js';
import { addDeployOptions, type DeployOptions } from '../deploy-options.js';

export function define(command: Command, context: CliContext): void {
  command.argument('[name]', "the function's name on AWS (default: the binary's)");
  addDeployOptions(command);
  command.action(async (name: string | undefined, options: DeployOptions) => {
    const { showDiff } = await import('../show-diff.js');
    return showDiff(name, options, context);
  });
  examples(command, [
    ['crablet diff', 'what differs on AWS from the project, also what someone changed in the console'],
    ['crablet diff --output json', 'in a scheduled job; exit code 7 says that something differs'],
    ['crablet diff --context prod --memory 512', 'against another configuration, and with other settings'],
  ]);
}
