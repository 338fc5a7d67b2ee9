import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packageFiles } from './package-files.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'crablet-package-'));
});

afterEach(() => rmSync(root, { recursive: true }));

function put(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  }
}

const found = () => packageFiles(root).map((path) => relative(root, path));

it('takes a crate, and nothing that is made from it, tests it or belongs to another crate', () => {
  put('Cargo.toml', 'src/main.rs', 'src/bin/other.rs', 'build.rs', 'templates/a.html', '.sqlx/q.json');
  put(
    'target/x',
    'node_modules/x',
    'cdk.out/asset',
    '.git/HEAD',
    'tests/a.rs',
    'README.md',
    'src/main.rs~',
    'Cargo.lock',
  );
  put('inner/Cargo.toml', 'inner/src/lib.rs', 'out/CACHEDIR.TAG', 'out/x');
  expect(found()).toEqual([
    '.sqlx/q.json',
    'Cargo.toml',
    'build.rs',
    'src/bin/other.rs',
    'src/main.rs',
    'templates/a.html',
  ]);
});

it('leaves out the CDK app that lies in the same folder', () => {
  put(
    'Cargo.toml',
    'src/main.rs',
    'src/page.ts',
    'package.json',
    'cdk.json',
    'bin/app.ts',
    'tsconfig.json',
    'queries.sql',
  );
  expect(found()).toEqual(['Cargo.toml', 'queries.sql', 'src/main.rs', 'src/page.ts']);
});
