// Warm HTTP requests, release build, closed loop with 1 and 16 connections, turn by turn.
import { get, load } from '../http.js';
import { environments, startCrablet, startPeer } from '../processes.js';
import { milliseconds, ratio } from '../report.js';
import { median, summary } from '../statistics.js';

const CONNECTIONS = [1, 16];

export async function warmRow(ground, size) {
  const flags = size.release ? ['--release'] : [];
  const crablet = await startCrablet(ground, ground.crablet, flags);
  let peer;
  const tools = () => Object.entries({ crablet, peer }).filter(([, tool]) => tool);
  const runs = [];
  try {
    await load(`${crablet.url}/?name=Rust`, Math.max(...CONNECTIONS), size.warmUpSeconds);
    const count = environments(crablet, ground.crablet.name);
    if (size.peer) peer = await startPeer(ground, ground.peer, [...flags, '--concurrency', String(count)]);
    // Its environments come one each 100 ms while requests wait, and each of them compiles first.
    if (peer)
      await load(
        `${peer.url}/?name=Rust`,
        Math.max(...CONNECTIONS),
        size.warmUpSeconds + size.peerWarmUpSeconds,
      );
    for (let turn = 0; turn < size.turns; turn += 1) {
      for (const connections of CONNECTIONS) {
        for (const [tool, { url }] of tools()) {
          await get(`${url}/?name=Rust`);
          runs.push({
            tool,
            connections,
            ...(await load(`${url}/?name=Rust`, connections, size.loadSeconds)),
          });
        }
      }
    }
    return {
      runs,
      environments: {
        crablet: environments(crablet, ground.crablet.name),
        peer: peer && environments(peer, ground.peer.name),
      },
    };
  } finally {
    await Promise.all(tools().map(([, tool]) => tool.stop()));
  }
}

/** @returns {import('../report.js').Row[]} */
export function warmReport({ runs, environments }) {
  const of = (tool, connections, key) =>
    runs.filter((run) => run.tool === tool && run.connections === connections).map((run) => run[key]);
  const row = (connections, key, show, target, reached) => {
    const ours = of('crablet', connections, key);
    const peer = of('peer', connections, key);
    const quotient = median(ours) / median(peer);
    const failed = of('crablet', connections, 'failed').reduce((sum, one) => sum + one, 0);
    return {
      what: `warm HTTP, ${connections} ${connections === 1 ? 'connection' : 'connections'}, ${key === 'p50Ms' ? 'p50' : 'throughput'}`,
      ours: `${show(median(ours))}${failed > 0 ? `, ${failed} failed` : ''}`,
      against: peer.length > 0 ? `Cargo Lambda ${show(median(peer))}` : undefined,
      result: peer.length > 0 ? ratio(quotient) : undefined,
      target,
      met: peer.length > 0 && target !== undefined ? reached(quotient) && failed === 0 : undefined,
      peer: peer.length > 0 ? show(median(peer)) : undefined,
      samples: { crablet: summary(ours), peer: summary(peer), environments },
    };
  };
  return [
    row(1, 'p50Ms', milliseconds, 'at most 1 ×', (quotient) => quotient <= 1),
    row(1, 'perSecond', perSecond, undefined),
    row(16, 'p50Ms', milliseconds, 'at most 1 ×', (quotient) => quotient <= 1),
    row(16, 'perSecond', perSecond, 'at least 1.1 ×', (quotient) => quotient >= 1.1),
  ];
}

const perSecond = (value) => `${Math.round(value)}/s`;
