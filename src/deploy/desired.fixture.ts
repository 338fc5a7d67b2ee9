import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Configuration, EventSource } from './configuration.js';
import type { DesiredFunction, DesiredLayer } from './desired.js';
import { keyOf } from './plan-sources.js';
import { versionDescription } from './version-description.js';

const ACCOUNT_ID = '123456789012';
const ARN = `arn:aws:lambda:eu-central-1:${ACCOUNT_ID}:function:fn`;
const QUEUE = `arn:aws:sqs:eu-central-1:${ACCOUNT_ID}`;
const STREAM = `arn:aws:kinesis:eu-central-1:${ACCOUNT_ID}:stream/clicks`;

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** A function as small as can be. */
export function desiredFunction(change: Partial<DesiredFunction> = {}): DesiredFunction {
  const role = {
    name: 'crablet-fn-eu-central-1',
    arn: `arn:aws:iam::${ACCOUNT_ID}:role/crablet-fn-eu-central-1`,
    trust: '{"Version":"2012-10-17"}',
    policy: '{"Statement":[]}',
    attached: [],
    permissionsBoundary: null,
  };
  return {
    kind: 'function',
    name: 'fn',
    arn: ARN,
    owner: 'app/fn',
    code: {
      path: '/fn.zip',
      bytes: 1_000,
      sha256: sha256('one'),
      architecture: change.configuration?.architecture ?? 'x86_64',
      s3: null,
    },
    configuration: configuration({ roleArn: role.arn }),
    mergeEnv: false,
    role,
    alias: 'live',
    provenance: { commit: '0123456789abcdef', inputs: 'fedcba9876543210' },
    tags: {},
    logRetentionDays: null,
    reservedConcurrency: null,
    codeSigningConfigArn: null,
    url: 'leave',
    events: null,
    provisionedConcurrency: null,
    eventSources: [],
    schedules: [],
    ...change,
  };
}

export function configuration(change: Partial<Configuration> = {}): Configuration {
  return {
    runtime: 'provided.al2023',
    handler: 'bootstrap',
    architecture: 'x86_64',
    roleArn: `arn:aws:iam::${ACCOUNT_ID}:role/given`,
    description: '',
    memoryMb: 128,
    timeoutSeconds: 30,
    ephemeralStorageMb: 512,
    environment: {},
    tracing: 'PassThrough',
    layers: [],
    vpc: null,
    logging: { format: 'Text', applicationLevel: null, systemLevel: null, group: '/aws/lambda/fn' },
    deadLetterArn: null,
    kmsKeyArn: null,
    fileSystems: [],
    ...change,
  };
}

export function queueSource(change: Partial<EventSource> = {}): EventSource {
  return {
    sourceArn: `${QUEUE}:orders`,
    topics: [],
    queues: [],
    enabled: true,
    batchSize: null,
    batchingWindowSeconds: null,
    filters: [],
    reportBatchItemFailures: false,
    maximumConcurrency: null,
    startingPosition: null,
    parallelizationFactor: null,
    maximumRetryAttempts: null,
    maximumRecordAgeSeconds: null,
    bisectBatchOnError: false,
    tumblingWindowSeconds: null,
    onFailure: null,
    ...change,
  };
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 2 });
const names = fc.constantFrom('A', 'B', 'C');
const texts = fc.constantFrom('', 'one', 'two');
const variables = fc.dictionary(names, texts, { maxKeys: 3 });

const configurations: fc.Arbitrary<Configuration> = fc
  .record({
    runtime: fc.constantFrom('provided.al2023', 'provided.al2'),
    architecture: fc.constantFrom('x86_64' as const, 'arm64' as const),
    description: texts,
    memoryMb: fc.constantFrom(128, 256),
    timeoutSeconds: fc.constantFrom(3, 30),
    ephemeralStorageMb: fc.constantFrom(512, 1_024),
    environment: variables,
    tracing: fc.constantFrom('Active' as const, 'PassThrough' as const),
    layers: fc.shuffledSubarray(['layer:1', 'layer:2', 'layer:3']),
    vpc: maybe(
      fc.record({
        subnetIds: fc.subarray(['subnet-1', 'subnet-2'], { minLength: 1 }),
        securityGroupIds: fc.constant(['sg-1']),
        ipv6AllowedForDualStack: fc.boolean(),
      }),
    ),
    logging: fc.constantFrom(
      { format: 'Text' as const, applicationLevel: null, systemLevel: null, group: '/aws/lambda/fn' },
      { format: 'Text' as const, applicationLevel: null, systemLevel: null, group: '/of/all' },
      { format: 'JSON' as const, applicationLevel: 'WARN', systemLevel: 'INFO', group: '/aws/lambda/fn' },
    ),
    deadLetterArn: maybe(fc.constant(`${QUEUE}:dead`)),
    kmsKeyArn: maybe(fc.constant('arn:aws:kms:key')),
    fileSystems: fc.subarray([{ arn: 'arn:aws:elasticfilesystem:1', localMountPath: '/mnt/one' }]),
  })
  .map((change) => configuration(change));

const queues: fc.Arbitrary<EventSource> = fc
  .record({
    sourceArn: fc.constantFrom(`${QUEUE}:a`, `${QUEUE}:b`),
    enabled: fc.boolean(),
    batchSize: maybe(fc.constantFrom(1, 5)),
    filters: fc.subarray(['{"body":["x"]}']),
    reportBatchItemFailures: fc.boolean(),
    maximumConcurrency: maybe(fc.constant(2)),
  })
  .map((change) => queueSource(change));

const streams: fc.Arbitrary<EventSource> = fc
  .record({
    sourceArn: fc.constant(STREAM),
    startingPosition: fc.constantFrom('LATEST' as const, 'TRIM_HORIZON' as const),
    batchingWindowSeconds: maybe(fc.constant(5)),
    parallelizationFactor: maybe(fc.constant(2)),
    maximumRetryAttempts: maybe(fc.constantFrom(0, 3)),
    maximumRecordAgeSeconds: maybe(fc.constant(60)),
    bisectBatchOnError: fc.boolean(),
    tumblingWindowSeconds: maybe(fc.constant(30)),
    onFailure: maybe(fc.constant(`${QUEUE}:failed`)),
  })
  .map((change) => queueSource(change));

const topics: fc.Arbitrary<EventSource> = fc
  .record({
    sourceArn: fc.constant(`arn:aws:kafka:eu-central-1:${ACCOUNT_ID}:cluster/one/id`),
    topics: fc.constantFrom(['orders'], ['clicks']),
    startingPosition: fc.constant('TRIM_HORIZON' as const),
    batchSize: maybe(fc.constant(7)),
  })
  .map((change) => queueSource(change));

const sources = fc.oneof(queues, streams, topics);

/** Extensions of one name. */
export const desiredLayers: fc.Arbitrary<DesiredLayer> = fc
  .record({
    code: fc.constantFrom('one', 'two'),
    architecture: fc.constantFrom('x86_64' as const, 'arm64' as const),
    description: fc.constantFrom('', 'Traces'),
    compatibleRuntimes: fc.shuffledSubarray(['provided.al2', 'provided.al2023'], { minLength: 1 }),
    throughS3: fc.boolean(),
  })
  .map(({ code, architecture, description, compatibleRuntimes, throughS3 }) => {
    const { provenance, code: plain } = desiredFunction();
    const s3 = throughS3 ? { bucket: 'bucket', key: `${code}.zip`, create: true, owner: ACCOUNT_ID } : null;
    return {
      kind: 'layer',
      name: 'traces',
      owner: 'app/traces',
      code: { ...plain, sha256: sha256(code), architecture, s3 },
      description: versionDescription(description, provenance),
      compatibleRuntimes,
      provenance,
    };
  });

/** Functions of one name that differ in everything that a project can say. */
export const desiredFunctions: fc.Arbitrary<DesiredFunction> = fc
  .record({
    own: fc.boolean(),
    owner: fc.constantFrom('app/fn', 'app/fn', 'theirs/fn'),
    alias: fc.constantFrom('live', 'live', 'prod'),
    code: fc.constantFrom('one', 'two'),
    throughS3: fc.boolean(),
    configuration: configurations,
    mergeEnv: fc.boolean(),
    tags: variables,
    logRetentionDays: maybe(fc.constantFrom(7, 30)),
    reservedConcurrency: maybe(fc.constantFrom(0, 5)),
    codeSigningConfigArn: maybe(fc.constant('arn:aws:lambda:csc')),
    url: fc.oneof(
      fc.constantFrom('leave' as const, null),
      fc.record({
        auth: fc.constantFrom('NONE' as const, 'AWS_IAM' as const),
        invokeMode: fc.constantFrom('BUFFERED' as const, 'RESPONSE_STREAM' as const),
        cors: maybe(
          fc.constantFrom(
            {
              allowOrigins: ['*'],
              allowMethods: ['GET'],
              allowHeaders: [],
              exposeHeaders: [],
              allowCredentials: false,
              maxAgeSeconds: 60 as number | null,
            },
            {
              allowOrigins: ['https://one.example'],
              allowMethods: [],
              allowHeaders: ['x-one'],
              exposeHeaders: ['x-two'],
              allowCredentials: true,
              maxAgeSeconds: null,
            },
          ),
        ),
      }),
    ),
    events: maybe(
      fc
        .record({
          maximumRetryAttempts: fc.constantFrom(0, 1, null),
          maximumEventAgeSeconds: maybe(fc.constantFrom(60, 120)),
          onSuccess: maybe(fc.constant(`${QUEUE}:done`)),
          onFailure: maybe(fc.constant(`${QUEUE}:failed`)),
        })
        .filter((all) => Object.values(all).some((one) => one !== null)),
    ),
    provisionedConcurrency: maybe(fc.constantFrom(1, 2)),
    eventSources: fc.uniqueArray(sources, { selector: keyOf, maxLength: 3 }),
    schedules: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('nightly', 'hourly', 'a-schedule-with-a-name-that-is-cut-short'),
        expression: fc.constantFrom('rate(1 hour)', 'cron(0 3 * * ? *)'),
        enabled: fc.boolean(),
        description: texts,
        input: maybe(fc.constant('{"a":1}')),
      }),
      { selector: ({ name }) => name, maxLength: 3 },
    ),
    policy: fc.constantFrom(
      '{"Statement":[]}',
      '{"Statement":[{"Action":["s3:GetObject"],"Resource":["*"]}]}',
    ),
    attached: fc.subarray(['arn:aws:iam::aws:policy/A', 'arn:aws:iam::aws:policy/B']),
    permissionsBoundary: maybe(fc.constant('arn:aws:iam::aws:policy/Bound')),
  })
  .map(({ own, code, throughS3, policy, attached, permissionsBoundary, ...change }) => {
    const plain = desiredFunction();
    const role = own && plain.role ? { ...plain.role, policy, attached, permissionsBoundary } : null;
    const roleArn = role?.arn ?? `arn:aws:iam::${ACCOUNT_ID}:role/given`;
    const s3 = {
      bucket: 'bucket',
      key: `fn/${Buffer.from(sha256(code), 'base64').toString('hex')}.zip`,
      create: true,
      owner: ACCOUNT_ID,
    };
    return {
      ...plain,
      ...change,
      role,
      code: {
        ...plain.code,
        sha256: sha256(code),
        architecture: change.configuration.architecture,
        s3: throughS3 ? s3 : null,
      },
      configuration: { ...change.configuration, roleArn },
    };
  });
