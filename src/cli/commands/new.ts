import { resolve } from 'node:path';
import type { Command } from 'commander';
import { examples } from '../command.js';
import type { CliContext } from '../context.js';
import { addNewOptions, type NewOptions } from '../new-options.js';
import { makeProject } from '../new-project.js';

export function define(command: Command, context: CliContext): void {
  command.argument('<name>', 'the folder to make; its last part names the package and the function');
  addNewOptions(command);
  command.action((name: string, options: NewOptions) =>
    makeProject(context, { folder: resolve(context.cwd, name), mode: 'new', options }),
  );
  examples(command, [
    ['crablet new hello --http', 'a function that answers HTTP requests'],
    ['crablet new orders --event-type sqs::SqsEvent', 'a function that receives messages of a queue'],
    ['crablet new shop --workspace', 'two functions and a library that they share'],
    ['crablet new hello --template ../ours', 'a function from a template of your own'],
  ]);
}
