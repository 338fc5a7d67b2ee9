// A hundred requests at once to a function that waits 100 ms, while no environment runs.

import { connect } from 'node:net';
import { environments, startCrablet, startPeer } from '../processes.js';
import { milliseconds } from '../report.js';
import { median, summary } from '../statistics.js';

const REQUESTS = 100;
const LIMIT_MS = 600;
/** A tool that never answers must not hold the benchmark. */
const REQUEST_LIMIT_MS = 30_000;

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

/**
 * The connections stand before the clock starts: a client that is still connecting while the first processes start
 * gets no processor to send with, and its requests would not be parallel.
 */
async function burst(tool, copy) {
  const { hostname, port } = new URL(tool.url);
  const sockets = await Promise.all(
    Array.from({ length: REQUESTS }, () => connected(hostname, Number(port))),
  );
  try {
    const start = performance.now();
    const answers = sockets.map(answered);
    for (const socket of sockets) socket.write(`GET /?wait=100 HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
    const good = (await Promise.all(answers)).filter(Boolean).length;
    return { ms: performance.now() - start, answered: good, environments: environments(tool, copy.name) };
  } finally {
    for (const socket of sockets) socket.destroy();
    await tool.stop();
  }
}

function connected(host, port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Whether the answer's first line says that all went well. */
function answered(socket) {
  return new Promise((resolve) => {
    socket.once('data', (chunk) => resolve(chunk.toString('latin1').startsWith('HTTP/1.1 200')));
    socket.once('close', () => resolve(false));
    setTimeout(() => resolve(false), REQUEST_LIMIT_MS).unref();
  });
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
