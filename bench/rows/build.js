// How long a build takes from nothing and with nothing to do, for one function and for ten, and how large what comes
// out is. Each tool builds into a target folder of its own, which is removed before a clean build.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crabletJs } from '../ground.js';
import { milliseconds, ratio } from '../report.js';
import { median, summary } from '../statistics.js';

const TEN = 10;

export function buildRow(ground, size) {
  const crablet = tool(ground, 'crablet', ground.crablet.folder, process.execPath, [crabletJs, 'build']);
  const peer = tool(ground, 'peer', ground.peer.folder, 'cargo-lambda', [
    'lambda',
    'build',
    '--compiler',
    'cargo',
  ]);
  const pair = size.peer ? { crablet, peer } : { crablet };
  const clean = interleaved(size.cleanBuilds, pair, (one) => {
    one.forget();
    return one.run('--release');
  });
  for (const one of Object.values(pair)) one.run('--release');
  const nothing = interleaved(size.starts, pair, (one) => one.run('--release'));
  const sizes = Object.fromEntries(
    Object.entries(pair).map(([name, one]) => [name, sizesOf(one, ground[name].name)]),
  );
  return { clean, nothing, sizes, ten: tenFunctions(ground, size) };
}

function tool(ground, name, cwd, program, argv) {
  const target = join(dirname(ground.target), `build-${name}`);
  return {
    target,
    forget: () => rmSync(target, { recursive: true, force: true }),
    run: (...more) => timed({ ...ground.env, CARGO_TARGET_DIR: target }, cwd, program, [...argv, ...more]),
  };
}

function interleaved(turns, tools, measure) {
  const times = Object.fromEntries(Object.keys(tools).map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn += 1) {
    // First one, then the other begins: what the one before leaves (a warm disk, a warm processor) is shared out evenly.
    const order = Object.entries(tools);
    if (turn % 2 === 1) order.reverse();
    for (const [name, one] of order) times[name].push(measure(one));
  }
  return times;
}

function timed(env, cwd, program, argv) {
  const start = performance.now();
  const { status, stderr, error } = spawnSync(program, argv, { cwd, env, encoding: 'utf8' });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${program} ${argv.join(' ')} failed: ${error ?? stderr}`);
  return ms;
}

/** Bytes of the program and of its zip. */
function sizesOf(one, name) {
  one.run('--release', '--output-format', 'zip');
  one.run('--release');
  const at = (file) => statSync(join(one.target, 'lambda', name, file)).size;
  return { bootstrap: at('bootstrap'), zip: at('bootstrap.zip') };
}

/** A workspace of ten times the function of this benchmark; the other tool is one `cargo build` of it all. */
function tenFunctions(ground, size) {
  const root = join(dirname(ground.target), 'ten');
  rmSync(root, { recursive: true, force: true });
  const names = Array.from({ length: TEN }, (_, at) => `f${at}`);
  const manifest = readFileSync(join(ground.crablet.folder, 'Cargo.toml'), 'utf8');
  const [own, profiles] = manifest.replace(/\[package\.metadata.*/s, '').split('[workspace]\n');
  for (const name of names) {
    cpSync(join(ground.crablet.folder, 'src'), join(root, name, 'src'), { recursive: true });
    writeFileSync(join(root, name, 'Cargo.toml'), own.replace(ground.crablet.name, name));
  }
  writeFileSync(join(root, 'Cargo.toml'), `[workspace]\nresolver = "3"\nmembers = ["f*"]\n${profiles}`);
  writeFileSync(join(root, 'Cargo.lock'), lockOf(ground.crablet, names));
  const tools = {
    crablet: tool(ground, 'ten-crablet', root, process.execPath, [crabletJs, 'build']),
    cargo: tool(ground, 'ten-cargo', root, 'cargo', ['build']),
  };
  return interleaved(size.builds, tools, (one) => {
    one.forget();
    return one.run();
  });
}

/** The function's own lock file, with all members in its place: cargo then asks no registry. */
function lockOf({ folder, name }, names) {
  const lock = readFileSync(join(folder, 'Cargo.lock'), 'utf8');
  const [own] = new RegExp(`\\[\\[package\\]\\]\\nname = "${name}"\\n.*?\\n\\]\\n`, 's').exec(lock);
  return lock.replace(own, names.map((one) => own.replace(name, one)).join('\n'));
}

/** @returns {import('../report.js').Row[]} */
export function buildReport({ clean, nothing, sizes, ten }) {
  return [
    beside('`crablet build --release` from nothing', clean, 1),
    beside('`crablet build --release` with nothing to do', nothing, 0.6),
    {
      what: 'ten functions in one workspace, from nothing, debug',
      ours: milliseconds(median(ten.crablet)),
      against: `one \`cargo build\` ${milliseconds(median(ten.cargo))}`,
      result: ratio(median(ten.crablet) / median(ten.cargo)),
      target: 'at most 1.05 ×',
      met: median(ten.crablet) / median(ten.cargo) <= 1.05,
      samples: { crablet: summary(ten.crablet), cargo: summary(ten.cargo) },
    },
    ...['bootstrap', 'zip'].map((what) => ({
      what: `size of the ${what}`,
      ours: `${sizes.crablet[what]} bytes`,
      against: sizes.peer && `Cargo Lambda ${sizes.peer[what]} bytes`,
      result: sizes.peer && ratio(sizes.crablet[what] / sizes.peer[what]),
      target: 'at most 1 ×',
      met: sizes.peer && sizes.crablet[what] <= sizes.peer[what],
      peer: sizes.peer && `${sizes.peer[what]} bytes`,
      samples: {},
    })),
  ];
}

function beside(what, { crablet, peer }, most) {
  const ours = median(crablet);
  const theirs = peer && median(peer);
  return {
    what,
    ours: milliseconds(ours),
    against: peer && `Cargo Lambda ${milliseconds(theirs)}`,
    result: peer && ratio(ours / theirs),
    target: `at most ${most} ×`,
    met: peer && ours / theirs <= most,
    peer: peer && milliseconds(theirs),
    samples: { crablet: summary(crablet), peer: peer && summary(peer) },
  };
}
