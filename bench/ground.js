// Where the benchmark works: one copy of bench/function for each tool, all building into one target folder, so that
// the dependencies are compiled once. It lies outside of the checkout because Cargo Lambda leaves out of its watch
// what a .gitignore of any folder above names.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const checkout = dirname(here);
export const crabletJs = join(checkout, 'dist', 'crablet.cjs');

/** @typedef {{ name: string, folder: string, source: string }} Copy */
/** @typedef {{ env: NodeJS.ProcessEnv, target: string, crablet: Copy, cargo: Copy, peer: Copy }} Ground */

/** @returns {Ground} */
export function prepareGround() {
  const root = process.env.CRABLET_BENCH_DIR ?? join(tmpdir(), `bench-of-crablet-${userInfo().uid}`);
  const target = join(root, 'target');
  return {
    env: environment(target),
    target,
    crablet: copyFunction(root, 'hello-crablet'),
    cargo: copyFunction(root, 'hello-cargo'),
    peer: copyFunction(root, 'hello-peer'),
  };
}

/**
 * Every tool gets the same; no credentials, so that nothing is looked up over the network, and no bundle of certificates:
 * each Node.js would read it first, which takes 60 ms where the bundle is that of the system.
 */
function environment(target) {
  const { AWS_PROFILE: _, CARGO_BUILD_TARGET: __, NODE_EXTRA_CA_CERTS: ___, ...env } = process.env;
  const path = [join(checkout, '.tools', 'venv', 'bin'), env.PATH].join(delimiter);
  return { ...env, PATH: path, CARGO_TARGET_DIR: target, AWS_EC2_METADATA_DISABLED: 'true' };
}

function copyFunction(root, name) {
  const folder = join(root, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  cpSync(join(here, 'function'), folder, { recursive: true });
  for (const file of ['Cargo.toml', 'Cargo.lock']) {
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace('name = "hello"', `name = "${name}"`));
  }
  return { name, folder, source: join(folder, 'src', 'http_handler.rs') };
}

/** Changes the function's answer, as a person who saves a file does. */
export function edit(copy, number) {
  const text = readFileSync(copy.source, 'utf8');
  writeFileSync(copy.source, text.replace(/EDIT: u32 = \d+;/, `EDIT: u32 = ${number};`));
}

/** Builds with plain cargo; returns the executable. */
export function cargoBuild({ env, target }, copy, release = false) {
  const argv = ['build', ...(release ? ['--release'] : [])];
  const { status, stderr } = spawnSync('cargo', argv, { cwd: copy.folder, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`cargo ${argv.join(' ')} failed in ${copy.folder}:\n${stderr}`);
  return join(target, release ? 'release' : 'debug', copy.name);
}

/** Whether Cargo Lambda is there; its version is told by the package it came in. */
export function peerVersion({ env }) {
  const { stdout, status } = spawnSync('cargo-lambda', ['lambda', '--version'], { env, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

export function assertBuilt() {
  if (!existsSync(crabletJs)) throw new Error('dist/ is missing. Make it first: node scripts/build.js');
}
