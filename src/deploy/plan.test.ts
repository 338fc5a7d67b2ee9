import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applySteps } from './apply.js';
import { CloudError } from './cloud.js';
import { CloudModel } from './cloud-model.fixture.js';
import { configuration, desiredFunction, desiredFunctions, desiredLayers } from './desired.fixture.js';
import type { Desired, DesiredFunction } from './desired.js';
import { observe } from './observe.js';
import { plan } from './plan.js';
import { same } from './same.js';
import type { Step } from './step.js';
import type { Pace } from './wait.js';

/** A clock on which pauses take no time of anybody's. */
function pace(): Pace {
  let now = 0;
  return {
    now: () => now,
    async pause(ms, signal) {
      signal?.throwIfAborted();
      now += ms;
    },
  };
}

async function plans(cloud: CloudModel, desired: Desired): Promise<Step[]> {
  return plan(desired, await observe(cloud, desired, { pace: pace(), onWait: () => {} }));
}

async function deploy(cloud: CloudModel, desired: Desired, signal?: AbortSignal) {
  const observed = await observe(cloud, desired, { pace: pace(), onWait: () => {} });
  const steps = plan(desired, observed);
  return applySteps({ cloud, desired, observed, steps, pace: pace(), onEvent: () => {}, signal });
}

/** AWS with the role that functions may be given, after a deploy of what was there before. */
async function cloudWith(before: DesiredFunction | null): Promise<CloudModel> {
  const cloud = new CloudModel();
  const arn = 'arn:aws:iam::123456789012:role/given';
  cloud.roles.set('given', {
    arn,
    trust: '',
    policy: null,
    attached: [],
    permissionsBoundary: null,
    owner: null,
    createdMs: 0,
  });
  if (before) {
    const applied = await deploy(cloud, before);
    if (applied.kind !== 'done') throw applied.error;
  }
  cloud.writes.length = 0;
  return cloud;
}

const before = fc.option(desiredFunctions, { nil: null, freq: 6 });
const RUNS = { numRuns: 60 };

describe('the law of a plan', () => {
  it('is empty after it was applied', async () => {
    await fc.assert(
      fc.asyncProperty(before, desiredFunctions, async (was, desired) => {
        const cloud = await cloudWith(was);
        const applied = await deploy(cloud, desired);
        expect(applied.error).toBeUndefined();
        expect(await plans(cloud, desired)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('is empty after an extension was published, also by a project at another commit', async () => {
    await fc.assert(
      fc.asyncProperty(desiredLayers, desiredLayers, async (was, desired) => {
        const cloud = new CloudModel();
        for (const one of [was, desired]) expect((await deploy(cloud, one)).error).toBeUndefined();
        expect(await plans(cloud, desired)).toEqual([]);
        const elsewhere = { commit: 'ffff', inputs: 'eeee' };
        const text = desired.description.replace(/\[.*\]/, '[git ffff, inputs eeee]');
        expect(await plans(cloud, { ...desired, provenance: elsewhere, description: text })).toEqual([]);
      }),
      RUNS,
    );
  });

  it('writes nothing when there is nothing to do', async () => {
    await fc.assert(
      fc.asyncProperty(desiredFunctions, async (desired) => {
        const cloud = await cloudWith(desired);
        await deploy(cloud, { ...desired, provenance: { commit: 'ffff', inputs: 'eeee' } });
        expect(cloud.writes).toEqual([]);
      }),
      RUNS,
    );
  });

  it('completes whatever part of the steps was carried out', async () => {
    await fc.assert(
      fc.asyncProperty(
        before,
        desiredFunctions,
        fc.array(fc.boolean(), { minLength: 40 }),
        async (was, desired, chosen) => {
          const cloud = await cloudWith(was);
          const steps = await plans(cloud, desired);
          for (const [index, step] of steps.entries()) {
            if (!chosen[index]) continue;
            for (const write of step.writes) {
              const isOpen =
                (write.kind === 'move-alias' || write.kind === 'create-alias') && write.version === null;
              const newest = cloud.functions.get('fn')?.versions.at(-1)?.version ?? null;
              // What needs a step that was left out is refused by AWS.
              await cloud.write(isOpen ? { ...write, version: newest } : write, null).catch((error) => {
                if (!(error instanceof CloudError)) throw error;
              });
            }
          }
          const applied = await deploy(cloud, desired);
          expect(applied.error).toBeUndefined();
          expect(await plans(cloud, desired)).toEqual([]);
        },
      ),
      RUNS,
    );
  });

  it('is completed by the next deploy, after whichever write the first one was killed', async () => {
    await fc.assert(
      fc.asyncProperty(before, desiredFunctions, async (was, desired) => {
        const writes = await countOf(was, desired);
        for (let killedAfter = 1; killedAfter <= writes; killedAfter += 1) {
          const cloud = await cloudWith(was);
          cloud.after = (_, count) => {
            if (count === killedAfter) throw new Killed();
          };
          expect((await deploy(cloud, desired)).error).toBeInstanceOf(Killed);
          cloud.after = () => {};
          expect((await deploy(cloud, desired)).error).toBeUndefined();
          expect(await plans(cloud, desired)).toEqual([]);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('never leads the alias to something that is half changed', async () => {
    await fc.assert(
      fc.asyncProperty(desiredFunctions, desiredFunctions, async (before, desired) => {
        const was = { ...before, alias: desired.alias };
        const cloud = await cloudWith(was);
        const seen: unknown[] = [];
        cloud.after = () => {
          const fn = cloud.functions.get('fn')!;
          const version = fn.aliases.get(desired.alias)?.version;
          const { codeSha256, configuration: settings } = fn.versions.find((one) => one.version === version)!;
          seen.push({ codeSha256, settings: { ...settings, description: '' } });
        };
        await deploy(cloud, desired);
        const kinds = seen.filter((one, index) => !seen.slice(0, index).some((other) => same(one, other)));
        expect(kinds.length).toBeLessThanOrEqual(2);
      }),
      RUNS,
    );
  });
});

class Killed extends Error {}

async function countOf(was: DesiredFunction | null, desired: DesiredFunction): Promise<number> {
  const cloud = await cloudWith(was);
  await deploy(cloud, desired);
  return cloud.writes.length;
}

describe('a second deployer', () => {
  const mine = desiredFunction({ configuration: configuration({ memoryMb: 256 }), role: null });
  const other = desiredFunction({ configuration: configuration({ memoryMb: 512 }), role: null });

  it.each([
    ['between the plan and the first write', 0],
    ['before the version is published', 1],
    ['before the alias is moved', 2],
  ])('is not overwritten when they are through %s', async (_, at) => {
    const cloud = await cloudWith(desiredFunction({ configuration: configuration(), role: null }));
    const observed = await observe(cloud, mine, { pace: pace(), onWait: () => {} });
    let theirs: Promise<unknown> = Promise.resolve();
    const steps = plan(mine, observed);
    if (at === 0) await deploy(cloud, other);
    // A function is looked at after each write that settles: there and then theirs goes through.
    let looks = 0;
    const look = cloud.state.bind(cloud);
    cloud.state = async (name) => {
      const state = await look(name);
      looks += 1;
      if (looks === at) {
        theirs = deploy(cloud, other);
        await theirs;
      }
      return state;
    };
    const applied = await applySteps({
      cloud,
      desired: mine,
      observed,
      steps,
      pace: pace(),
      onEvent: () => {},
    });
    await theirs;
    expect(applied.kind).toBe('failed');
    expect(applied.error).toMatchObject({ problem: 'changed-meanwhile' });
    const fn = cloud.functions.get('fn')!;
    const live = fn.versions.find(({ version }) => version === fn.aliases.get('live')?.version);
    expect(live?.configuration.memoryMb).toBe(512);
  });
});
