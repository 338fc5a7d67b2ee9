import { basename, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { createProject } from '../../new/create.js';
import { HTTP_FEATURES } from '../../new/kind.js';
import { checkName } from '../../new/names.js';
import { examples } from '../command.js';
import { type CliContext, note } from '../context.js';

export function define(command: Command, context: CliContext): void {
  command
    .argument('<name>', 'the folder to make; its last part names the package and the function')
    .option('--http', 'a function that answers HTTP requests')
    .addOption(new Option('--http-feature <feature>', 'HTTP from one kind of sender').choices(HTTP_FEATURES))
    .action(async (name: string) => {
      const folder = resolve(context.cwd, name);
      checkName(basename(folder), (legal) => `crablet new ${legal} --http`);
      const made = await createProject({
        folder,
        names: { project: basename(folder) },
        kind: { kind: 'http' },
        mode: 'new',
        interrupted: context.interrupted,
      });
      note(context, `Made ${name}: ${made.files.join(', ')}`);
    });
  examples(command, [['crablet new hello --http', 'an HTTP function in the folder hello']]);
}
