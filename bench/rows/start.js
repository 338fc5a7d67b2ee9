// How long the tools take to say something: their version, and that there is nothing to build.
import { spawnSync } from 'node:child_process';
import { cargoBuild, crabletJs } from '../ground.js';
import { milliseconds } from '../report.js';
import { median, summary } from '../statistics.js';

export function startRow(ground, size) {
  const node = process.execPath;
  const version = interleaved(size.starts, {
    crablet: () => timed(ground, ground.crablet, node, [crabletJs, '--version']),
    node: () => timed(ground, ground.crablet, node, ['-e', '0']),
    ...(size.peer && { peer: () => timed(ground, ground.peer, 'cargo-lambda', ['lambda', '--version']) }),
  });
  // The first one makes the target folder; the second one sees that nothing changed while it ran.
  for (let i = 0; i < 2; i += 1) timed(ground, ground.crablet, node, [crabletJs, 'build']);
  cargoBuild(ground, ground.cargo);
  const nothing = interleaved(size.starts, {
    crablet: () => timed(ground, ground.crablet, node, [crabletJs, 'build']),
    cargo: () => timed(ground, ground.cargo, 'cargo', ['build']),
  });
  return { version, nothing };
}

/** Runs each of them once a turn: what disturbs the machine for a while disturbs all of them. */
function interleaved(turns, runs) {
  const times = Object.fromEntries(Object.keys(runs).map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [name, run] of Object.entries(runs)) times[name].push(run());
  }
  return times;
}

function timed({ env }, { folder: cwd }, program, argv) {
  const start = performance.now();
  const { status, stderr, error } = spawnSync(program, argv, { cwd, env, encoding: 'utf8' });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${program} ${argv.join(' ')} failed: ${error ?? stderr}`);
  return ms;
}

/** @returns {import('../report.js').Row[]} */
export function startReport({ version, nothing }) {
  const node = median(version.node);
  const said = median(version.crablet);
  const built = median(nothing.crablet);
  const least = node + median(nothing.cargo);
  return [
    {
      what: '`crablet --version`',
      ours: milliseconds(said),
      against: `\`node -e 0\` ${milliseconds(node)}`,
      result: difference(said - node),
      target: 'at most + 30 ms',
      met: said - node <= 30,
      peer: version.peer && milliseconds(median(version.peer)),
      samples: { crablet: summary(version.crablet), node: summary(version.node) },
    },
    {
      what: '`crablet build` with nothing to do, debug',
      ours: milliseconds(built),
      against: `\`cargo build\` and Node.js ${milliseconds(least)}`,
      result: difference(built - least),
      target: 'at most + 100 ms',
      met: built - least <= 100,
      peer: undefined,
      samples: { crablet: summary(nothing.crablet), cargo: summary(nothing.cargo) },
    },
  ];
}

const difference = (ms) => `${ms < 0 ? '−' : '+'} ${milliseconds(Math.abs(ms))}`;
