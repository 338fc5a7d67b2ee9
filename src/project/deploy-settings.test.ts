import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { deploySettings } from './deploy-settings.js';
import { readLayer } from './layer.js';
import { projectWith } from './project.fixture.js';

const PLACE = { source: 'file', file: 'CargoLambda.toml', directory: '/p', table: '' } as const;
const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012:orders';
const STREAM = 'arn:aws:kinesis:eu-central-1:123456789012:stream/orders';
const ROLE = 'arn:aws:iam::123456789012:role/orders';

/** What a file with this `[deploy]` makes of the function `hello`. */
function settingsOf(deploy: object) {
  const { values } = readLayer({ deploy }, PLACE).sections.deploy;
  const [target] = projectWith([{ settings: { deploy: values } }]).functions;
  if (!target) throw new Error('no function');
  return deploySettings(target);
}

function refusal(deploy: object): string {
  try {
    settingsOf(deploy);
  } catch (error) {
    if (error instanceof UserError) return `${error.message} ${error.fix}`;
    throw error;
  }
  return 'taken';
}

describe('what a function should be on AWS', () => {
  it("has AWS's defaults for what is not written", () => {
    expect(settingsOf({})).toMatchObject({
      functionName: 'hello',
      binary: 'hello',
      runtime: 'provided.al2023',
      memoryMb: 128,
      timeoutSeconds: 30,
      ephemeralStorageMb: 512,
      mergeEnvironment: false,
      tracing: 'PassThrough',
      layers: [],
      vpc: undefined,
      functionUrl: 'leave',
      eventSources: [],
      schedules: [],
      role: { use: 'own', policies: [], statements: [] },
      alias: 'live',
      canary: [],
      extension: undefined,
    });
  });

  it.each([
    ['a name', { name: 'other' }, { functionName: 'other', binary: 'hello' }],
    ['a role', { iam_role: ROLE }, { role: { use: 'given', role: ROLE } }],
    ['a role by name', { role: 'orders' }, { role: { use: 'given', role: 'orders' } }],
    [
      "what the function's own role may do",
      {
        policies: ['AmazonDynamoDBReadOnlyAccess'],
        statements: [{ actions: 's3:GetObject', resources: ['arn:aws:s3:::a/*'] }],
      },
      {
        role: {
          use: 'own',
          policies: ['AmazonDynamoDBReadOnlyAccess'],
          statements: [{ effect: 'Allow', actions: ['s3:GetObject'], resources: ['arn:aws:s3:::a/*'] }],
        },
      },
    ],
    [
      'a VPC, as a table',
      { vpc: { subnet_ids: ['subnet-1'], security_group_ids: ['sg-1'] } },
      { vpc: { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'], ipv6: false } },
    ],
    [
      'a VPC, by single keys, which are stronger',
      { subnet_ids: ['subnet-2'], vpc: { subnet_ids: ['subnet-1'], security_group_ids: ['sg-1'] } },
      { vpc: { subnetIds: ['subnet-2'], securityGroupIds: ['sg-1'], ipv6: false } },
    ],
    ['a URL', { enable_function_url: true }, { functionUrl: { authType: 'NONE', invokeMode: 'BUFFERED' } }],
    [
      'a URL with all it can have',
      {
        enable_function_url: true,
        function_url: { auth_type: 'aws-iam', invoke_mode: 'response-stream', cors: { max_age: 5 } },
      },
      { functionUrl: { authType: 'AWS_IAM', invokeMode: 'RESPONSE_STREAM', cors: { maxAge: 5 } } },
    ],
    [
      'settings of a URL that there is none of',
      { function_url: { auth_type: 'NONE' } },
      { functionUrl: 'leave' },
    ],
    ['no URL', { disable_function_url: true }, { functionUrl: 'remove' }],
    [
      'a queue',
      {
        event_sources: [
          {
            arn: QUEUE,
            batch_size: 5,
            batching_window: '10s',
            report_batch_item_failures: true,
            filters: [{ body: { kind: ['a'] } }],
          },
        ],
      },
      {
        eventSources: [
          {
            arn: QUEUE,
            enabled: true,
            batchSize: 5,
            batchingWindowSeconds: 10,
            reportBatchItemFailures: true,
            filters: ['{"body":{"kind":["a"]}}'],
            startingPosition: undefined,
          },
        ],
      },
    ],
    [
      'a stream begins where it begins',
      { event_sources: [{ arn: STREAM }] },
      { eventSources: [{ startingPosition: 'TRIM_HORIZON' }] },
    ],
    [
      'schedules',
      {
        schedules: [
          { expression: 'rate(5 minutes)' },
          { name: 'early', expression: 'cron(0 9 ? * MON-FRI *)', input: { a: 1 }, enabled: false },
        ],
      },
      {
        schedules: [
          { name: 'rate-5-minutes', expression: 'rate(5 minutes)', enabled: true, input: undefined },
          { name: 'early', input: '{"a":1}', enabled: false },
        ],
      },
    ],
    [
      'a canary',
      { canary: '10%/5m', alarms: ['errors'] },
      { canary: [{ weight: 0.1, seconds: 300 }], alarms: ['errors'] },
    ],
    ['no provisioned concurrency', { provisioned_concurrency: 0 }, { provisionedConcurrency: undefined }],
    ['no concurrency at all', { reserved_concurrency: 0 }, { reservedConcurrency: 0 }],
    [
      'an extension',
      { extension: true },
      { extension: { internal: false, compatibleRuntimes: ['provided.al2', 'provided.al2023'] } },
    ],
  ])('%s', (_, deploy, expected) => {
    expect(settingsOf(deploy)).toMatchObject(expected);
  });
});

describe('what does not go together is told with both places', () => {
  it.each([
    [
      { enable_function_url: true, disable_function_url: true },
      /'enable_function_url'.*'disable_function_url'.*both set/,
    ],
    [{ role: ROLE, policies: ['X'] }, /'role'.*'policies'.*both set/],
    [{ subnet_ids: ['subnet-1'] }, /'security_group_ids' is not/],
    [{ security_group_ids: ['sg-1'] }, /'subnet_ids' is not/],
    [{ alarms: ['a'] }, /Alarms are watched during a canary/],
    [{ s3_key: 'a' }, /'s3_bucket' is not/],
    [
      { tags: { 'aws:team': 'a' } },
      /the tag 'aws:team' begins as AWS's own do\. Give it another key, such as team/,
    ],
    [{ tags: { 'crablet:function': 'a' } }, /begins as crablet's own do/],
    [{ alias: '7' }, /the alias '7' is a name that AWS refuses/],
    [{ event_sources: [{ arn: QUEUE }, { arn: QUEUE }] }, /has arn:aws:sqs:.* twice/],
    [
      { schedules: [{ expression: 'rate(1 hour)' }, { expression: 'rate(1 hour)' }] },
      /rate-1-hour twice.*a name of its own/,
    ],
    [{ event_sources: [{ batch_size: 1 }] }, /\[deploy\.event_sources\[0\]\]: 'arn' is missing/],
    [
      { event_sources: [{ arn: QUEUE, batchsize: 1 }] },
      /no key 'batchsize'; the nearest key there is: 'batch_size'/,
    ],
    [
      { schedules: [{ expression: 'every day' }] },
      /'expression' is "every day", but it must be "rate\(1 hour\)"/,
    ],
    [
      { schedules: [{ expression: 'rate(1 hour)', timezone: 'Europe/Berlin' }] },
      /the times of a schedule are UTC/,
    ],
    [{ schedules: [{ expression: 'rate(1 hour)', input: 'no json' }] }, /it must be an event/],
    [{ canary: '100%/5m' }, /it must be steps such as "10%\/5m"/],
    [{ log_retention: 2 }, /it must be one of 1, 3, 5/],
    [{ role: 'no role' }, /it must be a role's ARN or its name/],
  ])('%j', (deploy, text) => {
    expect(refusal(deploy)).toMatch(text);
  });
});
