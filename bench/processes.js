// Starting the tools, and ending them with everything that they started.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { crabletJs } from './ground.js';
import { get } from './http.js';

/** A first release build of all dependencies is included. */
const START_LIMIT_MS = 900_000;
const STOP_LIMIT_MS = 5_000;

/** @typedef {{ url: string, pid: number, stop: () => Promise<void> }} Service */

/** `crablet watch`, once its first build is served. */
export async function startCrablet({ env }, copy, flags = []) {
  const argv = [crabletJs, 'watch', '--invoke-port', '0', '--no-credentials', ...flags];
  const child = launch(process.execPath, argv, copy.folder, env);
  const said = reading(child.stderr);
  const [, url] = await said.until(/serves 1 function at (http:\S+)/);
  await said.until(/\bready\b/);
  return service(child, `${url}/lambda-url/${copy.name}`);
}

/** `cargo lambda watch`, once it answers: the first request starts `cargo run`. */
export async function startPeer({ env }, copy, flags = [], { answered = true } = {}) {
  const port = await freePort();
  const argv = ['lambda', 'watch', '-A', '127.0.0.1', '-P', String(port), ...flags];
  const child = launch('cargo-lambda', argv, copy.folder, env);
  child.stderr.resume();
  const running = service(child, `http://127.0.0.1:${port}/lambda-url/${copy.name}`);
  // A path outside of any function: answered as soon as the port is open, and starts nothing.
  await untilAnswered(`http://127.0.0.1:${port}/.rt/`, child, () => true);
  if (answered) await untilAnswered(`${running.url}/`, child, ({ status }) => status === 200);
  return running;
}

/** An emulator of AWS, once it listens. */
export async function startMoto({ env }) {
  const child = launch('moto_server', ['-H', '127.0.0.1', '-p', '0'], undefined, {
    ...env,
    // Cargo Lambda attaches a policy of AWS's.
    MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
  });
  const [, url] = await reading(child.stderr).until(/Running on (http:\S+)/);
  return service(child, url);
}

/** What must not outlive the benchmark, however it ends. */
const running = new Set();
process.once('exit', () => {
  for (const { pid } of running) {
    for (const one of [...descendants(pid), { pid }]) signal(one.pid, 'SIGKILL');
  }
});
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(name, () => process.exit(130));

function launch(program, argv, cwd, env) {
  // Logs go nowhere for both: a terminal's speed is not what is compared.
  const child = spawn(program, argv, { cwd, env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

function service(child, url) {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    url,
    pid: child.pid,
    async stop() {
      const family = descendants(child.pid);
      signal(-child.pid, 'SIGTERM');
      const timer = setTimeout(() => signal(-child.pid, 'SIGKILL'), STOP_LIMIT_MS);
      await ended;
      clearTimeout(timer);
      // Cargo Lambda leaves functions behind that run in groups of their own.
      for (const { pid } of family) signal(pid, 'SIGKILL');
    },
  };
}

/** How many processes of the function itself a tool runs; Linux only. */
export function environments({ pid }, name) {
  return descendants(pid).filter(({ comm }) => comm === 'bootstrap' || comm === name).length;
}

function descendants(root) {
  const all = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      try {
        const [, comm, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(
          readFileSync(`/proc/${entry}/stat`, 'latin1'),
        );
        return [{ pid: Number(entry), comm, parent: Number(parent) }];
      } catch {
        return [];
      }
    });
  const below = (pid) =>
    all.filter(({ parent }) => parent === pid).flatMap((one) => [one, ...below(one.pid)]);
  return below(root);
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

function reading(stream) {
  let text = '';
  let waiting = () => {};
  stream.setEncoding('utf8');
  stream.on('data', (chunk) => {
    text += chunk;
    waiting();
  });
  return {
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(text);
          if (!found) return;
          clearTimeout(timer);
          resolve(found);
        };
        const give = () => reject(new Error(`the tool ended, or took too long, before ${pattern}:\n${text}`));
        const timer = setTimeout(give, START_LIMIT_MS);
        waiting = look;
        stream.once('end', give);
        look();
      }),
  };
}

async function untilAnswered(url, child, accept) {
  const end = performance.now() + START_LIMIT_MS;
  while (performance.now() < end && child.exitCode === null) {
    const answer = await get(url).catch(() => undefined);
    if (answer && accept(answer)) return;
    await pause(2);
  }
  throw new Error(`${child.spawnargs.join(' ')} did not answer at ${url}`);
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
