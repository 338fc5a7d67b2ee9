import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import type { AlarmState, AliasState, Answer, RolloutCloud } from './rollout-cloud.js';
import { type TrafficEvent, type TrafficOptions, trafficThrough } from './traffic.js';

const STEPS = [{ weight: 0.1, seconds: 60 }];
const PAYLOAD = Buffer.from('{}');

/** The alias `live` of `orders` at version 7, and the version 8 that is to get its traffic. */
function world(
  change: Partial<TrafficOptions> & { answer?: Answer; alarm?: AlarmState; errors?: number } = {},
) {
  const { answer = { payload: '"ok"', log: '' }, alarm, errors = 0, ...options } = change;
  const calls: string[] = [];
  const events: TrafficEvent[] = [];
  let alias: AliasState = { name: 'live', version: '7', weights: {}, revision: 'r0' };
  let nowMs = 0;
  const cloud: RolloutCloud = {
    versions: async () => [],
    aliases: async () => [alias],
    moveAlias: async (_name, _alias, to, revision) => {
      expect(revision).toBe(alias.revision);
      alias = {
        ...alias,
        ...to,
        revision: `r${calls.push(`move ${to.version} ${JSON.stringify(to.weights)}`)}`,
      };
      return alias.revision;
    },
    invoke: async (_name, version, payload) => {
      calls.push(`invoke ${version} ${Buffer.from(payload)}`);
      return answer;
    },
    alarms: async () => (alarm ? [alarm] : []),
    measure: async () => ({ '8': { invocations: 10, errors } }),
    remove: async () => {},
    bucket: async () => null,
    layerVersions: async () => [],
  };
  const give = (from: string | null, to = '8') =>
    trafficThrough({
      cloud,
      steps: STEPS,
      alarms: [],
      smokeTest: undefined,
      clock: {
        nowMs: () => nowMs,
        until: async (ms) => {
          nowMs = ms;
        },
      },
      interrupted: new AbortController().signal,
      ask: async () => true,
      report: (event) => events.push(event),
      ...options,
    })({ function: 'orders', alias: 'live', from, to, revision: 'r0' });
  return { give, calls, events };
}

async function refusal(run: Promise<unknown> | undefined): Promise<UserError> {
  const error = await Promise.resolve(run).then(
    () => new Error('went well'),
    (reason: unknown) => reason,
  );
  if (error instanceof UserError) return error;
  throw error;
}

describe('before a new version gets traffic', () => {
  it('nothing is in the way without settings for it', async () => {
    const { give, calls } = world({ steps: [] });
    expect(await give('7')).toBe('plain');
    expect(calls).toEqual([]);
  });

  it.each([
    ['an alias that is only made', null],
    ['the version that the alias leads to already', '8'],
  ])('there is no canary for %s', async (_, from) => {
    const { give, calls } = world();
    expect(await give(from)).toBe('plain');
    expect(calls).toEqual([]);
  });

  it('it is invoked, and goes on', async () => {
    const { give, calls, events } = world({ smokeTest: PAYLOAD });
    expect(await give(null)).toBe('plain');
    expect(calls).toEqual(['invoke 8 {}']);
    expect(events).toEqual([{ kind: 'smoke-test.passed', function: 'orders', version: '8' }]);
  });

  it.each([
    ['7', 'still leads to version 7'],
    [null, 'no alias leads to this version'],
  ])('it is invoked, fails, and gets none (from %s)', async (from, text) => {
    const answer = { payload: '{"errorMessage":"no table"}', error: 'Unhandled', log: 'REPORT' };
    const { give, calls } = world({ smokeTest: PAYLOAD, answer });
    const error = await refusal(give(from));
    expect(error.code).toBe('deploy.smoke-test');
    expect(error.message).toContain('no table');
    expect(error.message).toContain('REPORT');
    expect(error.fix).toContain(text);
    expect(calls).toEqual(['invoke 8 {}']);
  });

  it('a canary leads the alias on, after the smoke test', async () => {
    const { give, calls } = world({ smokeTest: PAYLOAD });
    expect(await give('7')).toBe('moved');
    expect(calls).toEqual(['invoke 8 {}', 'move 7 {"8":0.1}', 'move 8 {}']);
  });

  it('a canary that is taken back is a failure that exits 1', async () => {
    const { give, calls } = world({ errors: 10 });
    const error = await refusal(give('7'));
    expect(error.exitCode).toBe(1);
    expect(error.message).toMatch(/taken back: 10 of 10 .* leads to version 7 again/);
    expect(calls).toEqual(['move 7 {"8":0.1}', 'move 7 {}']);
  });

  it.each<[string, AlarmState | undefined, RegExp]>([
    ['is not there', undefined, /There is no CloudWatch alarm 'p99'/],
    ['rings already', { name: 'p99', state: 'ALARM', reason: 'slow' }, /in ALARM already.*slow/],
  ])('an alarm that %s is told before anything is moved', async (_, alarm, text) => {
    const { give, calls } = world({ alarms: ['p99'], ...(alarm && { alarm }) });
    const error = await refusal(give('7'));
    expect(error.message).toMatch(text);
    expect(calls).toEqual([]);
  });
});
