import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { externalExtensions } from './external-extensions.js';

let root = '';
const at = (...parts: string[]) => join(root, ...parts);

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'crablet-test-'));
  for (const [layer, names] of [
    ['a', ['spy', 'zebra']],
    ['b', ['spy', 'Apple']],
  ] as const) {
    mkdirSync(at(layer, 'extensions', 'folder'), { recursive: true });
    for (const name of names) writeFileSync(at(layer, 'extensions', name), layer);
  }
  mkdirSync(at('none'));
  writeFileSync(at('alone'), '');
  writeFileSync(at('layer.zip'), '');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the external extensions', () => {
  it('are every file in the layers’ extensions/, the last of one name, in the order of their names', () => {
    expect(externalExtensions([at('a'), at('b')], [])).toEqual([
      { name: 'Apple', path: at('b', 'extensions', 'Apple') },
      { name: 'spy', path: at('b', 'extensions', 'spy') },
      { name: 'zebra', path: at('a', 'extensions', 'zebra') },
    ]);
  });

  it('are those that are named, too', () => {
    expect(externalExtensions([at('none')], [at('alone')])).toEqual([{ name: 'alone', path: at('alone') }]);
    expect(externalExtensions([], [])).toEqual([]);
  });

  it.each([
    [['missing'], [], 'There is no layer folder', '--layer FOLDER'],
    [['alone'], [], 'is no folder', '--layer FOLDER'],
    [['layer.zip'], [], 'is no folder', 'unzip '],
    [[], ['missing'], 'There is no extension', '--extension target/lambda/extensions/missing'],
    [[], ['none'], 'There is no extension', 'crablet build --extension'],
  ] as [string[], string[], string, string][])('of %j and %j cannot be found', (layers, files, what, fix) => {
    const find = () =>
      externalExtensions(
        layers.map((name) => at(name)),
        files.map((name) => at(name)),
      );
    expect(find).toThrow(UserError);
    expect(find).toThrow(
      expect.objectContaining({ message: expect.stringContaining(what), fix: expect.stringContaining(fix) }),
    );
  });
});
