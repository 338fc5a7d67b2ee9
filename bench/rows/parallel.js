// A hundred requests at once to a function that waits 100 ms, while no environment runs.

import { connect } from 'node:net';
import { environments, startCrablet, startPeer } from '../processes.js';
import { milliseconds } from '../report.js';
import { median, summary } from '../statistics.js';

const REQUESTS = 100;
const LIMIT_MS = 600;
/**
 * As processes alone, which is what the other tool starts, and with all that `watch` takes by itself: a file system, a
 * user and control groups for each environment.
 */
const ISOLATIONS = ['portable', 'auto'];
/** A tool that never answers must not hold the benchmark. */
const REQUEST_LIMIT_MS = 30_000;

export async function parallelRow(ground, size) {
  const flags = size.release ? ['--release'] : [];
  const runs = { auto: [], portable: [], peer: [] };
  for (let turn = 0; turn < size.parallels; turn += 1) {
    for (const isolation of ISOLATIONS) {
      const tool = await startCrablet(ground, ground.crablet, [...flags, '--isolation', isolation]);
      runs[isolation].push(await burst(tool, ground.crablet));
    }
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
export function parallelReport({ peer, ...runs }) {
  const shown = (of) =>
    `${milliseconds(median(of.map((run) => run.ms)))}, ${Math.min(...of.map((run) => run.answered))} answered`;
  return ISOLATIONS.map((isolation) => {
    const crablet = runs[isolation];
    const ms = median(crablet.map((run) => run.ms));
    const answered = Math.min(...crablet.map((run) => run.answered));
    const counts = crablet.map((run) => run.environments);
    // Fewer than requests where the one that was started ahead was free again before the last request had been read.
    const count = median(counts);
    const bounded = isolation === 'portable';
    return {
      what: `${REQUESTS} parallel requests to a function that waits 100 ms, isolation ${isolation}`,
      ours: shown(crablet),
      against: undefined,
      result: `${count} environments (at least ${Math.min(...counts)})`,
      target: bounded ? `all within ${LIMIT_MS} ms, ${REQUESTS} environments` : 'all answered',
      met: answered === REQUESTS && (!bounded || (ms <= LIMIT_MS && count === REQUESTS)),
      peer: peer.length > 0 ? shown(peer) : undefined,
      samples: { crablet: summary(crablet.map((run) => run.ms)), peer: summary(peer.map((run) => run.ms)) },
    };
  });
}
