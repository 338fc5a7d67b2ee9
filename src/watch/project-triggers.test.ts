import { expect, it } from 'vitest';
import { projectWith } from '../project/project.fixture.js';
import type { Project } from '../project/project.js';
import type { WatchEvent } from './events.js';
import { triggerFollower, triggersOf } from './project-triggers.js';

const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012:jobs';
const HOME = { region: 'eu-central-1', accountId: '123456789012' };

const project = projectWith([
  {
    name: 'jobs',
    settings: {
      deploy: {
        name: 'shop-jobs',
        event_sources: [
          {
            arn: QUEUE,
            batch_size: 5,
            batching_window: 2,
            report_batch_item_failures: true,
            maximum_concurrency: 3,
            filters: [{ body: ['a'] }],
            enabled: false,
          },
        ],
        schedules: [
          { name: 'nightly', expression: 'cron(0 3 * * ? *)', input: { full: true } },
          { name: 'off', expression: 'rate(1 hour)', enabled: false },
        ],
      },
    },
  },
  { name: 'mails', settings: { deploy: { event_sources: [{ arn: QUEUE }] } } },
]);

it('are those of the deploy settings, with the defaults of AWS', () => {
  expect(triggersOf(project, HOME)).toEqual({
    eventSources: [
      {
        id: `jobs ${QUEUE}`,
        functionName: 'jobs',
        eventSourceArn: QUEUE,
        enabled: false,
        batchSize: 5,
        maximumBatchingWindowSeconds: 2,
        reportBatchItemFailures: true,
        maximumConcurrency: 3,
        filters: ['{"body":["a"]}'],
      },
      {
        id: `mails ${QUEUE}`,
        functionName: 'mails',
        eventSourceArn: QUEUE,
        enabled: true,
        batchSize: 10,
        maximumBatchingWindowSeconds: 0,
        reportBatchItemFailures: false,
        maximumConcurrency: undefined,
        filters: [],
      },
    ],
    schedules: [
      {
        name: 'shop-jobs.nightly',
        arn: 'arn:aws:events:eu-central-1:123456789012:rule/shop-jobs.nightly',
        kind: 'rule',
        functionName: 'jobs',
        expression: 'cron(0 3 * * ? *)',
        input: '{"full":true}',
      },
    ],
  });
});

function followed(triggers: boolean, projects: readonly Project[]) {
  const events: WatchEvent[] = [];
  const taken: unknown[] = [];
  const lambda = { trigger: (one: unknown) => taken.push(one) };
  const follow = triggerFollower(lambda, {
    load: { cwd: '/p', env: {} },
    overrides: {},
    ignoreChanges: false,
    keepServing: false,
    triggers,
    announce: false,
    color: false,
    service: {},
    onEvent: (event) => events.push(event),
  });
  for (const one of projects) follow(one);
  expect(events.length).toBe(taken.length);
  return { taken, events };
}

it('are followed anew when the project says something else, and then alone', () => {
  const none = { eventSources: [], schedules: [] };
  expect(followed(true, [project, project]).taken).toHaveLength(1);
  expect(followed(true, [project, projectWith([{}])]).taken.at(-1)).toEqual(none);
  expect(followed(true, [projectWith([{}])]).taken).toEqual([]);
  expect(followed(false, [project]).taken).toEqual([]);
});

it('a stream is told of by the service, which has none, and not as one that leads here', () => {
  const arn = 'arn:aws:kinesis:eu-central-1:123456789012:stream/clicks';
  const { taken, events } = followed(true, [
    projectWith([{ settings: { deploy: { event_sources: [{ arn }] } } }]),
  ]);
  expect(taken).toMatchObject([{ eventSources: [{ eventSourceArn: arn }] }]);
  expect(events).toEqual([{ type: 'triggers', eventSources: [], schedules: [] }]);
});
