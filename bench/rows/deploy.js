// How long a deploy takes: the first one, one with changed code, one with nothing changed, beside `cargo lambda deploy`,
// both to an emulator of AWS of their own. What is deployed is built before the clock starts.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crabletJs } from '../ground.js';
import { startMoto } from '../processes.js';
import { milliseconds, ratio } from '../report.js';
import { median, summary } from '../statistics.js';

const STEPS = ['first', 'changed', 'unchanged'];

export async function deployRow(ground, size) {
  const root = join(dirname(ground.target), 'deploy');
  const tools = {
    crablet: await toolOf(ground, join(root, 'crablet'), crablet),
    ...(size.peer && { peer: await toolOf(ground, join(root, 'peer'), peer) }),
  };
  const times = Object.fromEntries(
    STEPS.map((step) => [step, Object.fromEntries(Object.keys(tools).map((name) => [name, []]))]),
  );
  for (let turn = 0; turn < size.builds; turn += 1) {
    for (const step of STEPS) {
      for (const [name, tool] of Object.entries(tools)) {
        if (step !== 'unchanged') tool.edit(`${turn} ${step}`);
        times[step][name].push(tool.deploy(`hello-${turn}`));
        // What the emulator has said meanwhile is read.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }
  for (const tool of Object.values(tools)) await tool.stop();
  return times;
}

/** `crablet deploy` builds what has changed by itself; so that only the deploy is measured, there is nothing left to build. */
const crablet = {
  build: (to) => [process.execPath, crabletJs, 'build', '--release', '--output-format', 'zip', ...to],
  deploy: (name, url) => [process.execPath, crabletJs, 'deploy', name, '--yes', '--endpoint-url', url],
};
const peer = {
  build: () => ['cargo-lambda', 'lambda', 'build', '--release', '--compiler', 'cargo'],
  deploy: (name, url) => [
    'cargo-lambda',
    'lambda',
    'deploy',
    name,
    '--binary-name',
    'hello',
    '--endpoint-url',
    url,
  ],
};

/** A function without dependencies: it is not started, and so only has to be a program. */
async function toolOf(ground, folder, commands) {
  const moto = await startMoto(ground);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(
    join(folder, 'Cargo.toml'),
    '[package]\nname = "hello"\nversion = "0.1.0"\nedition = "2024"\n[workspace]\n',
  );
  const env = {
    ...ground.env,
    CARGO_TARGET_DIR: join(folder, 'target'),
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  const run = ([program, ...argv]) => {
    const { status, stderr } = spawnSync(program, argv, { cwd: folder, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${program} ${argv.join(' ')} failed in ${folder}:\n${stderr}`);
  };
  return {
    edit(mark) {
      writeFileSync(join(folder, 'src', 'main.rs'), `fn main() { println!(${JSON.stringify(mark)}) }\n`);
      run(commands.build([]));
      // What `deploy` builds is remembered as its own: it is made once, without the deploy.
      if (commands === crablet) run([...crablet.deploy('looked-at', moto.url), '--dry-run']);
    },
    deploy(name) {
      const start = performance.now();
      run(commands.deploy(name, moto.url));
      return performance.now() - start;
    },
    stop: () => moto.stop(),
  };
}

/** @returns {import('../report.js').Row[]} */
export function deployReport(times) {
  const what = {
    first: 'the first',
    changed: 'one with changed code',
    unchanged: 'one with nothing changed',
  };
  return STEPS.map((step) => {
    const { crablet: ours, peer: theirs } = times[step];
    const [mine, other] = [median(ours), theirs && median(theirs)];
    return {
      what: `deploy: ${what[step]}`,
      ours: milliseconds(mine),
      against: theirs && `Cargo Lambda ${milliseconds(other)}`,
      result: theirs && ratio(mine / other),
      // Cargo Lambda asks AWS two or three things in a native program; a plan is made from all that there is.
      ...(step === 'first' && { target: 'at most 1 ×', met: theirs && mine / other <= 1 }),
      peer: theirs && milliseconds(other),
      samples: { crablet: summary(ours), peer: theirs && summary(theirs) },
    };
  });
}
