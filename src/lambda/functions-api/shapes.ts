import type { Rule } from './rules.js';

/** What members of several operations are, and the constraints on them (botocore 1.44.8, lambda 2015-03-31). */

export const functionName = {
  is: 'text',
  min: 1,
  max: 140,
  pattern: String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`,
} as const satisfies Rule;
export const runtime = { is: 'text' } as const satisfies Rule;
export const roleArn = {
  is: 'text',
  min: 0,
  max: 10000,
  pattern: String.raw`arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+`,
} as const satisfies Rule;
export const handler = { is: 'text', min: 0, max: 128, pattern: String.raw`[^\s]+` } as const satisfies Rule;
export const blob = { is: 'bytes' } as const satisfies Rule;
export const s3Bucket = {
  is: 'text',
  min: 3,
  max: 63,
  pattern: String.raw`[0-9A-Za-z\.\-_]*(?<!\.)`,
} as const satisfies Rule;
export const s3Key = { is: 'text', min: 1, max: 1024 } as const satisfies Rule;
export const s3ObjectVersion = { is: 'text', min: 1, max: 1024 } as const satisfies Rule;
export const s3ObjectStorageMode = { is: 'choice', of: ['COPY', 'REFERENCE'] } as const satisfies Rule;
export const kmsKeyArn = {
  is: 'text',
  min: 0,
  max: 10000,
  pattern: '(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()',
} as const satisfies Rule;
export const functionCode = {
  is: 'structure',
  members: {
    ZipFile: blob,
    S3Bucket: s3Bucket,
    S3Key: s3Key,
    S3ObjectVersion: s3ObjectVersion,
    S3ObjectStorageMode: s3ObjectStorageMode,
    ImageUri: { is: 'text' },
    SourceKMSKeyArn: kmsKeyArn,
  },
} as const satisfies Rule;
export const description = { is: 'text', min: 0, max: 256 } as const satisfies Rule;
/**
 * The model's 5,400 s and 32,768 MB are for functions on instances of one's own (CapacityProviderConfig); others are refused
 * in the same words beyond what they may have (github.com/covidatlas/li/pull/575; cfn-lint's E3717, tried on AWS).
 */
export const timeout = { is: 'number', min: 1, max: 900 } as const satisfies Rule;
export const memorySize = { is: 'number', min: 128, max: 10240 } as const satisfies Rule;
export const vpcConfig = {
  is: 'structure',
  members: {
    SubnetIds: {
      is: 'list',
      of: { is: 'text', min: 0, max: 1024, pattern: 'subnet-[0-9a-z]*' },
      min: 0,
      max: 16,
    },
    SecurityGroupIds: {
      is: 'list',
      of: { is: 'text', min: 0, max: 1024, pattern: 'sg-[0-9a-zA-Z]*' },
      min: 0,
      max: 5,
    },
    Ipv6AllowedForDualStack: { is: 'flag' },
  },
} as const satisfies Rule;
export const deadLetterConfig = {
  is: 'structure',
  members: {
    TargetArn: { is: 'text', min: 0, max: 10000, pattern: '(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()' },
  },
} as const satisfies Rule;
export const environment = {
  is: 'structure',
  members: {
    Variables: { is: 'map', key: { is: 'text', pattern: '[a-zA-Z]([a-zA-Z0-9_])+' }, value: { is: 'text' } },
  },
} as const satisfies Rule;
export const tracingConfig = {
  is: 'structure',
  members: { Mode: { is: 'choice', of: ['Active', 'PassThrough'] } },
} as const satisfies Rule;
export const tagKey = {
  is: 'text',
  min: 1,
  max: 128,
  pattern: String.raw`([\p{L}\p{Z}\p{N}_.:/=+\-@]*)`,
} as const satisfies Rule;
export const tags = {
  is: 'map',
  key: tagKey,
  value: { is: 'text', min: 0, max: 256, pattern: String.raw`([\p{L}\p{Z}\p{N}_.:/=+\-@]*)` },
} as const satisfies Rule;
export const layerVersionArn = {
  is: 'text',
  min: 1,
  max: 2048,
  pattern: String.raw`((arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+))`,
} as const satisfies Rule;
export const layerList = { is: 'list', of: layerVersionArn } as const satisfies Rule;
const s3FilesConfig = {
  is: 'structure',
  members: { DirectS3Read: { is: 'choice', of: ['ENABLED', 'DISABLED', 'AUTO'] } },
} as const satisfies Rule;
const fileSystemConfig = {
  is: 'structure',
  members: {
    Arn: {
      is: 'text',
      min: 0,
      max: 256,
      pattern: String.raw`arn:aws[a-zA-Z-]*:elasticfilesystem:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:access-point/fsap-[a-f0-9]{17}$|^arn:aws[-a-z]*:s3files:[0-9a-z-:]+:file-system/fs-[0-9a-f]{17,40}/access-point/fsap-[0-9a-f]{17,40}`,
    },
    LocalMountPath: { is: 'text', min: 0, max: 160, pattern: '/mnt/[a-zA-Z0-9-_.]+' },
    S3FilesConfig: s3FilesConfig,
  },
  required: ['Arn', 'LocalMountPath'],
} as const satisfies Rule;
export const fileSystemConfigList = {
  is: 'list',
  of: fileSystemConfig,
  min: 0,
  max: 1,
} as const satisfies Rule;
export const codeSigningConfigArn = {
  is: 'text',
  min: 0,
  max: 200,
  pattern: String.raw`arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:code-signing-config:csc-[a-z0-9]{17}`,
} as const satisfies Rule;
export const architecture = { is: 'choice', of: ['x86_64', 'arm64'] } as const satisfies Rule;
export const architecturesList = { is: 'list', of: architecture, min: 1, max: 1 } as const satisfies Rule;
export const ephemeralStorage = {
  is: 'structure',
  members: { Size: { is: 'number', min: 512, max: 32768 } },
  required: ['Size'],
} as const satisfies Rule;
export const snapStart = {
  is: 'structure',
  members: { ApplyOn: { is: 'choice', of: ['PublishedVersions', 'None'] } },
} as const satisfies Rule;
export const loggingConfig = {
  is: 'structure',
  members: {
    LogFormat: { is: 'choice', of: ['JSON', 'Text'] },
    ApplicationLogLevel: { is: 'choice', of: ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] },
    SystemLogLevel: { is: 'choice', of: ['DEBUG', 'INFO', 'WARN'] },
    LogGroup: { is: 'text', min: 1, max: 512, pattern: String.raw`[\.\-_/#A-Za-z0-9]+` },
  },
} as const satisfies Rule;
export const namespacedFunctionName = {
  is: 'text',
  min: 1,
  max: 256,
  pattern: String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`,
} as const satisfies Rule;
export const numericLatestPublishedOrAliasQualifier = {
  is: 'text',
  min: 1,
  max: 128,
  pattern: String.raw`\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`,
} as const satisfies Rule;
export const maxListItems = { is: 'number', min: 1, max: 10000 } as const satisfies Rule;
export const alias = {
  is: 'text',
  min: 1,
  max: 128,
  pattern: '(?!^[0-9]+$)([a-zA-Z0-9-_]+)',
} as const satisfies Rule;
export const versionWithLatestPublished = {
  is: 'text',
  min: 1,
  max: 1024,
  pattern: String.raw`(\$LATEST(\.PUBLISHED)?|[0-9]+)`,
} as const satisfies Rule;
export const aliasRoutingConfiguration = {
  is: 'structure',
  members: {
    AdditionalVersionWeights: {
      is: 'map',
      key: { is: 'text', min: 1, max: 1024, pattern: '[0-9]+' },
      value: { is: 'number', fraction: true, min: 0.0, max: 1.0 },
    },
  },
} as const satisfies Rule;
export const functionUrlFunctionName = {
  is: 'text',
  min: 1,
  max: 140,
  pattern: String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]{1,64})(:((?!\d+$)[0-9a-zA-Z-_]+))?`,
} as const satisfies Rule;
export const functionUrlQualifier = {
  is: 'text',
  min: 1,
  max: 128,
  pattern: String.raw`((?!^\d+$)^[0-9a-zA-Z-_]+$)`,
} as const satisfies Rule;
export const functionUrlAuthType = { is: 'choice', of: ['NONE', 'AWS_IAM'] } as const satisfies Rule;
const headersList = {
  is: 'list',
  of: { is: 'text', min: 0, max: 1024 },
  min: 0,
  max: 100,
} as const satisfies Rule;
export const cors = {
  is: 'structure',
  members: {
    AllowCredentials: { is: 'flag' },
    AllowHeaders: headersList,
    AllowMethods: { is: 'list', of: { is: 'text', min: 0, max: 6 }, min: 0, max: 6 },
    AllowOrigins: { is: 'list', of: { is: 'text', min: 1, max: 253 }, min: 0, max: 100 },
    ExposeHeaders: headersList,
    MaxAge: { is: 'number', min: 0, max: 86400 },
  },
} as const satisfies Rule;
export const invokeMode = { is: 'choice', of: ['BUFFERED', 'RESPONSE_STREAM'] } as const satisfies Rule;
export const statementId = {
  is: 'text',
  min: 1,
  max: 100,
  pattern: '([a-zA-Z0-9-_]+)',
} as const satisfies Rule;
export const arn = {
  is: 'text',
  min: 0,
  max: 10000,
  pattern: String.raw`arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*)`,
} as const satisfies Rule;
export const taggableResource = {
  is: 'text',
  min: 1,
  max: 10000,
  pattern: String.raw`arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:(function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|(capacity-provider|network-connector):[a-zA-Z0-9-_]{1,64})`,
} as const satisfies Rule;
