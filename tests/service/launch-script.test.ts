import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aShellHandsOn, launchScript, waitingRequest } from '../../src/local/isolation/launch.js';
import { type Exit, supervise } from '../../src/process/supervise.js';

/** A process that waits in a shell becomes the function with exactly its variables, whatever is in them. */

let folder: string;
let prints: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crablet-launch-'));
  prints = join(folder, 'prints');
  await writeFile(prints, '#!/bin/sh\nunset PWD OLDPWD SHLVL _\nexec /usr/bin/env -0\n');
  await chmod(prints, 0o755);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a waiting process', () => {
  it('has the variables that it is told', async () => {
    const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{3,10}$/);
    // Text that is no variable's: a zero byte ends it, and lone surrogates are no UTF-8.
    const value = fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replaceAll('\0', ''));
    const odd = fc.constantFrom("'", "a'b''c", '"$HOME`id`\\', '\n', 'a\n\nb\n', '\\n', '$(exit 3)', ' ', '');
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, fc.oneof(value, odd), { maxKeys: 5 }), async (env) => {
        fc.pre(aShellHandsOn(env));
        expect(await variablesOf(env)).toEqual(env);
      }),
      { numRuns: 40, examples: [[{ PATH: '/nowhere', LD_LIBRARY_PATH: '/x' }]] },
    );
  });

  it.each(['PPID', 'IFS', 'UID', 'a.b', '1A', 'A-B', ''])(
    'is not used for what a shell cannot hand on: %s',
    (name) => {
      expect(aShellHandsOn({ [name]: 'x' })).toBe(false);
    },
  );

  it('ends when it will never be told', async () => {
    const { process, exit } = start(Promise.reject(new Error('closed')));
    process.stdout.resume();
    expect(await exit).toEqual({ kind: 'exit', status: 0 });
  });

  it('ends without a word when the service has ended, and its control groups with it', async () => {
    const gone = join(folder, 'gone', 'cgroup.procs');
    const { process, exit } = start(Promise.resolve('echo told'), [gone]);
    const said = Promise.all([text(process.stdout), text(process.stderr)]);
    expect(await exit).toEqual({ kind: 'exit', status: 126 });
    expect(await said).toEqual(['', '']);
  });
});

function scriptFor(env: Record<string, string>): string {
  const launch = { program: '/var/task/bootstrap', env, limits: [] };
  const view = { holder: 1, user: undefined };
  return launchScript(launch, view, { nsenter: prints, prlimit: '/usr/bin/prlimit' });
}

async function variablesOf(env: Record<string, string>): Promise<Record<string, string>> {
  const { process, exit } = start(Promise.resolve(scriptFor(env)));
  const chunks: Buffer[] = [];
  process.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => process.stdout.once('end', resolve));
  expect(await exit).toEqual({ kind: 'exit', status: 0 });
  await ended;
  const entries = Buffer.concat(chunks).toString('utf8').split('\0').filter(Boolean);
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}

function start(told: Promise<string>, groups: readonly string[] = []) {
  told.catch(() => {});
  const process = supervise(waitingRequest(groups, told));
  process.stderr.resume();
  return { process, exit: new Promise<Exit>((resolve) => process.onExit(resolve)) };
}
