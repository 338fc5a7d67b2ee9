import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findService } from '../local-file.js';
import { TargetFolders } from './target-folders.js';

let targetDirectory: string;

beforeEach(async () => {
  targetDirectory = await mkdtemp(join(tmpdir(), 'crablet-targets-'));
});

afterEach(() => rm(targetDirectory, { recursive: true }));

it('two workspaces share a folder, and the one that stays keeps what is served from it', async () => {
  const folders = new TargetFolders();
  const lambda = { url: 'http://127.0.0.1:9', tls: undefined, functionNames: () => ['a', 'b'] };
  const options = { announce: true };
  const executable = join(targetDirectory, 'made');
  await writeFile(executable, '#!/bin/sh\n');
  const one = { workspaceRoot: '/one', targetDirectory };
  const two = { workspaceRoot: '/two', targetDirectory };
  const ofOne = await folders.enter(one, lambda, options);
  const ofTwo = await folders.enter(two, lambda, options);
  // A name that both have is no reason to write over each other.
  const made = [await ofOne.make('fn', executable, []), await ofTwo.make('fn', executable, [])];
  expect(new Set(made.map(({ bootstrap }) => bootstrap)).size).toBe(2);
  await folders.leave(one);
  expect(made.map(({ bootstrap }) => existsSync(bootstrap))).toEqual([true, true]);
  await folders.tell(['b']);
  expect(await findService(targetDirectory)).toMatchObject({ url: lambda.url, functions: ['b'] });
  await folders.leave(two);
  expect(await findService(targetDirectory)).toBeUndefined();
  expect(existsSync(join(targetDirectory, 'lambda/.watch'))).toBe(false);
  await folders.close();
});
