import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import { packageRoot } from '../../src/package-root.js';

/** The processes of a group that still run; one that waits to be collected by its parent does not. */
export function runningIn(group: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    const [state, , processGroup] = statusOf(pid);
    return Number(processGroup) === group && state !== 'Z';
  });
}

/** `T` for one that is stopped; undefined for one that has ended. */
export function stateOf(pid: number): string | undefined {
  return statusOf(pid)[0];
}

/** State, parent and process group, as /proc/<pid>/stat has them after the name in brackets. */
function statusOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** Looks again and again until it is so; what has not happened by the deadline never will. */
export async function eventually(what: string, fact: () => boolean, deadlineMs = 10_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!fact()) {
    if (performance.now() > end) throw new Error(`did not happen within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A folder for a test's files, and what removes it. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'crablet-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * A bootstrap in JavaScript: asks for events and answers each with what `handle` returns. It is a process like any
 * other, so it can do what scripted runtimes cannot: start processes, write files, be killed.
 * @param handle source of an (async) function of the event's text
 */
export function writeBootstrap(path: string, handle: string): void {
  writeFileSync(
    path,
    `#!${process.execPath}
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation/';
const handle = ${handle};
(async () => {
  for (;;) {
    const event = await fetch(api + 'next');
    const id = event.headers.get('lambda-runtime-aws-request-id');
    const answer = await handle(await event.text());
    await (await fetch(api + id + '/response', { method: 'POST', body: JSON.stringify(answer) })).text();
  }
})();
`,
    { mode: 0o755 },
  );
}

export interface EmbeddingProcess {
  readonly child: ChildProcess;
  /** The next line of its stdout. */
  line(): Promise<string>;
}

/** Runs TypeScript that uses the library in a process of its own; `source` imports from the package's root. */
export async function embed(folder: string, source: string): Promise<EmbeddingProcess> {
  const outfile = join(folder, 'embedding.mjs');
  await build({
    stdin: { contents: source, resolveDir: packageRoot(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'silent',
  });
  const child = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'inherit'] });
  // Whatever becomes of the test, the process ends with it.
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = linesOf(child);
  return {
    child,
    async line() {
      const next = await lines.next();
      if (next.done) throw new Error('the process ended without another line');
      return next.value;
    },
  };
}

async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of child.stdout!) {
    rest += chunk;
    for (let at = rest.indexOf('\n'); at !== -1; at = rest.indexOf('\n')) {
      yield rest.slice(0, at);
      rest = rest.slice(at + 1);
    }
  }
}
