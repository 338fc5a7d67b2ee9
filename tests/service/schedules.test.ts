import { describe, expect, it } from 'vitest';
import { MovedClock } from '../support/clock.js';
import { serve } from '../support/functions.js';
import { forever, next, respond } from '../support/runtime-actions.js';
import { until } from '../support/steering.js';

const ARN = 'arn:aws:events:us-east-1:123456789012:rule/nightly';
const RULE = {
  name: 'nightly',
  arn: ARN,
  kind: 'rule',
  functionName: 'hello',
  expression: 'rate(5 minutes)',
} as const;

async function scheduled(
  schedules: Parameters<Awaited<ReturnType<typeof serve>>['trigger']>[0]['schedules'],
) {
  const clock = new MovedClock(Date.parse('2026-11-27T09:00:00Z'));
  const service = await serve([forever(next(), respond('null'))], { clock });
  service.trigger({ schedules });
  const events = () =>
    service.runtimes.starts.flatMap((start) => start.events.map(({ body }) => JSON.parse(body.toString())));
  return { ...service, clock, events };
}

describe('a schedule', () => {
  it('invokes its function with the event of EventBridge, time after time', async () => {
    const service = await scheduled([RULE]);
    service.clock.advance(299_999);
    await service.runtimes.settled();
    expect(service.events()).toEqual([]);
    service.clock.advance(1);
    await until(() => service.events().length === 1);
    expect(service.events()[0]).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '123456789012',
      time: '2026-11-27T09:05:00Z',
      region: 'us-east-1',
      resources: [ARN],
      detail: {},
    });
    service.clock.advance(300_000);
    await until(() => service.events().length === 2);
  });

  it('hands over its input, of EventBridge Scheduler with the time in it', async () => {
    const service = await scheduled([
      {
        ...RULE,
        kind: 'scheduler',
        expression: 'cron(30 11 * * ? *)',
        timezone: 'Europe/Berlin',
        input: '{"at":"<aws.scheduler.scheduled-time>","name":"night"}',
      },
    ]);
    service.clock.advance(90 * 60_000);
    await until(() => service.events().length === 1);
    expect(service.events()).toEqual([{ at: '2026-11-27T10:30:00Z', name: 'night' }]);
  });

  it('keeps its times when others change, and ends with its rule', async () => {
    const service = await scheduled([RULE]);
    service.clock.advance(240_000);
    service.trigger({ schedules: [RULE, { ...RULE, arn: `${ARN}-2`, expression: 'rate(1 hour)' }] });
    service.clock.advance(60_000);
    await until(() => service.events().length === 1);
    service.trigger({ schedules: [] });
    service.clock.advance(3_600_000);
    await service.runtimes.settled();
    expect(service.events()).toHaveLength(1);
  });

  it('that is none, or in a time zone that is none, is told and not followed', async () => {
    const service = await scheduled([
      { ...RULE, expression: 'rate(1 minutes)' },
      { ...RULE, arn: 'b', kind: 'scheduler', timezone: 'Mars/Base' },
    ]);
    expect(service.warnings).toEqual([
      'The schedule nightly is not followed: rate(1 minutes): write 1 minute.',
      'The schedule nightly is not followed: there is no time zone Mars/Base.',
    ]);
  });
});
