import { resolve } from 'node:path';
import type { Command } from 'commander';
import { examples } from '../command.js';
import type { CliContext } from '../context.js';
import { addNewOptions, type NewOptions } from '../new-options.js';
import { makeProject } from '../new-project.js';

export function define(command: Command, context: CliContext): void {
  command.argument('[path]', 'the folder, which has no Cargo.toml yet', '.');
  addNewOptions(command);
  command.action((path: string, options: NewOptions) =>
    makeProject(context, { folder: resolve(context.cwd, path), mode: 'init', options }),
  );
  examples(command, [
    ['crablet init --http', 'a function that answers HTTP requests, in this folder'],
    ['crablet init services/orders --name orders-api --http', 'named otherwise than its folder'],
  ]);
}
