import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../src/package-root.js';

/** docs/fidelity.md claims much: each cell has to say what it stands on. */

const page = readFileSync(join(packageRoot(), 'docs/fidelity.md'), 'utf8');
const cellsOf = (line: string) =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
const [claims, sources] = page.split('## Where it is read from').map((part) =>
  part
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map(cellsOf),
) as [string[][], string[][]];
const behaviours = claims.filter(([what]) => !what!.startsWith('**'));
const known = new Map(sources.map(([key, source]) => [key!, source!]));

describe('docs/fidelity.md', () => {
  it('has a row for much', () => {
    expect(behaviours.length).toBeGreaterThan(30);
    expect(behaviours.filter((cells) => cells.length !== 6)).toEqual([]);
  });

  it.each(behaviours)('%s: crablet names tests that exist', (_what, crablet) => {
    const paths = [...crablet!.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, path]) => path!);
    expect(paths).not.toEqual([]);
    expect(paths.filter((path) => !existsSync(join(packageRoot(), path)))).toEqual([]);
  });

  it.each(behaviours)('%s: what is said of another tool has its source', (_what, _crablet, ...others) => {
    const marks = others.flatMap((cell) => [...cell.matchAll(/\[([A-Z]\d+)\]/g)].map(([, mark]) => mark!));
    expect(marks.filter((mark) => !known.has(mark))).toEqual([]);
    // What another tool does as AWS does it, or leaves to a container, is its own documentation to say.
    expect(others.filter((cell) => /^(no|refused)\b/.test(cell) && !/\[[A-Z]\d+\]/.test(cell))).toEqual([]);
  });

  it('lists no source that nothing is read from', () => {
    expect([...known.keys()].filter((key) => !page.includes(`[${key}]`))).toEqual([]);
  });
});
