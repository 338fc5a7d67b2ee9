// A client that adds as little as it can: one request, and a closed loop for machines without wrk.
import { spawn, spawnSync } from 'node:child_process';
import { Agent, get as httpGet } from 'node:http';
import { quantile } from './statistics.js';

const agent = new Agent({ keepAlive: true });
/** A tool that never answers must not hold the benchmark. */
const REQUEST_LIMIT_MS = 30_000;

/** @returns {Promise<{ status: number, text: string }>} */
export function get(url, { signal = AbortSignal.timeout(REQUEST_LIMIT_MS), through = agent } = {}) {
  return new Promise((resolve, reject) => {
    const request = httpGet(url, { agent: through, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

export const hasWrk = spawnSync('wrk', ['-v']).error === undefined;

/** @returns {Promise<{ perSecond: number, p50Ms: number, failed: number }>} */
export function load(url, connections, seconds) {
  return hasWrk ? wrk(url, connections, seconds) : closedLoop(url, connections, seconds);
}

async function wrk(url, connections, seconds) {
  const argv = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', url];
  const text = await new Promise((resolve, reject) => {
    const child = spawn('wrk', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      said += chunk;
    });
    child.once('error', reject);
    child.once('close', () => resolve(said));
  });
  return readWrk(text);
}

function readWrk(text) {
  const [, amount, unit] = /50%\s+([\d.]+)(us|ms|s)\b/.exec(text) ?? [];
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]);
  const bad = Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0);
  const broken = (/Socket errors: (.*)/.exec(text)?.[1] ?? '').match(/\d+/g) ?? [];
  if (!unit || !(perSecond > 0)) throw new Error(`wrk said what cannot be read:\n${text}`);
  return {
    perSecond,
    p50Ms: Number(amount) * { us: 0.001, ms: 1, s: 1000 }[unit],
    failed: broken.map(Number).reduce((sum, one) => sum + one, bad),
  };
}

async function closedLoop(url, connections, seconds) {
  const through = new Agent({ keepAlive: true, maxSockets: connections });
  const times = [];
  let failed = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  const one = async () => {
    while (performance.now() < end) {
      const begun = performance.now();
      const answer = await get(url, { through }).catch(() => undefined);
      if (answer?.status === 200) times.push(performance.now() - begun);
      else failed += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  through.destroy();
  return {
    perSecond: times.length / ((performance.now() - start) / 1000),
    p50Ms: quantile(times, 0.5),
    failed,
  };
}
