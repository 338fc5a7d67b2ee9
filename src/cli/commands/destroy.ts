import type { Command } from 'commander';
import { examples } from '../command.js';
import type { CliContext } from '../context.js';
import { addReachOptions, type ReachOptions } from '../reach.js';

export interface DestroyOptions extends ReachOptions {
  readonly yes?: true;
  readonly keepLogs?: true;
  readonly dryRun?: true;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('[function]', 'which function (default: all of the project)')
    .option('-y, --yes', 'take away what is shown without asking')
    .option('--dry-run', 'show what would be taken away, and end')
    .option('--keep-logs', 'leave the log group');
  addReachOptions(command);
  command.action(async (name: string | undefined, options: DestroyOptions) => {
    const { destroy } = await import('../destroy.js');
    return destroy(name, options, context);
  });
  examples(command, [
    ['crablet destroy', 'show all that crablet made for the project, ask, and take it away'],
    ['crablet destroy orders --keep-logs', 'one function, and not its logs'],
    ['crablet destroy --yes --output json', 'in a script'],
  ]);
}
