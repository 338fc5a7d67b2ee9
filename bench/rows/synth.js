// How long an app with one and with ten Rust functions takes to be synthesized, with nothing changed and with one changed
// file, beside cargo-lambda-cdk in the same app. The CDK's own program is left out: it is the same for both.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkout } from '../ground.js';
import { milliseconds, ratio } from '../report.js';
import { median, summary } from '../statistics.js';

const PEER = 'cargo-lambda-cdk@0.0.36';
const COUNTS = [1, 10];

export function synthRow(ground, size) {
  const root = join(dirname(ground.target), 'synth');
  const peerModules = size.peer ? installPeer(root) : undefined;
  return Object.fromEntries(
    COUNTS.map((count) => {
      const tools = {
        crablet: appOf(ground, join(root, `crablet-${count}`), count, {
          cdk: join(checkout, 'node_modules/aws-cdk-lib'),
          constructs: join(checkout, 'dist/cdk/index.js'),
        }),
        ...(peerModules && {
          peer: appOf(ground, join(root, `peer-${count}`), count, {
            cdk: join(peerModules, 'aws-cdk-lib'),
            constructs: join(peerModules, 'cargo-lambda-cdk'),
          }),
        }),
      };
      for (const one of Object.values(tools)) one.synth();
      const unchanged = inTurns(size.builds, tools, (one) => one.synth());
      const changed = inTurns(size.builds, tools, (one, turn) => {
        one.edit(turn);
        return one.synth();
      });
      return [count, { unchanged, changed }];
    }),
  );
}

/** Beside the CDK that it asks for: a newer one than the oldest that crablet takes. */
function installPeer(root) {
  const folder = join(root, 'peer');
  const modules = join(folder, 'node_modules');
  if (existsSync(join(modules, 'cargo-lambda-cdk'))) return modules;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  const argv = [
    'install',
    '--no-package-lock',
    '--loglevel=error',
    PEER,
    'aws-cdk-lib@2.276.0',
    'constructs@10',
  ];
  const { status } = spawnSync('npm', argv, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  return status === 0 ? modules : undefined;
}

/** Functions without dependencies: what is measured is the construct and cargo's start, not the compilation of crates. */
function appOf(ground, folder, count, { cdk, constructs }) {
  rmSync(folder, { recursive: true, force: true });
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const names = Array.from({ length: count }, (_, index) => `f${index}`);
  write('Cargo.toml', '[workspace]\nresolver = "3"\nmembers = ["f*"]\n');
  for (const name of names) {
    write(`${name}/Cargo.toml`, `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2024"\n`);
    write(`${name}/src/main.rs`, 'fn main() { println!("0") }\n');
  }
  write(
    'app.cjs',
    `const { App, Stack } = require(${JSON.stringify(cdk)});
const { RustFunction } = require(${JSON.stringify(constructs)});
const app = new App();
const stack = new Stack(app, 'Functions');
for (const name of ${JSON.stringify(names)}) new RustFunction(stack, name, { manifestPath: name });
app.synth();
`,
  );
  const env = { ...ground.env, CARGO_TARGET_DIR: join(folder, 'target'), CDK_OUTDIR: 'cdk.out' };
  return {
    edit: (turn) => write('f0/src/main.rs', `fn main() { println!("${turn + 1}") }\n`),
    synth: () => {
      const start = performance.now();
      const { status, stderr } = spawnSync(process.execPath, ['app.cjs'], {
        cwd: folder,
        env,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`the synth in ${folder} failed: ${stderr}`);
      return performance.now() - start;
    },
  };
}

function inTurns(turns, tools, measure) {
  const times = Object.fromEntries(Object.keys(tools).map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [name, one] of Object.entries(tools)) times[name].push(measure(one, turn));
  }
  return times;
}

/** @returns {import('../report.js').Row[]} */
export function synthReport(measured) {
  return COUNTS.flatMap((count) => {
    const functions = count === 1 ? 'one function' : `${count} functions`;
    return [
      row(`synth of ${functions}, nothing changed`, measured[count].unchanged),
      row(`synth of ${functions}, one file changed`, measured[count].changed),
    ];
  });
}

function row(what, { crablet, peer }) {
  const ours = median(crablet);
  const theirs = peer && median(peer);
  return {
    what,
    ours: milliseconds(ours),
    against: peer && `cargo-lambda-cdk ${milliseconds(theirs)}`,
    result: peer && ratio(ours / theirs),
    target: 'at most 1 ×',
    met: peer && ours / theirs <= 1,
    peer: peer && milliseconds(theirs),
    samples: { crablet: summary(crablet), peer: peer && summary(peer) },
  };
}
