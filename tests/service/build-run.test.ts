import { execFileSync } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type RunRequest, run } from '../../src/process/run.js';

function sh(script: string, change: Partial<RunRequest> = {}) {
  return run({
    program: '/bin/sh',
    argv: ['-c', script],
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'] },
    ...change,
  });
}

/** A process that has ended may stay as a zombie until whoever adopted it looks. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('run', () => {
  it.each([
    ['exit 0', { kind: 'exited', code: 0 }],
    ['exit 7', { kind: 'exited', code: 7 }],
    ['kill -SEGV $$', { kind: 'signalled', signal: 'SIGSEGV' }],
  ])('tells how %s ended', async (script, end) => {
    expect(await sh(script)).toEqual(end);
  });

  it('hands on stdout line by line and stderr as it comes', async () => {
    const lines: string[] = [];
    let errors = '';
    await sh('echo one; printf "two\\nthree"; echo oops >&2', {
      onLine: (line) => lines.push(line),
      onStderr: (text) => {
        errors += text;
      },
    });
    expect(lines).toEqual(['one', 'two', 'three']);
    expect(errors).toBe('oops\n');
  });

  it('gives the program exactly its arguments and its environment', async () => {
    const lines: string[] = [];
    const argv = ['-c', 'printf "%s|" "$@" "$A" "$HOME"', 'sh', 'a b', '$(touch x)', ''];
    await sh('', { argv, env: { A: 'it is' }, onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['a b|$(touch x)||it is||']);
  });

  it.each([
    ['does not exist', 'no-such-program-here', 'ENOENT'],
    ['is not executable', '/dev/null', 'EACCES'],
  ])('tells that a program %s', async (_, program, code) => {
    expect(await sh('', { program })).toMatchObject({ kind: 'not-started', error: { code } });
  });

  it('does not start anything when it is cancelled before', async () => {
    expect(await sh('exit 3', { signal: AbortSignal.abort() })).toEqual({ kind: 'cancelled' });
  });

  it('ends the whole group, also what ignores SIGTERM and has let go of its output', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'crablet-run-'));
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const cancel = new AbortController();
    const end = sh(
      `sh -c 'trap "" TERM; exec >"$1" 2>&1; echo ready; while :; do sleep 60; done' sh '${pipe}' & wait`,
      { signal: cancel.signal, onLine: () => {} },
    );
    // The pipe is held open by what is to be killed: it ends when the last of them has.
    for await (const text of createReadStream(pipe, 'utf8')) {
      expect(text).toBe('ready\n');
      cancel.abort();
    }
    expect(await end).toEqual({ kind: 'cancelled' });
    await rm(folder, { recursive: true });
  });

  it('kills what ignores SIGTERM and keeps its output open, after the grace time', async () => {
    const cancel = new AbortController();
    const pids: number[] = [];
    const end = await sh('trap "" TERM; echo $$; while :; do sleep 60; done', {
      graceMs: 50,
      signal: cancel.signal,
      onLine: (line) => {
        pids.push(Number(line));
        cancel.abort();
      },
    });
    expect(end).toEqual({ kind: 'cancelled' });
    expect(pids.map(isRunning)).toEqual([false]);
  });
});
