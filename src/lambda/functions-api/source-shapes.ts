import type { Rule } from './rules.js';
import { blob, s3Bucket, s3Key, s3ObjectStorageMode, s3ObjectVersion } from './shapes.js';

/** What members of several operations are, and the constraints on them (botocore 1.44.8, lambda 2015-03-31). */

export const qualifier = {
  is: 'text',
  min: 1,
  max: 128,
  pattern: '(|[a-zA-Z0-9$_-]+)',
} as const satisfies Rule;
export const maximumRetryAttempts = { is: 'number', min: 0, max: 2 } as const satisfies Rule;
export const maximumEventAgeInSeconds = { is: 'number', min: 60, max: 21600 } as const satisfies Rule;
const destinationArn = {
  is: 'text',
  min: 0,
  max: 350,
  pattern: String.raw`$|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*)`,
} as const satisfies Rule;
const onSuccess = {
  is: 'structure',
  members: { Destination: destinationArn },
} as const satisfies Rule;
const onFailure = {
  is: 'structure',
  members: { Destination: destinationArn },
} as const satisfies Rule;
export const destinationConfig = {
  is: 'structure',
  members: { OnSuccess: onSuccess, OnFailure: onFailure },
} as const satisfies Rule;
export const unqualifiedFunctionName = {
  is: 'text',
  min: 1,
  max: 140,
  pattern: String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)`,
} as const satisfies Rule;
export const batchSize = { is: 'number', min: 1, max: 10000 } as const satisfies Rule;
const filter = {
  is: 'structure',
  members: { Pattern: { is: 'text', min: 0, max: 4096, pattern: String.raw`[\s\S]*` } },
} as const satisfies Rule;
export const filterCriteria = {
  is: 'structure',
  members: { Filters: { is: 'list', of: filter } },
} as const satisfies Rule;
export const eventSourceMappingMetricsConfig = {
  is: 'structure',
  members: {
    Metrics: {
      is: 'list',
      of: { is: 'choice', of: ['EventCount', 'ErrorCount', 'KafkaMetrics'] },
      min: 0,
      max: 3,
    },
  },
} as const satisfies Rule;
export const eventSourceMappingLoggingConfig = {
  is: 'structure',
  members: { SystemLogLevel: { is: 'choice', of: ['DEBUG', 'INFO', 'WARN'] } },
} as const satisfies Rule;
export const scalingConfig = {
  is: 'structure',
  members: { MaximumConcurrency: { is: 'number', min: 2, max: 1000 } },
} as const satisfies Rule;
export const maximumBatchingWindowInSeconds = { is: 'number', min: 0, max: 300 } as const satisfies Rule;
export const parallelizationFactor = { is: 'number', min: 1, max: 10 } as const satisfies Rule;
export const maximumRecordAgeInSeconds = { is: 'number', min: -1, max: 604800 } as const satisfies Rule;
export const maximumRetryAttemptsEventSourceMapping = {
  is: 'number',
  min: -1,
  max: 10000,
} as const satisfies Rule;
export const tumblingWindowInSeconds = { is: 'number', min: 0, max: 900 } as const satisfies Rule;
const sourceAccessConfiguration = {
  is: 'structure',
  members: {
    Type: {
      is: 'choice',
      of: [
        'BASIC_AUTH',
        'VPC_SUBNET',
        'VPC_SECURITY_GROUP',
        'SASL_SCRAM_512_AUTH',
        'SASL_SCRAM_256_AUTH',
        'VIRTUAL_HOST',
        'CLIENT_CERTIFICATE_TLS_AUTH',
        'SERVER_ROOT_CA_CERTIFICATE',
        'OAUTHBEARER_AUTH',
        'OAUTHBEARER_SCOPE',
        'OAUTHBEARER_AUDIENCE',
        'OAUTHBEARER_LOGICAL_CLUSTER',
        'OAUTHBEARER_IDENTITY_POOL',
        'IAM_AUTH',
        'IAM_OAUTHBEARER_AUTH',
      ],
    },
    URI: { is: 'text', min: 1, max: 200, pattern: String.raw`[ a-zA-Z0-9-\/*:_+=.@-]*` },
  },
} as const satisfies Rule;
export const sourceAccessConfigurations = {
  is: 'list',
  of: sourceAccessConfiguration,
  min: 0,
  max: 23,
} as const satisfies Rule;
export const functionResponseTypeList = {
  is: 'list',
  of: { is: 'choice', of: ['ReportBatchItemFailures'] },
  min: 0,
  max: 1,
} as const satisfies Rule;
export const provisionedPollerConfig = {
  is: 'structure',
  members: {
    MinimumPollers: { is: 'number', min: 1, max: 200 },
    MaximumPollers: { is: 'number', min: 1, max: 10000 },
    PollerGroupName: { is: 'text', min: 0, max: 128, pattern: '[a-zA-Z0-9-_]*' },
  },
} as const satisfies Rule;
export const uuidString = { is: 'text', min: 36, max: 36 } as const satisfies Rule;
export const layerNameOrArn = {
  is: 'text',
  min: 1,
  max: 2048,
  pattern: String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:layer:[a-zA-Z0-9-_]{1,140}|[a-zA-Z0-9-_]{1,140})`,
} as const satisfies Rule;
export const layerVersionContentInput = {
  is: 'structure',
  members: {
    S3Bucket: s3Bucket,
    S3Key: s3Key,
    S3ObjectVersion: s3ObjectVersion,
    S3ObjectStorageMode: s3ObjectStorageMode,
    ZipFile: blob,
  },
} as const satisfies Rule;
export const layerVersionNumber = { is: 'number' } as const satisfies Rule;
export const maxLayerListItems = { is: 'number', min: 1, max: 50 } as const satisfies Rule;
