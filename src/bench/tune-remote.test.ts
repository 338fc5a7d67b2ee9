import { describe, expect, it } from 'vitest';
import type { Deployed, DeployedFacts } from './deployed.js';
import { tuneRemotely } from './tune-remote.js';

const FACTS: DeployedFacts = {
  functionName: 'hello',
  region: 'eu-west-1',
  architecture: 'arm64',
  memoryMb: 256,
  runtime: 'provided.al2023',
  codeSha256: 'x',
  codeBytes: 1,
  version: '$LATEST',
  environment: { MINE: '1' },
};

/** A function on AWS as far as it matters here: settings, versions, and what was asked of it. */
function deployed({ failAt, broken }: { failAt?: number; broken?: 'active' | 'delete 1' } = {}) {
  const calls: string[] = [];
  const latest = { memoryMb: FACTS.memoryMb, environment: FACTS.environment as Record<string, string> };
  const versions = new Map<string, { memoryMb: number; warm: boolean }>();
  const port: Deployed = {
    facts: async () => FACTS,
    target: (version = '') => ({
      async invoke() {
        const found = versions.get(version)!;
        calls.push(`invoke ${version}`);
        if (calls.length === failAt) throw new Error('the network is gone');
        const report = {
          durationMs: 1000 / found.memoryMb,
          billedMs: Math.ceil(1000 / found.memoryMb),
          memoryMb: found.memoryMb,
          maxMemoryMb: 20,
          initMs: found.warm ? undefined : 10,
        };
        found.warm = true;
        return { kind: 'answered', callerMs: 50, report };
      },
    }),
    async configure({ memoryMb, environment }) {
      if (memoryMb !== undefined) latest.memoryMb = memoryMb;
      if (environment !== undefined) latest.environment = { ...environment };
    },
    async publish() {
      const number = String(versions.size + 1);
      versions.set(number, { memoryMb: latest.memoryMb, warm: false });
      return number;
    },
    async active(version) {
      if (broken === 'active') throw new Error(`${version} is pending for ever`);
    },
    async deleteVersion(version) {
      calls.push(`delete ${version}`);
      if (broken === `delete ${version}`) throw new Error('not allowed');
    },
    close() {},
  };
  return { port, calls, latest };
}

const plan = (port: Deployed, onlyCold = false) => ({
  deployed: port,
  facts: FACTS,
  sizes: [128, 512],
  payloads: Array(3).fill(Buffer.from('{}')),
  onlyCold,
  signal: new AbortController().signal,
  onProgress() {},
  onLeft(problem: Error) {
    throw problem;
  },
});

describe('tuning on AWS', () => {
  it('measures a version for each size, deletes them, and leaves $LATEST as it was', async () => {
    const { port, calls, latest } = deployed();
    const results = await tuneRemotely(plan(port));
    expect(results.map(({ memoryMb, timings }) => [memoryMb, timings.length, timings[0]!.cold])).toEqual([
      [128, 3, true],
      [512, 3, true],
    ]);
    expect(results[0]!.timings[0]!.durationMs).toBeCloseTo(10 + 1000 / 128, 9);
    expect(calls.slice(-2)).toEqual(['delete 1', 'delete 2']);
    expect(latest).toEqual({ memoryMb: 256, environment: { MINE: '1' } });
  });

  it('publishes for every cold start', async () => {
    const { port, calls } = deployed();
    const results = await tuneRemotely(plan(port, true));
    expect(results.flatMap(({ timings }) => timings.map(({ cold }) => cold))).toEqual(Array(6).fill(true));
    expect(calls.filter((call) => call.startsWith('delete'))).toHaveLength(6);
  });

  it('takes everything back when something goes wrong in between', async () => {
    const { port, calls, latest } = deployed({ failAt: 5 });
    await expect(tuneRemotely(plan(port))).rejects.toThrow('the network is gone');
    expect(calls.slice(-2)).toEqual(['delete 1', 'delete 2']);
    expect(latest).toEqual({ memoryMb: 256, environment: { MINE: '1' } });
  });

  it('deletes a version, too, that never became one to invoke', async () => {
    const { port, calls, latest } = deployed({ broken: 'active' });
    await expect(tuneRemotely(plan(port))).rejects.toThrow('1 is pending for ever');
    expect(calls).toEqual(['delete 1']);
    expect(latest.memoryMb).toBe(256);
  });

  it('ends at the next invocation when it is interrupted, and takes everything back', async () => {
    const { port, calls, latest } = deployed();
    const interruption = new AbortController();
    const onProgress = () => calls.length === 2 && interruption.abort();
    const tuning = tuneRemotely({ ...plan(port), signal: interruption.signal, onProgress });
    await expect(tuning).rejects.toThrow('aborted');
    expect(calls).toEqual(['invoke 1', 'invoke 1', 'invoke 1', 'delete 1']);
    expect(latest).toEqual({ memoryMb: 256, environment: { MINE: '1' } });
  });

  it('tells of what is left, and of nothing else', async () => {
    const { port, calls } = deployed({ broken: 'delete 1' });
    const left: unknown[] = [];
    const onLeft = (problem: Error, versions: readonly string[]) => left.push(problem.message, versions);
    await tuneRemotely({ ...plan(port), onLeft });
    expect(left).toEqual(['not allowed', ['1']]);
    expect(calls.slice(-2)).toEqual(['delete 1', 'delete 2']);
  });

  it('changes nothing of a function whose variables it may not read', async () => {
    const { port, latest } = deployed();
    const tuning = tuneRemotely({ ...plan(port), facts: { ...FACTS, environment: undefined } });
    await expect(tuning).rejects.toThrow("The variables of 'hello' cannot be read");
    expect(latest).toEqual({ memoryMb: 256, environment: { MINE: '1' } });
  });
});
