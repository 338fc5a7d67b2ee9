// From saving a file to the first response of the new code, beside a plain incremental `cargo build` of that edit.
import { cargoBuild, edit } from '../ground.js';
import { get } from '../http.js';
import { pause, startCrablet, startPeer } from '../processes.js';
import { milliseconds, ratio } from '../report.js';
import { median, summary } from '../statistics.js';

const POLL_MS = 5;
/** Edits that are not answered by then count as lost. */
const LIMIT_MS = 20_000;

export async function editRow(ground, size) {
  cargoBuild(ground, ground.cargo);
  const crablet = await startCrablet(ground, ground.crablet);
  let peer = size.peer ? await startPeer(ground, ground.peer) : undefined;
  const times = { crablet: [], cargo: [], peer: [] };
  const lost = { crablet: 0, peer: 0 };
  try {
    for (let number = 1; number <= size.edits; number += 1) {
      edit(ground.cargo, number);
      const start = performance.now();
      cargoBuild(ground, ground.cargo);
      times.cargo.push(performance.now() - start);

      const ours = await untilNew(crablet, ground.crablet, number);
      if (ours === undefined) lost.crablet += 1;
      else times.crablet.push(ours);

      if (!peer || number % Math.ceil(size.edits / size.peerEdits) !== 0) continue;
      const theirs = await untilNew(peer, ground.peer, number);
      if (theirs !== undefined) times.peer.push(theirs);
      else {
        lost.peer += 1;
        // A late build of the lost edit would disturb the next figures.
        await peer.stop();
        peer = await startPeer(ground, ground.peer);
      }
    }
  } finally {
    await Promise.all([crablet.stop(), peer?.stop()]);
  }
  return { times, lost };
}

async function untilNew({ url }, copy, number) {
  edit(copy, number);
  const start = performance.now();
  while (performance.now() - start < LIMIT_MS) {
    const answer = await get(`${url}/`, { signal: AbortSignal.timeout(LIMIT_MS) }).catch(() => undefined);
    if (answer?.text.includes(`Edit ${number}.`)) return performance.now() - start;
    await pause(POLL_MS);
  }
  return undefined;
}

/** @returns {import('../report.js').Row[]} */
export function editReport({ times, lost }) {
  const ours = median(times.crablet);
  const cargo = median(times.cargo);
  const all = times.crablet.length + lost.crablet;
  const peerAll = times.peer.length + lost.peer;
  return [
    {
      what: 'edit → new response, debug',
      ours: milliseconds(ours),
      against: `\`cargo build\` ${milliseconds(cargo)}`,
      result: ratio(ours / cargo),
      target: 'at most 1.3 ×',
      met: ours / cargo <= 1.3,
      peer:
        times.peer.length > 0
          ? `${milliseconds(median(times.peer))}, ${ratio(median(times.peer) / cargo)}`
          : undefined,
      samples: { crablet: summary(times.crablet), cargo: summary(times.cargo), peer: summary(times.peer) },
    },
    {
      what: 'edits that arrive',
      ours: `${times.crablet.length} of ${all}`,
      against: `a bound of ${LIMIT_MS / 1000} s`,
      result: `${lost.crablet} lost`,
      target: 'none lost',
      met: lost.crablet === 0,
      peer: peerAll > 0 ? `${times.peer.length} of ${peerAll}` : undefined,
      samples: {},
    },
  ];
}
