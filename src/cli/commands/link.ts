import { existsSync } from 'node:fs';
import { lstat, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { foldersOnPath } from '../../build/find-tools.js';
import { UserError } from '../../errors.js';
import { makeFolder } from '../../make-folder.js';
import { packageRoot } from '../../package-root.js';
import { cargoHome } from '../../project/cargo-settings.js';
import { examples } from '../command.js';
import { type CliContext, note, print } from '../context.js';

interface LinkOptions {
  readonly remove?: true;
  readonly force?: true;
}

/** cargo looks for `cargo-lambda` when it is asked for `cargo lambda …`. */
const NAME = 'cargo-lambda';

export function define(command: Command, context: CliContext): void {
  command
    .argument('[folder]', "where to put it (default: cargo's own folder of programs)")
    .option('--remove', 'take it away again')
    .option('--force', 'in the place of a Cargo Lambda that is there');
  command.action((folder: string | undefined, options: LinkOptions) => runLink(folder, options, context));
  examples(command, [
    ['crablet link', 'cargo lambda build, cargo lambda watch, … run crablet from now on'],
    ['crablet link ~/bin', 'in a folder that comes earlier on PATH'],
    ['crablet link --remove', 'and no longer'],
  ]);
}

async function runLink(folder: string | undefined, options: LinkOptions, context: CliContext): Promise<void> {
  const place = folder ? resolve(context.cwd, folder) : join(cargoHome(context.env), 'bin');
  const path = join(place, NAME);
  const own = programHere();
  const there = await occupant(path);
  if (options.remove) {
    if (there === undefined) return note(context, `There is no ${path}.`);
    if (there !== own) throw notOurs(path, 'It is not ours to take away.');
    await rm(path);
    return print(context, path);
  }
  if (there !== undefined && there !== own && !options.force) {
    throw notOurs(
      path,
      `Put it in its place with --force, or link into a folder that comes earlier on PATH: crablet link DIR`,
    );
  }
  try {
    await makeFolder(place);
    await rm(path, { force: true });
    await symlink(own, path);
  } catch (cause) {
    throw new UserError('environment.file', {
      what: `${path} cannot be made: ${(cause as Error).message}.`,
      fix: 'Name a folder that is yours: crablet link DIR',
      cause,
    });
  }
  print(context, path);
  await tellWhatCargoFinds(path, context);
}

/** That it is made is of no use where cargo finds another, or none. */
async function tellWhatCargoFinds(path: string, context: CliContext): Promise<void> {
  const folders = searchedByCargo(context.env);
  if (!folders.includes(dirname(path))) {
    return note(context, `${dirname(path)} is not on PATH: put it there for cargo to find it.`);
  }
  const found = folders.map((folder) => join(folder, NAME)).find((one) => existsSync(one));
  if (found === undefined || found === path || (await occupant(found)) === (await occupant(path))) return;
  note(
    context,
    `cargo finds ${found} before it: put ${dirname(path)} earlier on PATH, or link there: crablet link ${dirname(found)} --force`,
  );
}

/** PATH, and before it cargo's own folder, unless that is on it (cargo's source, `search_directories` in src/bin/cargo/main.rs). */
function searchedByCargo(env: NodeJS.ProcessEnv): string[] {
  const folders = foldersOnPath(env);
  const own = join(cargoHome(env), 'bin');
  return folders.includes(own) ? folders : [own, ...folders];
}

/** In a checkout the script that keeps it built; in an installed package the program. */
function programHere(): string {
  const wrapper = join(packageRoot(), 'crablet');
  return existsSync(wrapper) ? wrapper : join(packageRoot(), 'dist', 'crablet.cjs');
}

/** What is at the path: where a link leads to, or the path itself; undefined for nothing. */
async function occupant(path: string): Promise<string | undefined> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : path;
  } catch {
    return undefined;
  }
}

function notOurs(path: string, fix: string): UserError {
  return new UserError('usage.exists', { what: `${path} is another program, not a link to crablet.`, fix });
}
