import type { Command } from 'commander';
import { examples } from '../command.js';
import type { CliContext } from '../context.js';
import { addReachOptions, type ReachOptions } from '../reach.js';

export function define(command: Command, context: CliContext): void {
  command.argument('[function]', 'which function (default: all of the project)');
  addReachOptions(command);
  command.action(async (name: string | undefined, options: ReachOptions) => {
    const { showVersions } = await import('../show-versions.js');
    return showVersions(name, options, context);
  });
  examples(command, [
    ['crablet versions', "every function's versions, what each was made from, and what gets the traffic"],
    ['crablet versions orders --output json', 'for scripts'],
  ]);
}
