import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Bench, parseBench } from '../bench/bench-file.js';
import { UserError } from '../errors.js';
import { type CliContext, note } from './context.js';

/** @throws UserError bench.file */
export async function readBench(path: string, { cwd }: CliContext): Promise<Bench> {
  let text: string;
  try {
    text = await readFile(resolve(cwd, path), 'utf8');
  } catch (cause) {
    throw new UserError('bench.file', {
      what: `Cannot read the benchmark '${path}': ${(cause as Error).message.split(',')[0]}.`,
      fix: 'Name a file that was written with: crablet bench --save FILE',
      cause,
    });
  }
  return parseBench(text, path);
}

/** Writes what was asked for with a flag, and says so. */
export async function writeAsked(path: string, text: string, context: CliContext): Promise<void> {
  try {
    await writeFile(resolve(context.cwd, path), text);
    note(context, `written: ${path}`);
  } catch (cause) {
    throw new UserError('environment.file', {
      what: `Cannot write '${path}': ${(cause as Error).message.split(',')[0]}.`,
      fix: 'Name a file in a folder that exists and may be written to.',
      cause,
    });
  }
}
