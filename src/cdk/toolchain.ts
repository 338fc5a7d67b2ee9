import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ancestors } from '../project/ancestors.js';
import { fileHash, hashOf, namesIn } from './content-hash.js';
import { readStored, storeIn, writeStored } from './stored.js';

/**
 * Which compiler a folder's crates are compiled with: what `rustc -vV` says, asked again only when a toolchain or a choice
 * of one has changed. Undefined without Rust.
 */
export function toolchainOf(
  folder: string,
  targetDirectory: string,
  env: NodeJS.ProcessEnv,
): string | undefined {
  const file = join(storeIn(targetDirectory), `rustc-${hashOf(folder).slice(0, 16)}.json`);
  const key = keyFor(folder, env);
  const known = readStored<string>(file, () => key);
  if (known !== undefined) return known;
  const { status, stdout } = spawnSync(env['RUSTC'] || 'rustc', ['-vV'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  if (status !== 0) return undefined;
  writeStored(file, key, stdout);
  return stdout;
}

function keyFor(folder: string, env: NodeJS.ProcessEnv): string {
  const home = env['HOME'] ?? homedir();
  const rustup = env['RUSTUP_HOME'] ?? join(home, '.rustup');
  const onPath = (env['PATH'] ?? '').split(delimiter).map((one) => join(one, 'rustc'));
  const installed = namesIn(join(rustup, 'toolchains')).map(({ name }) =>
    join(rustup, 'toolchains', name, 'bin', 'rustc'),
  );
  return hashOf([
    env['RUSTC'],
    env['RUSTUP_TOOLCHAIN'],
    [...onPath, ...installed, env['RUSTC'] ?? ''].map(stampOf),
    fileHash(join(rustup, 'settings.toml')),
    ancestors(folder).flatMap((one) => [
      fileHash(join(one, 'rust-toolchain')),
      fileHash(join(one, 'rust-toolchain.toml')),
    ]),
  ]);
}

function stampOf(path: string): unknown {
  const facts = path === '' ? undefined : statSync(path, { throwIfNoEntry: false });
  return facts ? [path, facts.size, facts.mtimeMs, facts.ino] : null;
}
