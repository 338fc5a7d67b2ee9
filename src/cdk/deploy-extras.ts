import { Duration, Tags } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Effect, ManagedPolicy, PermissionsBoundary, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  type CfnEventSourceMapping,
  type CfnFunction,
  FunctionUrlAuthType,
  type HttpMethod,
  type IEventSourceDlq,
  InvokeMode,
  type StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { S3OnFailureDestination, SnsDlq, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { READING_ACTIONS } from '../lambda/event-sources/reading-actions.js';
import type { DeploySettings, UrlSettings } from '../project/deploy-settings.js';
import { type EventSource, serviceOf } from '../project/event-source.js';
import { managedPolicy } from './deploy-props.js';
import type { RustFunction } from './rust-function.js';

/** What the settings make beside a function, or of it when it is there. */
export function addDeployExtras(made: RustFunction, settings: DeploySettings): void {
  const { functionUrl, eventSources, schedules, tags, provisionedConcurrency, alias } = settings;
  if (typeof functionUrl === 'object') addUrl(made, functionUrl);
  for (const [index, source] of eventSources.entries()) addSource(made, `Source${index}`, source);
  for (const { name, expression, description, input, enabled } of schedules) {
    new Rule(made, `Schedule-${name}`, {
      schedule: Schedule.expression(expression),
      enabled,
      ...(description !== undefined && { description }),
      targets: [
        new LambdaFunction(
          made,
          input === undefined ? {} : { event: RuleTargetInput.fromObject(JSON.parse(input)) },
        ),
      ],
    });
  }
  for (const [key, value] of Object.entries(tags)) Tags.of(made).add(key, value);
  if (provisionedConcurrency !== undefined) {
    made.addAlias(alias, { provisionedConcurrentExecutions: provisionedConcurrency });
  }
  addPermissions(made, settings);
  addNetwork(made, settings);
}

function addUrl(made: RustFunction, { authType, invokeMode, cors }: UrlSettings): void {
  made.addFunctionUrl({
    authType: authType === 'NONE' ? FunctionUrlAuthType.NONE : FunctionUrlAuthType.AWS_IAM,
    invokeMode: invokeMode === 'RESPONSE_STREAM' ? InvokeMode.RESPONSE_STREAM : InvokeMode.BUFFERED,
    ...(cors && {
      cors: {
        ...(cors.allowOrigins && { allowedOrigins: [...cors.allowOrigins] }),
        ...(cors.allowMethods && { allowedMethods: cors.allowMethods as HttpMethod[] }),
        ...(cors.allowHeaders && { allowedHeaders: [...cors.allowHeaders] }),
        ...(cors.exposeHeaders && { exposedHeaders: [...cors.exposeHeaders] }),
        ...(cors.allowCredentials !== undefined && { allowCredentials: cors.allowCredentials }),
        ...(cors.maxAge !== undefined && { maxAge: Duration.seconds(cors.maxAge) }),
      },
    }),
  });
}

function addSource(made: RustFunction, id: string, source: EventSource): void {
  const mapping = made.addEventSourceMapping(id, {
    eventSourceArn: source.arn,
    enabled: source.enabled,
    reportBatchItemFailures: source.reportBatchItemFailures,
    ...(source.batchSize !== undefined && { batchSize: source.batchSize }),
    ...(source.batchingWindowSeconds !== undefined && {
      maxBatchingWindow: Duration.seconds(source.batchingWindowSeconds),
    }),
    ...(source.filters.length > 0 && { filters: source.filters.map((pattern) => ({ pattern })) }),
    ...(source.startingPosition && { startingPosition: source.startingPosition as StartingPosition }),
    ...(source.maximumConcurrency !== undefined && { maxConcurrency: source.maximumConcurrency }),
    ...(source.parallelizationFactor !== undefined && {
      parallelizationFactor: source.parallelizationFactor,
    }),
    ...(source.maximumRecordAgeSeconds !== undefined && {
      maxRecordAge: Duration.seconds(source.maximumRecordAgeSeconds),
    }),
    ...(source.maximumRetryAttempts !== undefined && { retryAttempts: source.maximumRetryAttempts }),
    ...(source.bisectBatchOnFunctionError !== undefined && {
      bisectBatchOnError: source.bisectBatchOnFunctionError,
    }),
    ...(source.tumblingWindowSeconds !== undefined && {
      tumblingWindow: Duration.seconds(source.tumblingWindowSeconds),
    }),
    ...(source.onFailure !== undefined && { onFailure: failuresTo(made, id, source.onFailure) }),
  });
  // The construct knows one topic and no queue of a broker; the resource has both.
  const resource = mapping.node.defaultChild as CfnEventSourceMapping;
  if (source.topics) resource.topics = [...source.topics];
  if (source.queues) resource.queues = [...source.queues];
  const actions = READING_ACTIONS[serviceOf(source.arn)];
  if (actions) {
    made.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [source.arn] }));
  }
}

function failuresTo(made: RustFunction, id: string, arn: string): IEventSourceDlq {
  switch (serviceOf(arn)) {
    case 'sns':
      return new SnsDlq(Topic.fromTopicArn(made, `${id}Failures`, arn));
    case 's3':
      return new S3OnFailureDestination(Bucket.fromBucketArn(made, `${id}Failures`, arn));
    default:
      return new SqsDlq(Queue.fromQueueArn(made, `${id}Failures`, arn));
  }
}

function addPermissions(made: RustFunction, { role }: DeploySettings): void {
  if (role.use === 'given') return;
  for (const [index, policy] of role.policies.entries()) {
    made.role?.addManagedPolicy(managedPolicy(made, `Policy${index}`, policy));
  }
  for (const { sid, effect, actions, resources, condition } of role.statements) {
    made.addToRolePolicy(
      new PolicyStatement({
        ...(sid !== undefined && { sid }),
        effect: effect === 'Deny' ? Effect.DENY : Effect.ALLOW,
        actions: [...actions],
        resources: [...resources],
        ...(typeof condition === 'object' && condition !== null && { conditions: { ...condition } }),
      }),
    );
  }
  if (role.permissionsBoundary !== undefined && made.role) {
    PermissionsBoundary.of(made.role).apply(
      ManagedPolicy.fromManagedPolicyArn(made, 'Boundary', role.permissionsBoundary),
    );
  }
}

/** By the ids of subnets alone the CDK makes no VPC out of them; the resource takes them as they are. */
function addNetwork(made: RustFunction, { vpc, fileSystems, eventSources }: DeploySettings): void {
  const resource = made.node.defaultChild as CfnFunction;
  if (vpc) {
    resource.vpcConfig = {
      subnetIds: [...vpc.subnetIds],
      securityGroupIds: [...vpc.securityGroupIds],
      ...(vpc.ipv6 && { ipv6AllowedForDualStack: true }),
    };
  }
  // Lambda reads clusters and brokers from inside their networks, with the function's role.
  if (vpc || eventSources.some(({ arn }) => ['kafka', 'mq'].includes(serviceOf(arn)))) {
    made.role?.addManagedPolicy(
      ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaVPCAccessExecutionRole'),
    );
  }
  if (fileSystems.length > 0) {
    resource.fileSystemConfigs = fileSystems.map(({ arn, localMountPath }) => ({ arn, localMountPath }));
    made.addToRolePolicy(
      new PolicyStatement({
        actions: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
        resources: ['*'],
        conditions: {
          StringEquals: { 'elasticfilesystem:AccessPointArn': fileSystems.map(({ arn }) => arn) },
        },
      }),
    );
  }
}
