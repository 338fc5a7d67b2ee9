// Fails when a tracked file names a package registry's host, or a folder that exists on one machine only: such a
// file works for whoever wrote it and for nobody else.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Written in pieces, so that this file does not find itself. */
const FORBIDDEN = [
  [
    'a registry host',
    /registry\.(npmjs|yarnpkg)\.\w+|(static|index)\.crates\.io|files\.pythonhosted|proxy\.golang/,
  ],
  ['a folder of one machine', new RegExp(`(^|[^\\w.-])/(${['work', 'main'].join('/')}|root|home/\\w+)/`)],
];
/** Cargo writes this name into every Cargo.lock as the source of a crate; it is an identifier, not a host. */
const BINARY = /\.(png|ico|zip|woff2)$/;

const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});
if (listed.status !== 0) throw new Error(`git ls-files: ${listed.stderr}`);

const found = [];
for (const path of listed.stdout.split('\0').filter((path) => path !== '' && !BINARY.test(path))) {
  if (path === 'scripts/check-portable.js') continue;
  const lines = read(path).split('\n');
  for (const [index, line] of lines.entries()) {
    for (const [what, pattern] of FORBIDDEN) {
      if (pattern.test(line)) found.push(`${path}:${index + 1}: ${what}: ${line.trim().slice(0, 100)}`);
    }
  }
}
if (read('package-lock.json').includes('"resolved":')) {
  found.push(
    'package-lock.json: has "resolved" addresses; run npm with the omit-lockfile-registry-resolved of .npmrc',
  );
}
for (const line of found) console.error(line);
process.exitCode = found.length > 0 ? 1 : 0;

function read(path) {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    // Deleted, but not committed yet.
    return '';
  }
}
