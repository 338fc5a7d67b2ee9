import { describe, expect, it } from 'vitest';
import type { Schedule, UrlSettings } from './configuration.js';
import { queueSource } from './desired.fixture.js';
import type { DesiredFunction } from './desired.js';
import { observedState, stepsFor, withAlias } from './observed.fixture.js';
import type { ObservedFunctionState } from './observed.js';

describe('the function URL', () => {
  const url = (change: Partial<UrlSettings> = {}): UrlSettings => ({
    auth: 'NONE',
    invokeMode: 'BUFFERED',
    cors: null,
    ...change,
  });
  const BOTH = ['crablet-url', 'crablet-url-invoke'].map((id) => ({ id, action: 'lambda:InvokeFunction' }));
  const there = (settings: UrlSettings | null, permissions = BOTH) =>
    withAlias({ url: settings && { ...settings, url: 'https://x' }, permissions });
  it.each<[string, DesiredFunction['url'], ObservedFunctionState, string[]]>([
    ['is left alone when nothing is said', 'leave', there(url()), []],
    ['is made public', url(), there(null, []), ['url: create-url, add-permission, add-permission']],
    ['is made for those who sign', url({ auth: 'AWS_IAM' }), there(null, []), ['url: create-url']],
    ['has what it needs', url(), there(url()), []],
    ['gets the permission that is missing', url(), there(url(), BOTH.slice(0, 1)), ['url: add-permission']],
    ['streams', url({ invokeMode: 'RESPONSE_STREAM' }), there(url()), ['url: update-url']],
    [
      'is public no more',
      url({ auth: 'AWS_IAM' }),
      there(url()),
      ['url: update-url, remove-permission, remove-permission'],
    ],
    [
      'is taken away with its permissions',
      null,
      there(url()),
      ['url (removes): delete-url, remove-permission, remove-permission'],
    ],
    ['is not there, as it should be', null, there(null, []), []],
  ])('%s', (_, wanted, before, are) => {
    expect(stepsFor({ url: wanted }, before)).toEqual(are);
  });
});

describe('events', () => {
  const events = { maximumRetryAttempts: 1, maximumEventAgeSeconds: null, onSuccess: null, onFailure: null };
  it.each<[string, Partial<DesiredFunction>, ObservedFunctionState, string[]]>([
    ['are handled', { events }, observedState(), ['events: put-events']],
    ['are handled as before', { events }, withAlias({ events }), []],
    ['go back to AWS’s ways', {}, withAlias({ events }), ['events (removes): delete-events']],
    [
      'are waited for no more',
      {},
      withAlias({ provisionedConcurrency: 2 }),
      ['provisioned-concurrency (removes): put-provisioned-concurrency'],
    ],
    [
      'are waited for anew where AWS could not provide it',
      { provisionedConcurrency: 2 },
      withAlias({ provisionedConcurrency: 0 }),
      ['provisioned-concurrency: put-provisioned-concurrency'],
    ],
  ])('%s', (_, wanted, there, are) => {
    expect(stepsFor(wanted, there)).toEqual(are);
  });
});

describe('an event source', () => {
  const STREAM = 'arn:aws:kinesis:eu-central-1:123456789012:stream/s';
  const KAFKA = 'arn:aws:kafka:eu-central-1:123456789012:cluster/c/id';
  const there = (...all: ReturnType<typeof queueSource>[]) =>
    withAlias({ eventSources: all.map((one, index) => ({ uuid: `u${index}`, ...one })) });
  /** As AWS tells it again. */
  const told = (change: object) => queueSource({ batchSize: 10, batchingWindowSeconds: 0, ...change });
  const stream = (change: object) =>
    queueSource({ sourceArn: STREAM, startingPosition: 'LATEST', ...change });
  it.each<[string, ReturnType<typeof queueSource>[], ObservedFunctionState, string[]]>([
    ['is made', [queueSource()], observedState(), ['event-source: create-event-source']],
    ['has AWS’s defaults where nothing is said', [queueSource()], there(told({})), []],
    [
      'goes back to them',
      [queueSource()],
      there(told({ batchSize: 5 })),
      ['event-source: update-event-source'],
    ],
    ['is changed', [queueSource({ enabled: false })], there(told({})), ['event-source: update-event-source']],
    ['is taken away', [], there(told({})), ['event-source (removes): delete-event-source']],
    [
      'begins elsewhere only as another one',
      [stream({ startingPosition: 'TRIM_HORIZON' })],
      there(stream({})),
      ['event-source (removes): delete-event-source, create-event-source'],
    ],
    [
      'of one cluster is known by its topic',
      [queueSource({ sourceArn: KAFKA, topics: ['b'] })],
      there(
        queueSource({ sourceArn: KAFKA, topics: ['a'], batchSize: 100 }),
        queueSource({ sourceArn: KAFKA, topics: ['b'], batchSize: 100 }),
      ),
      ['event-source (removes): delete-event-source'],
    ],
  ])('%s', (_, eventSources, before, are) => {
    expect(stepsFor({ eventSources }, before)).toEqual(are);
  });
});

describe('a schedule', () => {
  const schedule = (change: Partial<Schedule> = {}): Schedule => ({
    name: 'nightly',
    expression: 'rate(1 day)',
    enabled: true,
    description: '',
    input: null,
    ...change,
  });
  const PERMITTED = [{ id: 'crablet-schedule-nightly', action: 'lambda:InvokeFunction' }];
  const there = (change: object = {}, permissions = PERMITTED) =>
    withAlias({ schedules: [{ ...schedule(), rule: 'fn.nightly', targeted: true, ...change }], permissions });
  it.each<[string, Schedule[], ObservedFunctionState, string[]]>([
    ['is made', [schedule()], observedState(), ['schedule: add-permission, put-rule, put-rule-target']],
    ['is as it should be', [schedule()], there(), []],
    ['may call the function again', [schedule()], there({}, []), ['schedule: add-permission']],
    ['leads to the alias again', [schedule()], there({ targeted: false }), ['schedule: put-rule-target']],
    ['says something else', [schedule({ input: '1' })], there(), ['schedule: put-rule-target']],
    ['is paused', [schedule({ enabled: false })], there(), ['schedule: put-rule']],
    [
      'is taken away, the rule last',
      [],
      there(),
      ['schedule (removes): remove-rule-target, remove-permission, delete-rule'],
    ],
  ])('%s', (_, schedules, before, are) => {
    expect(stepsFor({ schedules }, before)).toEqual(are);
  });
});
