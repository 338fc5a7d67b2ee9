import { describe, expect, it } from 'vitest';
import type { DescribedPackage, Description } from '../project/describe.js';
import { chooseBinary } from './choose-binary.js';

const one = (
  root: string,
  binaries: readonly string[],
  more: Partial<DescribedPackage> = {},
): DescribedPackage => ({
  name: root.slice(3),
  root,
  isMember: true,
  binaries: binaries.map((name) => ({ name, source: '', requiredFeatures: [] })),
  uses: [],
  ...more,
});
const workspace = (...packages: DescribedPackage[]): Description => ({
  workspaceRoot: '/w',
  targetDirectory: '/w/target',
  lockfile: '/w/Cargo.lock',
  packages,
  replacements: [],
});
const two = workspace(one('/w/a', ['a']), one('/w/b', ['x', 'b', 'y']), one('/w/lib', []));

describe('chooseBinary', () => {
  it.each<[string, Description, string, string | undefined, string]>([
    ['the only one', two, '/w/a', undefined, 'a'],
    ['the one called like its package', two, '/w/b', undefined, 'b'],
    ['the one that is named', two, '/w/b', 'y', 'y'],
    ['one of any member from the root of the workspace', two, '/w', 'x', 'x'],
    ['default-run', workspace(one('/w/b', ['x', 'b'], { defaultBinary: 'x' })), '/w/b', undefined, 'x'],
    [
      'that of a root package that is a workspace, too',
      workspace(one('/w', ['main']), one('/w/a', ['a'])),
      '/w',
      undefined,
      'main',
    ],
    [
      'of another member from such a root',
      workspace(one('/w', ['main']), one('/w/a', ['a'])),
      '/w',
      'a',
      'a',
    ],
  ])('%s', (_, description, folder, name, expected) => {
    expect(chooseBinary(description, folder, name)).toMatchObject({ name: expected });
  });

  it.each<[string, string, string | undefined, RegExp, RegExp]>([
    ['a misspelt name', '/w/b', 'xx', /no binary 'xx'; it has: b, x, y/, /binaryName: 'x'/],
    ['several', '/w', undefined, /several binaries: a, b, x, y/, /fromWorkspace/],
    ['none', '/w/lib', undefined, /no binary/, /manifestPath: '\/w\/a'/],
  ])('refuses %s', (_, folder, name, what, fix) => {
    expect(chooseBinary(two, folder, name)).toEqual({
      what: expect.stringMatching(what),
      fix: expect.stringMatching(fix),
    });
  });
});
