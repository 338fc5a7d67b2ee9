import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordBuild } from '../build/build-record.js';
import { type Asked, buildKey, unchangedBuild } from './unchanged.js';

// What cargo would have to be asked again for; that all inputs of a real build are seen is in tests/rust/build-unchanged.test.ts.

let folder: string;
let input: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crablet-unchanged-'));
  mkdirSync(join(folder, 'inner'));
  input = join(folder, 'main.rs');
  writeFileSync(input, 'fn main() {}');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const said = (stdout: string) => ({ stdout, stderr: '' });
const told = { text: said('for a person'), json: said('{}') };
const result = { kind: 'ok', functions: [], skipped: [], seconds: 1, diagnostics: '' } as const;

function asked(words: string, more: Partial<Asked> = {}): Asked {
  return { words: words.split(' '), cwd: folder, env: { A: 'one' }, terminal: false, ...more };
}

function remember(words: string, inputs = [input]): Promise<void> {
  const paths = { inputs, outputs: [join(folder, 'no-artifact')], target: join(folder, 'target') };
  return recordBuild(buildKey(asked(words)), { result, told }, paths, Date.now() + 1000);
}

describe('a build that was done before', () => {
  it.each([
    ['build', 'build', {}, 'text'],
    ['build --release', 'build --release', {}, 'text'],
    ['build --release', 'build --release --output json', {}, 'json'],
    ['build --output json -p a', 'build -p a', {}, 'text'],
    // Of the terminal, and not of the build.
    ['build', 'build', { env: { A: 'one', SHLVL: '3', COLUMNS: '80' } }, 'text'],
    ['build --manifest-path inner/../Cargo.toml', 'build --manifest-path inner/../Cargo.toml', {}, 'text'],
  ] as const)('as %s is told again to %s', async (before, now, more, form) => {
    await remember(before);
    expect(unchangedBuild(asked(now, more))).toEqual(told[form]);
  });

  it.each([
    ['[build]\njobs = 2\ntarget-dir = "made here" # beside\n', 'made here'],
    ["build.target-dir = '../made'\n", '../made'],
  ])('is found in the folder of %j', async (settings, target) => {
    mkdirSync(join(folder, 'inner', '.cargo'));
    writeFileSync(join(folder, 'inner', '.cargo', 'config.toml'), settings);
    const inside = asked('build', { cwd: join(folder, 'inner') });
    const paths = { inputs: [input], outputs: [], target: join(folder, 'inner', target) };
    await recordBuild(buildKey(inside), { result, told }, paths, Date.now() + 1000);
    expect(unchangedBuild(inside)).toEqual(told.text);
  });

  it.each([
    ['another flag', 'build --release', {}],
    ['a flag more', 'build -p a -p b', {}],
    ['the value of another flag', 'build -p a --include --output json', {}],
    ['another command', 'watch', {}],
    ['another variable', 'build -p a', { env: { A: 'two' } }],
    ['a variable more', 'build -p a', { env: { A: 'one', B: '' } }],
    ['a terminal', 'build -p a', { terminal: true }],
    ['another folder', 'build -p a', { cwd: join(tmpdir(), 'nowhere') }],
  ] as const)('is not told to %s', async (_what, now, more) => {
    await remember('build -p a');
    expect(unchangedBuild(asked(now, more))).toBeUndefined();
  });

  it('is found from a folder below, of the same build', async () => {
    const below = asked('build', { cwd: join(folder, 'inner') });
    const paths = { inputs: [input], outputs: [], target: join(folder, 'target') };
    await recordBuild(buildKey(below), { result, told }, paths, Date.now() + 1000);
    expect(unchangedBuild(below)).toEqual(told.text);
  });

  it.each([
    ['an input changed', () => writeFileSync(input, 'fn main() { }')],
    ['an input is gone', () => rmSync(input)],
    ['an artifact is there that was not', () => writeFileSync(join(folder, 'no-artifact'), '')],
    ['the record is cut off', () => writeFileSync(recordFile(), '{"stamps":[')],
    [
      'the record has another form',
      () => writeFileSync(recordFile(), '{"stamps":[],"result":{"kind":"ok"}}'),
    ],
  ])('is not told when %s', async (_what, change) => {
    await remember('build');
    expect(unchangedBuild(asked('build'))).toEqual(told.text);
    change();
    expect(unchangedBuild(asked('build'))).toBeUndefined();
  });
});

function recordFile(): string {
  const records = join(folder, 'target/lambda/.builds');
  return join(records, readdirSync(records)[0]!);
}
