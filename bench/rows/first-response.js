// The first response while no process of the function runs and its binary is built, beside the time that the
// process itself takes from its start to its first request for work.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cargoBuild } from '../ground.js';
import { get } from '../http.js';
import { startPeer } from '../processes.js';
import { milliseconds } from '../report.js';
import { median, summary } from '../statistics.js';

const serveJs = join(dirname(fileURLToPath(import.meta.url)), '..', 'serve.js');

export async function firstResponseRow(ground, size) {
  const bootstrap = cargoBuild(ground, ground.crablet);
  if (size.peer) cargoBuild(ground, ground.peer);
  const times = { crablet: [], process: [], peer: [] };
  const server = startServer(bootstrap);
  try {
    for (let number = 1; number <= size.firsts; number += 1) {
      times.process.push(await processStart(bootstrap));
      times.crablet.push(await firstRequest(await server.fresh()));
      if (size.peer && number % Math.ceil(size.firsts / size.peerFirsts) === 0) {
        const peer = await startPeer(ground, ground.peer, [], { answered: false });
        times.peer.push(await firstRequest(`${peer.url}/`));
        await peer.stop();
      }
    }
  } finally {
    server.end();
  }
  return times;
}

async function firstRequest(url) {
  const start = performance.now();
  const { status, text } = await get(url);
  if (status !== 200) throw new Error(`${url} answered ${status}: ${text}`);
  return performance.now() - start;
}

/** From spawn() to the first `GET …/next`, against a Runtime API that never has work. */
async function processStart(bootstrap) {
  const { promise: asked, resolve: ask } = Promise.withResolvers?.() ?? withResolvers();
  const api = createServer(() => ask(performance.now()));
  await new Promise((resolve) => api.listen(0, '127.0.0.1', resolve));
  const env = {
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${api.address().port}`,
    AWS_LAMBDA_FUNCTION_NAME: 'hello',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
  };
  const start = performance.now();
  const child = spawn(bootstrap, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const at = await asked;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  api.closeAllConnections();
  api.close();
  return at - start;
}

function withResolvers() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** bench/serve.js in a process of its own: a service without a single environment, as often as it is asked for. */
function startServer(bootstrap) {
  const child = spawn(process.execPath, [serveJs, bootstrap], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8');
  return {
    fresh: () =>
      new Promise((resolve, reject) => {
        child.once('exit', () => reject(new Error('bench/serve.js ended')));
        child.stdout.once('data', (url) => resolve(url.trim()));
        child.stdin.write('\n');
      }),
    end: () => child.stdin.end(),
  };
}

/** @returns {import('../report.js').Row[]} */
export function firstResponseReport(times) {
  const ours = median(times.crablet);
  const start = median(times.process);
  return [
    {
      what: 'first response, no process running, debug',
      ours: milliseconds(ours),
      against: `process start ${milliseconds(start)}`,
      result: `+ ${milliseconds(ours - start)}`,
      target: 'at most + 25 ms',
      met: ours - start <= 25,
      peer: times.peer.length > 0 ? milliseconds(median(times.peer)) : undefined,
      samples: {
        crablet: summary(times.crablet),
        process: summary(times.process),
        peer: summary(times.peer),
      },
    },
  ];
}
