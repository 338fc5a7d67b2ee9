// Where and with what a run was made: figures of two machines are not to be compared.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { checkout } from './ground.js';
import { hasWrk } from './http.js';

/** @returns {Record<string, string>} */
export function machine(ground, peer) {
  const lock = readFileSync(join(ground.crablet.folder, 'Cargo.lock'), 'utf8');
  const crate = (name) => new RegExp(`name = "${name}"\\nversion = "([^"]+)"`).exec(lock)?.[1];
  const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`,
    'load before': loadavg()[0].toFixed(2),
    crablet: version,
    'Node.js': process.versions.node,
    Rust: spawnSync('rustc', ['--version'], { encoding: 'utf8' }).stdout.trim(),
    crates: `lambda_http ${crate('lambda_http')}, lambda_runtime ${crate('lambda_runtime')}`,
    'Cargo Lambda':
      peer ?? 'not installed: python3 -m venv .tools/venv && .tools/venv/bin/pip install cargo-lambda',
    load: hasWrk ? 'wrk' : 'a closed loop in Node.js',
  };
}
