import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../src/package-root.js';
import { VERSION } from '../src/version.js';

const read = (name: string) =>
  JSON.parse(readFileSync(join(packageRoot(), name), 'utf8')) as { version: string };

it('src/version.ts says what package.json and the lock file say', () => {
  expect(VERSION).toBe(read('package.json').version);
  expect(VERSION).toBe(read('package-lock.json').version);
});
