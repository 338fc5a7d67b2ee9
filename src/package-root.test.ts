import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { packageRoot } from './package-root.js';

it.each(['src/package-root.ts', 'dist/crablet.js', 'dist/chunks/new-ABC.js'])(
  'finds the package from %s',
  (file) => {
    const root = packageRoot(pathToFileURL(join(packageRoot(), file)).href);
    expect(root).toBe(packageRoot());
    expect(existsSync(join(root, 'templates/http/Cargo.toml'))).toBe(true);
  },
);

it('is not taken in by the package.json of another', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'crablet-root-'));
  try {
    await writeFile(join(folder, 'package.json'), '{"name": "other"}');
    expect(() => packageRoot(pathToFileURL(join(folder, 'dist/x.js')).href)).toThrow(
      /no package\.json of crablet/,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
