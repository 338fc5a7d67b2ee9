// Removes the declarations that the package's doors do not lead to: the compiler writes one for every module that a
// door's code imports, and some of those name packages that only the checkout has. Those of crablet/cdk are said to be
// CommonJS, as its code is.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const types = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'types');
const reached = new Set();
for (const door of ['index.d.ts', join('cdk', 'index.d.ts')]) follow(join(types, door));
for (const entry of readdirSync(types, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && !reached.has(path)) rmSync(path);
}
writeFileSync(join(types, 'cdk', 'package.json'), '{"type":"commonjs"}\n');

function follow(path) {
  if (reached.has(path) || !existsSync(path)) return;
  reached.add(path);
  for (const [, from] of readFileSync(path, 'utf8').matchAll(/(?:\bfrom|\bimport\()\s*['"](\.[^'"]+)['"]/g))
    follow(join(dirname(path), from).replace(/\.js$/, '.d.ts'));
}
