import { describe, expect, it } from 'vitest';
import type { LocalEvent, Provisioning } from '../../src/local/events.js';
import { invoke, type ScriptedService, serve } from '../support/functions.js';
import { latch } from '../support/latch.js';
import { logOf } from '../support/log-lines.js';
import type { Action } from '../support/runtime.js';
import { echo, exit, hang, next, respond, waitFor } from '../support/runtime-actions.js';
import { until } from '../support/steering.js';

/** Environments that are initialised before anybody asks, and kept. */

const types = (service: ScriptedService) =>
  service.runtimes.starts.map(({ env }) => env['AWS_LAMBDA_INITIALIZATION_TYPE']);

/** Every time that it was told how the provisioning went. */
const told = (events: readonly LocalEvent[]) =>
  events
    .filter((event): event is Provisioning => event.type === 'provisioning')
    .map(({ status, available, requested }) => `${status} ${available}/${requested}`);

const provisioned = (service: ScriptedService) => until(() => told(service.events).length > 0);

describe('provisioned environments', () => {
  it('are initialised ahead, and used before those on demand', async () => {
    const gate = latch();
    const service = await serve([next(), waitFor(gate), respond('1'), echo()], {
      hello: { provisionedConcurrency: 2 },
    });
    await provisioned(service);
    expect(told(service.events)).toEqual(['READY 2/2']);
    expect(types(service)).toEqual(['provisioned-concurrency', 'provisioned-concurrency']);
    const answers = [invoke(service), invoke(service)];
    await until(() => service.runtimes.starts.filter(({ doing }) => doing === 'waiting').length === 2);
    expect(service.environmentCount('hello')).toBe(2);
    answers.push(invoke(service));
    await until(() => service.runtimes.starts.filter(({ doing }) => doing === 'waiting').length === 3);
    expect(types(service)[2]).toBe('on-demand');
    gate.open();
    expect((await Promise.all(answers)).map(({ text }) => text)).toEqual(['1', '1', '1']);
  });

  it('tell their init in a line of its own, and the first invocation is not billed for it', async () => {
    const service = await serve([echo()], { hello: { provisionedConcurrency: 1 } });
    await provisioned(service);
    const first = await invoke(service, '1', { headers: { 'X-Amz-Log-Type': 'Tail' } });
    expect(first.text).toBe('1');
    expect(logOf(service.events).slice(0, 3)).toEqual([
      'INIT_START Runtime Version: provided:al2023.local',
      'INIT_REPORT Init Duration: N ms',
      'provisioning: READY 1/1',
    ]);
    const report = Buffer.from(String(first.headers['x-amz-log-result']), 'base64').toString();
    const [, duration, billed] = /\tDuration: ([\d.]+) ms\tBilled Duration: (\d+) ms.*Init Duration/.exec(
      report,
    )!;
    expect(Number(billed)).toBe(Math.max(1, Math.ceil(Number(duration))));
  });

  it('are initialised again after a crash, before anybody asks', async () => {
    const service = await serve((number) => (number === 1 ? [next(), exit(1)] : [echo()]), {
      hello: { provisionedConcurrency: 1 },
    });
    await provisioned(service);
    expect((await invoke(service)).headers['x-amz-function-error']).toBe('Unhandled');
    await until(() => told(service.events).length === 2);
    expect(types(service)).toEqual(['provisioned-concurrency', 'provisioned-concurrency']);
    expect((await invoke(service, '2')).text).toBe('2');
    expect(service.runtimes.starts).toHaveLength(2);
    expect(service.environmentCount('hello')).toBe(1);
  });

  it('are given up when they cannot be initialised: invocations go on on demand', async () => {
    const service = await serve((number) => (number <= 2 ? [exit(3)] : [echo()]), {
      hello: { provisionedConcurrency: 2 },
    });
    await until(() => told(service.events).length === 2);
    expect(told(service.events)).toEqual(['FAILED 0/2', 'FAILED 0/2']);
    expect(service.environmentCount('hello')).toBe(0);
    expect((await invoke(service, '1')).text).toBe('1');
    expect(types(service)[2]).toBe('on-demand');
  });

  it('are given up when they end before they have served anything: they would for ever', async () => {
    const gate = latch();
    // The runtime is ended by its own hand while it waits for an event.
    const impatient: Action = async (start) => {
      void next()(start).catch(() => {});
      await gate;
      return { kind: 'exit', status: 1 };
    };
    const service = await serve([impatient], { hello: { provisionedConcurrency: 1 } });
    await provisioned(service);
    gate.open();
    await until(() => told(service.events).length === 2);
    expect(told(service.events)).toEqual(['READY 1/1', 'FAILED 0/1']);
    expect(service.runtimes.starts).toHaveLength(1);
  });

  it('stay when those on demand retire', async () => {
    const gate = latch();
    const [ready, closed] = [latch(), latch()];
    const service = await serve([next(), waitFor(gate), respond('1'), echo()], {
      hello: { provisionedConcurrency: 1 },
      keepAliveSeconds: 0.05,
      onEvent: (event) => {
        if (event.type === 'provisioning') ready.open();
        if (event.type === 'environment.closed' && event.reason === 'idle') closed.open();
      },
    });
    await ready;
    const both = [invoke(service), invoke(service)];
    await until(() => service.runtimes.starts.filter(({ doing }) => doing === 'waiting').length === 2);
    gate.open();
    await Promise.all(both);
    await closed;
    expect(service.environmentCount('hello')).toBe(1);
    expect((await invoke(service, '1')).text).toBe('1');
    expect(service.runtimes.starts).toHaveLength(2);
  });

  it('are part of what the function reserves', async () => {
    const gate = latch();
    const service = await serve([next(), waitFor(gate), respond('1'), echo()], {
      hello: { provisionedConcurrency: 1, reservedConcurrency: 2 },
    });
    await provisioned(service);
    const two = [invoke(service), invoke(service)];
    await until(() => service.runtimes.starts.filter(({ doing }) => doing === 'waiting').length === 2);
    const third = await invoke(service);
    expect(JSON.parse(third.text).Reason).toBe('ReservedFunctionConcurrentInvocationLimitExceeded');
    gate.open();
    expect((await Promise.all(two)).map(({ status }) => status)).toEqual([200, 200]);
    expect(types(service).sort()).toEqual(['on-demand', 'provisioned-concurrency']);
  });

  it('are made anew for another generation', async () => {
    const service = await serve([echo()], { hello: { provisionedConcurrency: 2 } });
    await provisioned(service);
    service.update('hello', { bootstrap: process.execPath, taskRoot: '/' }, { warmUp: true });
    await until(() => told(service.events).length === 2);
    expect(told(service.events)).toEqual(['READY 2/2', 'READY 2/2']);
    expect(service.environmentCount('hello')).toBe(2);
    expect(service.runtimes.starts).toHaveLength(4);
    expect((await invoke(service, '1')).text).toBe('1');
  });

  it('that are still being initialised are not waited for', async () => {
    const service = await serve((number) => (number === 1 ? [hang()] : [echo()]), {
      hello: { provisionedConcurrency: 1 },
    });
    expect((await invoke(service, '1')).text).toBe('1');
    expect(types(service)).toEqual(['provisioned-concurrency', 'on-demand']);
    expect(told(service.events)).toEqual([]);
  });
});
