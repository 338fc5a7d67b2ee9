import { type Command, Option } from 'commander';
import { examples } from '../command.js';
import type { CliContext } from '../context.js';
import { addReachOptions, type ReachOptions } from '../reach.js';

export interface RollbackOptions extends ReachOptions {
  readonly function?: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('[version]', 'the version to go to (default: the one before)')
    .addOption(new Option('-f, --function <name>', 'which function (default: the only one of the project)'));
  addReachOptions(command);
  command.action(async (version: string | undefined, options: RollbackOptions) => {
    const { rollBack } = await import('../roll-back.js');
    return rollBack(version, options, context);
  });
  examples(command, [
    ['crablet rollback', 'lead the alias to the version before; it ends a canary, too'],
    ['crablet rollback 7 --function orders', 'to this version, of a function of several'],
    ['crablet rollback --alias staging', 'another alias than live'],
  ]);
}
