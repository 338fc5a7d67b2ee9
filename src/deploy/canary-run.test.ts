import { describe, expect, it } from 'vitest';
import { type CanaryEvent, runCanary } from './canary-run.js';
import { CloudError } from './cloud.js';
import type { AlarmState, AliasState, AliasTarget, Measured, RolloutCloud } from './rollout-cloud.js';

const STEPS = [
  { weight: 0.1, seconds: 60 },
  { weight: 0.5, seconds: 60 },
];

/** An alias that changes its revision with each write, and a clock that jumps to where it is asked to wait for. */
class World {
  nowMs = 1_000_000;
  readonly moves: string[] = [];
  readonly events: CanaryEvent[] = [];
  readonly interruption = new AbortController();
  alias: AliasState = { name: 'live', version: '7', weights: {}, revision: 'r0' };
  alarm: (nowMs: number) => AlarmState['state'] = () => 'OK';
  after: () => Measured = () => ({ invocations: 100, errors: 0, p99Ms: 10 });
  beforeMove: (to: AliasTarget) => void = () => {};
  afterMove: (to: AliasTarget) => void = () => {};
  onWait: () => void = () => {};
  asked = 0;

  async run(answer = true, alarms: readonly string[] = []) {
    return runCanary({
      cloud: this.cloud(),
      function: 'orders',
      alias: 'live',
      oldVersion: '7',
      newVersion: '8',
      revision: 'r0',
      plan: { steps: STEPS, lookEveryMs: 30_000 },
      alarms,
      clock: {
        nowMs: () => this.nowMs,
        until: async (ms) => {
          this.onWait();
          if (!this.interruption.signal.aborted) this.nowMs = Math.max(this.nowMs, ms);
        },
      },
      interrupted: this.interruption.signal,
      ask: async () => {
        this.asked += 1;
        return answer;
      },
      report: (event) => this.events.push(event),
    });
  }

  private cloud(): RolloutCloud {
    const none = () => Promise.reject(new Error('not asked for'));
    return {
      versions: none,
      invoke: none,
      remove: none,
      bucket: none,
      layerVersions: none,
      aliases: async () => [this.alias],
      alarms: async (names) =>
        names.map((name) => ({ name, state: this.alarm(this.nowMs), reason: 'too slow' })),
      measure: async () => ({ '7': { invocations: 900, errors: 0, p99Ms: 10 }, '8': this.after() }),
      moveAlias: async (_name, _alias, to, revision) => {
        this.beforeMove(to);
        if (revision !== this.alias.revision) throw new CloudError('changed-meanwhile', 'not the latest');
        this.alias = { ...this.alias, ...to, revision: `r${this.moves.length + 1}` };
        this.moves.push(`${to.version} ${JSON.stringify(to.weights)}`);
        this.afterMove(to);
        return this.alias.revision;
      },
    };
  }
}

describe('runCanary', () => {
  it('gives all traffic to a version that does well', async () => {
    const world = new World();
    const { outcome, revision } = await world.run();
    expect(outcome).toEqual({ kind: 'promoted' });
    expect(world.moves).toEqual(['7 {"8":0.1}', '7 {"8":0.5}', '8 {}']);
    expect(revision).toBe(world.alias.revision);
    expect(world.nowMs).toBe(1_120_000);
    expect(world.events.filter(({ kind }) => kind === 'canary.looked')).toHaveLength(4);
  });

  it('takes it back when an alarm rings in the second step', async () => {
    const world = new World();
    world.alarm = (nowMs) => (nowMs > 1_080_000 ? 'ALARM' : 'OK');
    const { outcome } = await world.run(true, ['p99']);
    expect(outcome).toMatchObject({ kind: 'restored', why: expect.stringContaining('p99') });
    expect(world.moves).toEqual(['7 {"8":0.1}', '7 {"8":0.5}', '7 {}']);
  });

  it('takes it back when it fails', async () => {
    const world = new World();
    world.after = () => ({ invocations: 10, errors: 5 });
    expect((await world.run()).outcome).toMatchObject({ kind: 'restored' });
    expect(world.moves).toEqual(['7 {"8":0.1}', '7 {}']);
  });

  it.each([
    [true, 'restored', ['7 {"8":0.1}', '7 {}']],
    [false, 'left', ['7 {"8":0.1}']],
  ])('asks at Ctrl-C, and does what it is told: %s', async (answer, kind, moves) => {
    const world = new World();
    world.onWait = () => world.interruption.abort();
    expect((await world.run(answer)).outcome.kind).toBe(kind);
    expect(world.moves).toEqual(moves);
    expect(world.asked).toBe(1);
  });

  it('asks after the call that Ctrl-C came into', async () => {
    const world = new World();
    world.beforeMove = () => world.interruption.abort();
    expect((await world.run()).outcome).toEqual({ kind: 'restored', why: 'it was interrupted' });
    expect(world.moves).toEqual(['7 {"8":0.1}', '7 {}']);
  });

  it('leaves an alias alone that somebody else has moved', async () => {
    const world = new World();
    world.onWait = () => {
      world.alias = { ...world.alias, version: '9', weights: {}, revision: 'theirs' };
    };
    world.after = () => ({ invocations: 10, errors: 10 });
    expect((await world.run()).outcome).toEqual({ kind: 'overtaken' });
    expect(world.alias.version).toBe('9');
  });

  it('takes back what was carried out although its answer was lost', async () => {
    const world = new World();
    let lost = false;
    world.afterMove = () => {
      if (lost) return;
      lost = true;
      throw new CloudError('network', 'ECONNRESET');
    };
    expect((await world.run()).outcome).toMatchObject({
      kind: 'restored',
      why: expect.stringContaining('ECONNRESET'),
    });
    expect(world.moves).toEqual(['7 {"8":0.1}', '7 {}']);
  });

  it('says that it could not take it back', async () => {
    const world = new World();
    world.after = () => ({ invocations: 10, errors: 10 });
    world.beforeMove = (to) => {
      if (Object.keys(to.weights).length === 0) throw new CloudError('denied', 'no lambda:UpdateAlias');
    };
    await expect(world.run()).rejects.toMatchObject({
      name: 'NotRestored',
      message: 'no lambda:UpdateAlias',
    });
  });
});
