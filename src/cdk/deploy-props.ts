import { Duration, Size } from 'aws-cdk-lib';
import { ManagedPolicy, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  type ApplicationLogLevel,
  Architecture,
  CodeSigningConfig,
  LayerVersion,
  LoggingFormat,
  type SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { DeploySettings } from '../project/deploy-settings.js';
import type { DescribedFunction } from '../project/describe.js';
import { serviceOf } from '../project/event-source.js';
import type { RustFunctionProps } from './rust-function.js';
import { destinationByArn } from './targets-by-arn.js';

/** AWS's own default: nothing has to be said then. */
const DEFAULT_STORAGE_MB = 512;

/** The settings of `[package.metadata.lambda.deploy]` as props. What they name by ARN is looked up, not made. */
export function deployProps(scope: Construct, { deploy, settings }: DescribedFunction): RustFunctionProps {
  const { name } = settings.deploy;
  return {
    ...(name !== undefined && { functionName: name }),
    runtime: deploy.runtime as NonNullable<RustFunctionProps['runtime']>,
    memorySize: deploy.memoryMb,
    timeout: Duration.seconds(deploy.timeoutSeconds),
    environment: { ...deploy.environment },
    ...(settings.build.arm64 && { architecture: Architecture.ARM_64 }),
    ...(deploy.ephemeralStorageMb !== DEFAULT_STORAGE_MB && {
      ephemeralStorageSize: Size.mebibytes(deploy.ephemeralStorageMb),
    }),
    ...(deploy.description !== undefined && { description: deploy.description }),
    ...(deploy.tracing === 'Active' && { tracing: Tracing.ACTIVE }),
    ...(deploy.reservedConcurrency !== undefined && {
      reservedConcurrentExecutions: deploy.reservedConcurrency,
    }),
    ...(deploy.layers.length > 0 && {
      layers: deploy.layers.map((arn, index) =>
        LayerVersion.fromLayerVersionArn(scope, `Layer${index}`, arn),
      ),
    }),
    ...(deploy.kmsKey !== undefined && {
      environmentEncryption: Key.fromKeyArn(scope, 'Key', deploy.kmsKey),
    }),
    ...(deploy.codeSigningConfig !== undefined && {
      codeSigningConfig: CodeSigningConfig.fromCodeSigningConfigArn(
        scope,
        'Signing',
        deploy.codeSigningConfig,
      ),
    }),
    ...logging(scope, deploy, settings.deploy.log_format),
    ...events(scope, deploy),
    ...role(scope, deploy),
  };
}

/** Without a word on the format it is JSON, as for every RustFunction. */
function logging(
  scope: Construct,
  { logging: { applicationLogLevel, systemLogLevel, logGroup }, logRetentionDays }: DeploySettings,
  format: 'Text' | 'JSON' | undefined,
): RustFunctionProps {
  return {
    ...(format === 'Text'
      ? { loggingFormat: LoggingFormat.TEXT }
      : {
          loggingFormat: LoggingFormat.JSON,
          applicationLogLevelV2: applicationLogLevel as ApplicationLogLevel,
          systemLogLevelV2: systemLogLevel as SystemLogLevel,
        }),
    ...(logRetentionDays !== undefined
      ? {
          logGroup: new LogGroup(scope, 'Logs', {
            retention: logRetentionDays as RetentionDays,
            ...(logGroup !== undefined && { logGroupName: logGroup }),
          }),
        }
      : logGroup !== undefined && { logGroup: LogGroup.fromLogGroupName(scope, 'Logs', logGroup) }),
  };
}

function events(scope: Construct, { eventInvoke }: DeploySettings): RustFunctionProps {
  const { maximumRetryAttempts, maximumEventAgeSeconds, onSuccess, onFailure, deadLetter } = eventInvoke;
  return {
    ...(maximumRetryAttempts !== undefined && { retryAttempts: maximumRetryAttempts }),
    ...(maximumEventAgeSeconds !== undefined && { maxEventAge: Duration.seconds(maximumEventAgeSeconds) }),
    ...(onSuccess !== undefined && { onSuccess: destinationByArn(scope, 'OnSuccess', onSuccess) }),
    ...(onFailure !== undefined && { onFailure: destinationByArn(scope, 'OnFailure', onFailure) }),
    ...(deadLetter !== undefined &&
      (serviceOf(deadLetter) === 'sns'
        ? { deadLetterTopic: Topic.fromTopicArn(scope, 'DeadLetters', deadLetter) }
        : { deadLetterQueue: Queue.fromQueueArn(scope, 'DeadLetters', deadLetter) })),
  };
}

function role(scope: Construct, { role: settings }: DeploySettings): RustFunctionProps {
  if (settings.use === 'own') return {};
  const { role: given } = settings;
  return {
    role: given.startsWith('arn:')
      ? Role.fromRoleArn(scope, 'Role', given)
      : Role.fromRoleName(scope, 'Role', given),
  };
}

export function managedPolicy(scope: Construct, id: string, policy: string) {
  return policy.startsWith('arn:')
    ? ManagedPolicy.fromManagedPolicyArn(scope, id, policy)
    : ManagedPolicy.fromAwsManagedPolicyName(policy);
}
