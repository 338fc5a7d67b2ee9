import { describe, expect, it, onTestFinished } from 'vitest';
import type { Subscription, TelemetryApi } from '../../src/lambda/telemetry-subscription.js';
import { DestinationPorts } from '../../src/local/telemetry/destination-ports.js';
import { TelemetryRelay } from '../../src/local/telemetry/relay.js';
import { movedClock } from '../support/moved-clock.js';
import { until } from '../support/steering.js';
import { httpListener, type TelemetryListener } from '../support/telemetry-listener.js';

/** Who hears what happens in an environment, and from when on. */

function relays() {
  const [clock, ports, warnings] = [movedClock(), new DestinationPorts(), [] as string[]];
  const services = { clock, ports, warn: (text: string) => void warnings.push(text) };
  const open = (environment: number) => {
    const relay = new TelemetryRelay(
      { function: 'hello', environment },
      { logFormat: 'Text', managed: false },
      services,
      () => {},
    );
    onTestFinished(() => relay.detach());
    return relay;
  };
  return { open, clock, warnings };
}

const wants = (
  { port }: TelemetryListener,
  { api = 'Telemetry' as TelemetryApi, types = ['function'] as Subscription['types'] } = {},
): Subscription => ({
  api,
  schemaVersion: api === 'Telemetry' ? '2022-07-01' : '2021-03-18',
  types,
  buffering: { maxItems: 1_000, maxBytes: 262_144, timeoutMs: 25 },
  destination: { protocol: 'HTTP', port, path: '/', method: 'POST' },
});

const write = (relay: TelemetryRelay, ...lines: string[]) => {
  for (const line of lines) relay.tell({ kind: 'function', line }, Date.UTC(2026, 0, 1));
};
const linesOf = ({ events }: TelemetryListener) => events.map(({ record }) => record);

it('replays what happened since init began, to each who subscribes', async () => {
  const relay = relays().open(1);
  relay.initStarted();
  write(relay, 'before');
  const [one, other] = [await httpListener(), await httpListener()];
  expect(relay.subscribe('one', wants(one)).isNew).toBe(true);
  write(relay, 'between');
  expect(relay.subscribe('other', wants(other)).isNew).toBe(true);
  relay.initOver();
  write(relay, 'after');
  await relay.flush();
  expect(linesOf(one)).toEqual(['before', 'between', 'after']);
  expect(linesOf(other)).toEqual(['before', 'between', 'after']);
});

it('hears only while somebody listens, or may still come to', async () => {
  const relay = relays().open(1);
  expect(relay.hears).toBe(false);
  relay.initStarted();
  expect(relay.hears).toBe(true);
  relay.initOver();
  expect(relay.hears).toBe(false);
  relay.initStarted();
  relay.subscribe('spy', wants(await httpListener()));
  relay.initOver();
  expect(relay.hears).toBe(true);
  relay.detach();
  expect(relay.hears).toBe(false);
});

it('takes no subscription before init and after it', async () => {
  const relay = relays().open(1);
  const listener = await httpListener();
  const refused = { isNew: false, answer: expect.objectContaining({ status: 403 }) };
  expect(relay.subscribe('spy', wants(listener))).toEqual(refused);
  relay.initStarted();
  relay.initOver();
  expect(relay.subscribe('spy', wants(listener))).toEqual(refused);
});

it('tells one who subscribes twice everything once, and replaces what it asked for', async () => {
  const relay = relays().open(1);
  const [first, second] = [await httpListener(), await httpListener()];
  relay.initStarted();
  write(relay, 'a');
  relay.subscribe('spy', wants(first));
  expect(relay.subscribe('spy', wants(first))).toEqual({
    isNew: false,
    answer: { status: 200, body: '"OK"' },
  });
  await relay.flush();
  expect(relay.subscribe('spy', wants(second)).isNew).toBe(true);
  write(relay, 'b');
  await relay.flush();
  expect(linesOf(first)).toEqual(['a']);
  expect(linesOf(second)).toEqual(['a', 'b']);
});

it('lets an extension use one of the two APIs', async () => {
  const relay = relays().open(1);
  const listener = await httpListener();
  relay.initStarted();
  relay.subscribe('spy', wants(listener));
  const { answer } = relay.subscribe('spy', wants(listener, { api: 'Logs' }));
  expect(answer).toEqual({
    status: 400,
    body: '{"errorType":"Logs.ValidationError","errorMessage":"extension spy is already subscribed to the Telemetry API"}',
  });
  expect(relay.subscribe('other', wants(listener, { api: 'Logs' })).isNew).toBe(true);
});

it('gives what an extension did not take to its next process', async () => {
  const { open, clock } = relays();
  const relay = open(1);
  const gone = await httpListener();
  gone.close();
  relay.initStarted();
  relay.subscribe('spy', wants(gone));
  write(relay, 'lost?');
  clock.move(25);
  await until(() => clock.next === 50);
  relay.detach();
  expect(clock.next).toBeUndefined();
  const back = await httpListener();
  relay.initStarted();
  write(relay, 'new');
  relay.subscribe('spy', wants(back));
  await relay.flush();
  expect(linesOf(back)).toEqual(['lost?', 'new']);
});

describe('two environments whose extensions want the same port', () => {
  it('the second is told of, once, and gets nothing of its own to the other', async () => {
    const { open, warnings } = relays();
    const listener = await httpListener();
    const [first, second, third] = [open(1), open(2), open(3)];
    for (const relay of [first, second, third]) {
      relay.initStarted();
      expect(relay.subscribe('spy', wants(listener)).answer.status).toBe(200);
    }
    write(first, 'first');
    write(second, 'second');
    for (const relay of [first, second, third]) await relay.flush();
    expect(linesOf(listener)).toEqual(['first']);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(
      `hello: the extension 'spy' of environment 2 wants its telemetry at port ${listener.port}, where environment 1 of hello has a listener.`,
    );
    expect(warnings[0]).toContain('Run with --concurrency 1');
  });

  it('one after the other both have it', async () => {
    const { open, warnings } = relays();
    const listener = await httpListener();
    const [first, second] = [open(1), open(2)];
    first.initStarted();
    first.subscribe('spy', wants(listener));
    first.detach();
    second.initStarted();
    second.subscribe('spy', wants(listener));
    write(second, 'second');
    await second.flush();
    expect(linesOf(listener)).toEqual(['second']);
    expect(warnings).toEqual([]);
  });
});
