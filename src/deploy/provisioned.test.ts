import { describe, expect, it } from 'vitest';
import { applySteps } from './apply.js';
import type { Provisioning } from './cloud.js';
import { CloudModel } from './cloud-model.fixture.js';
import { desiredFunction } from './desired.fixture.js';
import { observe } from './observe.js';
import { plan } from './plan.js';
import { PROVISIONED_WITHIN_MS } from './wait.js';

const WORKING: Provisioning = { kind: 'working', reason: null };

/** A deploy that asks for two environments, whose state is then seen to be this. */
async function deploy(...seen: Provisioning[]) {
  const cloud = new CloudModel();
  cloud.provisionings.push(...seen);
  const waits: string[] = [];
  let now = 0;
  const pace = {
    now: () => now,
    async pause(ms: number) {
      now += ms;
    },
  };
  const desired = desiredFunction({ provisionedConcurrency: 2 });
  const observed = await observe(cloud, desired, { pace, onWait: () => {} });
  const steps = plan(desired, observed);
  const onEvent = (event: { kind: string; why?: string }) => {
    if (event.kind === 'waiting') waits.push(event.why ?? '');
  };
  const applied = await applySteps({ cloud, desired, observed, steps, pace, onEvent });
  return { applied, waits, left: cloud.provisionings.length };
}

describe('provisioned concurrency', () => {
  it('is waited for until it is there', async () => {
    const { applied, waits, left } = await deploy(WORKING, WORKING);
    expect([applied.kind, left]).toEqual(['done', 0]);
    expect(waits).toEqual(Array(2).fill('AWS is starting the provisioned environments of fn:live'));
  });

  it('is told to have failed, with the reason, when AWS says so', async () => {
    const reason = 'FUNCTION_ERROR_INIT_FAILURE';
    const { applied } = await deploy(WORKING, { kind: 'failed', reason });
    expect(applied).toMatchObject({ kind: 'failed', left: [{ id: 'provisioned-concurrency' }] });
    expect(applied.error).toMatchObject({ code: 'deploy.failed', message: expect.stringContaining(reason) });
  });

  it('is not waited for without end', async () => {
    const looks = Math.ceil(PROVISIONED_WITHIN_MS / 200);
    const { applied, left } = await deploy(...Array<Provisioning>(looks).fill(WORKING));
    expect(applied.kind).toBe('failed');
    expect(left).toBeGreaterThan(0);
  });
});
