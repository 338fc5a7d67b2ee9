import { expect, it } from 'vitest';
import { queueSource } from '../../deploy/desired.fixture.js';
import { eventSourceCreation, eventSourceFrom, eventSourceInput } from './event-source-mapping.js';

const KINESIS = 'arn:aws:kinesis:eu-central-1:123456789012:stream/clicks';
const KAFKA = 'arn:aws:kafka:eu-central-1:123456789012:cluster/one/id';
const MQ = 'arn:aws:mq:eu-central-1:123456789012:broker:one:id';

// What AWS does not know of a kind of source, it refuses, whatever it says (botocore, UpdateEventSourceMapping).
it.each([
  ['a queue', queueSource(), { ScalingConfig: {}, FunctionResponseTypes: [] }],
  [
    'a stream',
    queueSource({ sourceArn: KINESIS }),
    { BisectBatchOnFunctionError: false, FunctionResponseTypes: [] },
  ],
  ['a cluster', queueSource({ sourceArn: KAFKA, topics: ['orders'] }), {}],
  ['a broker', queueSource({ sourceArn: MQ, queues: ['orders'] }), {}],
])('takes away from %s all that it does not say, and nothing that it cannot have', (_, source, more) => {
  const always = { Enabled: true, FilterCriteria: {} };
  expect(eventSourceInput(source)).toEqual({ ...always, ...more });
});

it('asks for nothing that is not said when it is made', () => {
  expect(eventSourceCreation(queueSource())).toEqual({
    Enabled: true,
    EventSourceArn: queueSource().sourceArn,
  });
  expect(eventSourceCreation(queueSource({ sourceArn: KINESIS, startingPosition: 'LATEST' }))).toEqual({
    Enabled: true,
    EventSourceArn: KINESIS,
    StartingPosition: 'LATEST',
  });
});

it('reads back what it has written', () => {
  const source = queueSource({
    sourceArn: KINESIS,
    enabled: false,
    batchSize: 5,
    batchingWindowSeconds: 1,
    filters: ['{"data":{"a":[1]}}'],
    reportBatchItemFailures: true,
    startingPosition: 'TRIM_HORIZON',
    parallelizationFactor: 2,
    maximumRetryAttempts: 3,
    maximumRecordAgeSeconds: 60,
    bisectBatchOnError: true,
    tumblingWindowSeconds: 30,
    onFailure: 'arn:aws:sqs:eu-central-1:123456789012:failed',
  });
  const { Enabled, ...written } = eventSourceCreation(source);
  const State = Enabled ? 'Enabled' : 'Disabled';
  expect(eventSourceFrom({ UUID: 'id', State, ...written })).toEqual({ uuid: 'id', ...source });
});

it.each([
  ['Creating', true],
  ['Enabling', true],
  ['Updating', true],
  ['Disabling', false],
  ['Disabled', false],
])('takes one that is %s for one that is enabled: %s', (State, enabled) => {
  expect(eventSourceFrom({ State }).enabled).toBe(enabled);
});
