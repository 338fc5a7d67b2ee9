import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalEvent } from '../../src/local/events.js';
import { openPortable } from '../../src/local/isolation/portable.js';
import { failureOf, invoke, serveReal } from '../support/functions.js';
import { logOf } from '../support/log-lines.js';
import { eventually, stateOf, temporaryFolder, writeBootstrap } from '../support/processes.js';

/** What real processes may use with the isolation that every system has. */

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

async function serving(handle: string) {
  const bootstrap = join(folder.path, 'bootstrap');
  writeBootstrap(bootstrap, handle);
  const events: LocalEvent[] = [];
  const service = await serveReal({
    functions: [{ name: 'hello', bootstrap }],
    isolation: await openPortable(),
    onEvent: (event) => events.push(event),
  });
  return { service, events };
}

const STARTS_A_CHILD = `() => {
  globalThis.child ??= require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  return [process.pid, child.pid];
}`;

describe('between two invocations', () => {
  it('no process runs, nor what it has started', async () => {
    const { service } = await serving(STARTS_A_CHILD);
    const pids = JSON.parse((await invoke(service)).text) as number[];
    await eventually('they are stopped', () => pids.every((pid) => stateOf(pid) === 'T'));
    expect(JSON.parse((await invoke(service)).text)).toEqual(pids);
    await eventually('they are stopped again', () => pids.every((pid) => stateOf(pid) === 'T'));
    await service.close();
    await eventually('they end', () => pids.every((pid) => stateOf(pid) === undefined));
  });

  // Field 41 of proc_pid_stat(5); 3 is SCHED_BATCH.
  it.runIf(existsSync('/usr/bin/chrt'))('nor does one interrupt others when it wakes', async () => {
    const { service } = await serving('() => process.pid');
    const pid = Number((await invoke(service)).text);
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    expect(fields[41 - 3]).toBe('3');
  });

  it('is after init too, when nobody has invoked yet', async () => {
    const { service, events } = await serving('() => process.pid');
    service.update(
      'hello',
      { bootstrap: join(folder.path, 'bootstrap'), taskRoot: folder.path },
      { warmUp: true },
    );
    await eventually('init is over', () =>
      events.some((event) => event.type === 'platform' && event.record.type === 'initReport'),
    );
    const pid = Number((await invoke(service)).text);
    expect(logOf(events).filter((line) => line.startsWith('INIT_START'))).toHaveLength(1);
    await eventually('it is stopped', () => stateOf(pid) === 'T');
  });
});

describe('memory', () => {
  it('beyond the limit ends the process; its caller is told, and the next invocation starts a new one', async () => {
    const { service, events } = await serving(`(event) => {
      if (event === '"much"') for (globalThis.all = []; ; ) all.push(Buffer.alloc(1048576, 1));
      return 'little';
    }`);
    expect(failureOf(await invoke(service, '"much"'))).toEqual({
      errorType: 'Runtime.OutOfMemory',
      errorMessage: expect.stringMatching(
        /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: signal: killed$/,
      ),
    });
    expect((await invoke(service)).text).toBe('"little"');
    await service.close();
    expect(logOf(events).find((line) => line.startsWith('REPORT'))).toContain(
      'Memory Size: 128 MB\tMax Memory Used: 128 MB\tInit Duration: N ms\tStatus: error\tError Type: Runtime.OutOfMemory',
    );
  });
});
