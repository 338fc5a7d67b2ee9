import { constants } from 'node:fs';
import { access, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Bench, parseBench, type Variant } from '../bench/bench-file.js';
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
    throw cannotWrite(path, (cause as Error).message.split(',')[0]!, cause);
  }
}

/** Whether files may be written, asked before the minutes that it takes to have something to write. */
export async function refuseUnwritable(
  paths: readonly (string | undefined)[],
  { cwd }: CliContext,
): Promise<void> {
  for (const path of paths) {
    if (path === undefined) continue;
    const place = resolve(cwd, path);
    const found = await stat(place).catch(() => undefined);
    if (found?.isDirectory()) throw cannotWrite(path, 'it is a folder');
    await access(found ? place : dirname(place), constants.W_OK).catch((cause: Error) => {
      throw cannotWrite(path, cause.message.split(',')[0]!, cause);
    });
  }
}

function cannotWrite(path: string, why: string, cause?: unknown): UserError {
  return new UserError('environment.file', {
    what: `Cannot write '${path}': ${why}.`,
    fix: 'Name a file in a folder that exists and may be written to.',
    cause,
  });
}

/** A function that only fails has no figures. */
export function refuseNothing({ variants }: Bench): void {
  const empty = variants.find(({ samples, failures }) => failures.count > 0 && isEmpty(samples));
  if (!empty) return;
  throw new UserError('bench.function-failed', {
    what: `'${empty.label}' failed in all of its ${empty.failures.count} invocations; the first answered: ${empty.failures.first}`,
    fix: 'Give it a payload that it takes: --data-example, --data-file or --data-ascii; crablet invoke shows what it answers.',
  });
}

function isEmpty(samples: Variant['samples']): boolean {
  return samples.firstMs.length === 0 && samples.warmMs.length === 0;
}
