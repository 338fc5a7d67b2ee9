// A hundred requests at once to a function that waits 100 ms, while no environment runs.

import { Agent } from 'node:http';
import { get } from '../http.js';
import { environments, startCrablet, startPeer } from '../processes.js';
import { milliseconds } from '../report.js';
import { median, summary } from '../statistics.js';

const REQUESTS = 100;
const LIMIT_MS = 600;

export async function parallelRow(ground, size) {
  const flags = size.release ? ['--release'] : [];
  const runs = { crablet: [], peer: [] };
  for (let turn = 0; turn < size.parallels; turn += 1) {
    runs.crablet.push(await burst(await startCrablet(ground, ground.crablet, flags), ground.crablet));
    if (size.peer && turn < size.peerParallels) {
      runs.peer.push(await burst(await startPeer(ground, ground.peer, flags), ground.peer));
    }
  }
  return runs;
}

async function burst(tool, copy) {
  const through = new Agent({ keepAlive: true, maxSockets: REQUESTS });
  try {
    const start = performance.now();
    const answers = await Promise.all(
      Array.from({ length: REQUESTS }, () =>
        get(`${tool.url}/?wait=100`, { through }).catch(() => undefined),
      ),
    );
    return {
      ms: performance.now() - start,
      answered: answers.filter((answer) => answer?.status === 200).length,
      environments: environments(tool, copy.name),
    };
  } finally {
    through.destroy();
    await tool.stop();
  }
}

/** @returns {import('../report.js').Row[]} */
export function parallelReport({ crablet, peer }) {
  const ms = median(crablet.map((run) => run.ms));
  const answered = Math.min(...crablet.map((run) => run.answered));
  const count = Math.min(...crablet.map((run) => run.environments));
  const shown = (runs) =>
    `${milliseconds(median(runs.map((run) => run.ms)))}, ${Math.min(...runs.map((run) => run.answered))} answered`;
  return [
    {
      what: `${REQUESTS} parallel requests to a function that waits 100 ms`,
      ours: shown(crablet),
      against: undefined,
      result: `${count} environments`,
      target: `all within ${LIMIT_MS} ms, ${REQUESTS} environments`,
      met: ms <= LIMIT_MS && answered === REQUESTS && count === REQUESTS,
      peer: peer.length > 0 ? shown(peer) : undefined,
      samples: { crablet: summary(crablet.map((run) => run.ms)), peer: summary(peer.map((run) => run.ms)) },
    },
  ];
}
