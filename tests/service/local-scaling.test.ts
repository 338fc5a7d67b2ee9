import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/local/clock.js';
import { BOOTSTRAP, invoke, serve } from '../support/functions.js';
import { http } from '../support/http.js';
import { latch } from '../support/latch.js';
import { call, echo, forever, hang, next, respond, waitFor } from '../support/runtime-actions.js';
import { until } from '../support/steering.js';

/** How many environments a function may have, and how fast; what its callers are told beyond that. */

const throttle = (reason: string) => ({ Reason: reason, Type: 'User', message: 'Rate Exceeded.' });
const EVENT = { headers: { 'X-Amz-Invocation-Type': 'Event' } };

describe('reserved concurrency', () => {
  it('is the most that a function gets, and no other function can take it', async () => {
    const gate = latch();
    const service = await serve([next(), waitFor(gate), respond('1'), echo()], {
      concurrency: 102,
      functions: [
        { name: 'own', bootstrap: BOOTSTRAP, reservedConcurrency: 2 },
        { name: 'other', bootstrap: BOOTSTRAP },
      ],
    });
    const others = Array.from({ length: 100 }, () => invoke(service, '{}', { name: 'other' }));
    await until(() => service.runtimes.starts.filter(({ doing }) => doing === 'waiting').length === 100);
    const full = await invoke(service, '{}', { name: 'other' });
    expect(JSON.parse(full.text)).toEqual(throttle('ConcurrentInvocationLimitExceeded'));
    const own = Array.from({ length: 2 }, () => invoke(service, '{}', { name: 'own' }));
    await until(() => service.runtimes.starts.filter(({ doing }) => doing === 'waiting').length === 102);
    const third = await invoke(service, '{}', { name: 'own' });
    expect([third.status, third.headers['x-amzn-errortype'], third.headers['retry-after']]).toEqual([
      429,
      'TooManyRequestsException',
      '1',
    ]);
    expect(third.text).toBe(
      '{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}',
    );
    gate.open();
    for (const answer of await Promise.all([...others, ...own])) expect(answer.status).toBe(200);
  });

  it('of zero refuses every caller, at once', async () => {
    const service = await serve([echo()], { hello: { reservedConcurrency: 0 } });
    for (let number = 0; number < 3; number += 1) {
      const answer = await invoke(service);
      expect(answer.status).toBe(429);
      expect(JSON.parse(answer.text)).toEqual(throttle('ReservedFunctionConcurrentInvocationLimitExceeded'));
    }
    expect((await http(service.urlOf('hello'))).status).toBe(429);
    expect(service.runtimes.starts).toHaveLength(0);
  });

  it('can change while the function runs', async () => {
    const gate = latch();
    const service = await serve([next(), waitFor(gate), respond('1'), echo()], {
      hello: { reservedConcurrency: 1 },
    });
    const first = invoke(service);
    await until(() => service.runtimes.starts[0]?.doing === 'waiting');
    expect((await invoke(service)).status).toBe(429);
    service.define({ name: 'hello', reservedConcurrency: 2 });
    const second = invoke(service);
    await until(() => service.runtimes.starts[1]?.doing === 'waiting');
    expect((await invoke(service)).status).toBe(429);
    service.define({ name: 'hello' });
    gate.open();
    expect((await Promise.all([first, second])).map(({ status }) => status)).toEqual([200, 200]);
    expect((await invoke(service)).status).toBe(200);
  });

  it('cannot take what must be left for other functions', async () => {
    await expect(serve([echo()], { hello: { reservedConcurrency: 901 } })).rejects.toThrow(
      /which leaves 99; Lambda keeps at least 100/,
    );
  });

  it('comes with ten requests per second for each environment; events do not count', async () => {
    let now = 0;
    const handled: string[] = [];
    const service = await serve(
      [
        forever(
          next(),
          call((start) => handled.push(String(start.events.at(-1)?.body))),
          respond((event) => event.body),
        ),
      ],
      { clock: { ...systemClock, now: () => now }, hello: { reservedConcurrency: 1 } },
    );
    const statuses: number[] = [];
    for (let number = 0; number < 11; number += 1) {
      statuses.push((await invoke(service)).status);
      await service.runtimes.settled();
    }
    expect(statuses).toEqual([...Array(10).fill(200), 429]);
    const refused = await invoke(service);
    expect(JSON.parse(refused.text)).toEqual(throttle('ReservedFunctionInvocationRateLimitExceeded'));
    expect((await invoke(service, '"event"', EVENT)).status).toBe(202);
    await until(() => handled.includes('"event"'));
    await service.runtimes.settled();
    now += 100;
    expect((await invoke(service)).status).toBe(200);
    expect((await invoke(service)).status).toBe(429);
  });
});

describe('scaling', () => {
  it('gives a function 1,000 new environments in ten seconds, and refills continuously', async () => {
    let now = 0;
    // They initialise for ever: all that counts is how many there are.
    const service = await serve([hang()], { concurrency: 2_000, clock: { ...systemClock, now: () => now } });
    const outcomes: string[] = [];
    const start = (count: number) => {
      for (let number = 0; number < count; number += 1) {
        service.invoke('hello').catch((error: Error) => outcomes.push(error.message));
      }
    };
    start(1_000);
    expect(service.environmentCount('hello')).toBe(1_000);
    const refused = await invoke(service);
    expect(JSON.parse(refused.text)).toEqual(throttle('ConcurrentInvocationLimitExceeded'));
    now += 25;
    start(3);
    expect(service.environmentCount('hello')).toBe(1_002);
    await until(() => outcomes.length === 1);
    expect(outcomes[0]).toContain('ConcurrentInvocationLimitExceeded');
  });
});
