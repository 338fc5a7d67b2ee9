import { describe, expect, it } from 'vitest';
import type { DeploySettings } from '../project/deploy-settings.js';
import { destinationArn, policyOf } from './policy.js';

const ACCOUNT = { partition: 'aws', id: '123456789012', region: 'eu-central-1' } as const;
const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012:orders';

/** All that a policy is made from. */
const SETTINGS = {
  functionName: 'hello',
  logging: {},
  tracing: 'PassThrough',
  eventInvoke: {},
  eventSources: [],
  fileSystems: [],
  role: { use: 'own', policies: [], statements: [] },
};

function statements(change: object) {
  const { Statement } = JSON.parse(
    policyOf({ ...SETTINGS, ...change } as unknown as DeploySettings, ACCOUNT),
  ) as { Statement: { Sid?: string; Effect: string; Action: string[]; Resource: string[] }[] };
  return Statement;
}

describe('a function’s own role', () => {
  it('may write its own logs, and nothing else, when nothing else is said', () => {
    const group = 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/hello';
    expect(statements({})).toEqual([
      {
        Sid: 'Logs',
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [group, `${group}:*`],
      },
    ]);
  });

  it.each<[string, object, string, string, string[]]>([
    ['tracing', { tracing: 'Active' }, 'Tracing', 'xray:PutTraceSegments', ['*']],
    ['a VPC', { vpc: {} }, 'Network', 'ec2:CreateNetworkInterface', ['*']],
    ['a key', { kmsKey: 'arn:key' }, 'Key', 'kms:Decrypt', ['arn:key']],
    ['a file system', { fileSystems: [{ arn: 'arn:ap' }] }, 'Files', 'elasticfilesystem:ClientMount', ['*']],
    [
      'a queue for failures',
      { eventInvoke: { onFailure: QUEUE } },
      'SendToQueues',
      'sqs:SendMessage',
      [QUEUE],
    ],
    [
      'a topic for dead letters',
      { eventInvoke: { deadLetter: 'arn:aws:sns:eu-central-1:123456789012:t' } },
      'SendToTopics',
      'sns:Publish',
      ['arn:aws:sns:eu-central-1:123456789012:t'],
    ],
    [
      'a function by its name',
      { eventInvoke: { onSuccess: 'next' } },
      'InvokeFunctions',
      'lambda:InvokeFunction',
      ['arn:aws:lambda:eu-central-1:123456789012:function:next'],
    ],
    ['a queue to read', { eventSources: [{ arn: QUEUE }] }, 'ReadQueues', 'sqs:ReceiveMessage', [QUEUE]],
    [
      'a stream to read',
      { eventSources: [{ arn: 'arn:aws:kinesis:eu-central-1:123456789012:stream/s' }] },
      'ReadStreams',
      'kinesis:GetRecords',
      ['arn:aws:kinesis:eu-central-1:123456789012:stream/s'],
    ],
  ])('may also do what %s needs', (_, change, sid, action, resources) => {
    const [, ...more] = statements(change);
    expect(more).toHaveLength(1);
    expect(more[0]).toMatchObject({ Sid: sid, Effect: 'Allow', Resource: resources });
    expect(more[0]?.Action).toContain(action);
  });

  it('may reach a network where its brokers are in one', () => {
    const arn = 'arn:aws:kafka:eu-central-1:123456789012:cluster/c/1';
    expect(statements({ eventSources: [{ arn }] }).map(({ Sid }) => Sid)).toEqual([
      'Logs',
      'Network',
      'ReadClusters',
    ]);
  });

  it('may do what the configuration adds', () => {
    const own = { effect: 'Deny', actions: ['s3:*'], resources: ['*'], condition: { Bool: { a: 'b' } } };
    expect(statements({ role: { use: 'own', policies: [], statements: [own] } }).at(-1)).toEqual({
      Effect: 'Deny',
      Action: ['s3:*'],
      Resource: ['*'],
      Condition: { Bool: { a: 'b' } },
    });
  });
});

it('takes a destination’s ARN as it is', () => {
  expect(destinationArn(QUEUE, ACCOUNT)).toBe(QUEUE);
});
