/** What a handler gives back: nothing, the event itself (filled in), or a type of the event's module. */
export type Answer = 'nothing' | 'the event' | { readonly type: string };

export interface EventType {
  /** The path inside aws_lambda_events, as `--event-type` takes it: `sqs::SqsEvent`. */
  readonly path: string;
  /** The crate's feature that brings it, which is its first module. */
  readonly feature: string;
  readonly name: string;
  /** A parameter that the crate gives no default for, such as the body of an `SqsEventObj<T>`. */
  readonly bodyParameter: boolean;
  readonly answer: Answer;
  /** The sample in events/ that shows it best; otherwise the first of that type. */
  readonly sample?: string;
}

/**
 * Every type of aws_lambda_events 1.2.1 (its src/event) that a function can be invoked with; parts of events,
 * the `detail` types of EventBridge and answers are not among them.
 */
export const EVENT_TYPES: readonly EventType[] = [
  of('activemq', 'ActiveMqEvent', { sample: 'activemq-event' }),
  of('alb', 'AlbTargetGroupRequest', { answer: { type: 'AlbTargetGroupResponse' } }),
  of('apigw', 'ApiGatewayCustomAuthorizerRequest', {
    answer: { type: 'ApiGatewayCustomAuthorizerResponse' },
  }),
  of('apigw', 'ApiGatewayCustomAuthorizerRequestTypeRequest', {
    answer: { type: 'ApiGatewayCustomAuthorizerResponse' },
  }),
  of('apigw', 'ApiGatewayProxyRequest', {
    answer: { type: 'ApiGatewayProxyResponse' },
    sample: 'apigw-request',
  }),
  of('apigw', 'ApiGatewayV2CustomAuthorizerV1Request', {
    answer: { type: 'ApiGatewayV2CustomAuthorizerSimpleResponse' },
  }),
  of('apigw', 'ApiGatewayV2CustomAuthorizerV2Request', {
    answer: { type: 'ApiGatewayV2CustomAuthorizerSimpleResponse' },
    sample: 'apigw-v2-custom-authorizer-v2-request',
  }),
  of('apigw', 'ApiGatewayV2httpRequest', {
    answer: { type: 'ApiGatewayV2httpResponse' },
    sample: 'apigw-v2-request-no-authorizer',
  }),
  of('apigw', 'ApiGatewayWebsocketProxyRequest', {
    answer: { type: 'ApiGatewayProxyResponse' },
    sample: 'apigw-websocket-request',
  }),
  of('appsync', 'AppSyncDirectResolverEvent'),
  of('appsync', 'AppSyncLambdaAuthorizerRequest', { answer: { type: 'AppSyncLambdaAuthorizerResponse' } }),
  of('appsync', 'AppSyncResolverTemplate', { sample: 'appsync-invoke' }),
  of('autoscaling', 'AutoScalingEvent', { sample: 'autoscaling-event-launch-successful' }),
  of('bedrock_agent_runtime', 'AgentEvent', { sample: 'bedrock-agent-runtime-event' }),
  of('chime_bot', 'ChimeBotEvent'),
  of('clientvpn', 'ClientVpnConnectionHandlerRequest', {
    answer: { type: 'ClientVpnConnectionHandlerResponse' },
  }),
  of('cloudformation', 'CloudFormationCustomResourceRequest', {
    sample: 'cloudformation-custom-resource-create-request',
  }),
  of('cloudformation', 'provider::CloudFormationCustomResourceRequest', {
    answer: { type: 'provider::CloudFormationCustomResourceResponse' },
    sample: 'cloudformation-custom-resource-provider-create-request',
  }),
  of('cloudwatch_alarms', 'CloudWatchAlarm', { sample: 'cloudwatch-alarm-metric' }),
  of('cloudwatch_alarms', 'CloudWatchCompositeAlarm', { sample: 'cloudwatch-alarm-composite' }),
  of('cloudwatch_alarms', 'CloudWatchMetricAlarm', { sample: 'cloudwatch-alarm-metric' }),
  of('cloudwatch_events', 'CloudWatchEvent', { sample: 'eventbridge-schedule' }),
  of('cloudwatch_logs', 'LogsEvent'),
  of('code_commit', 'CodeCommitEvent'),
  of('codebuild', 'CodeBuildEvent', { sample: 'codebuild-state-change' }),
  of('codedeploy', 'CodeDeployEvent', { sample: 'codedeploy-deployment-event' }),
  of('codedeploy', 'CodeDeployLifecycleEvent'),
  of('codepipeline_cloudwatch', 'CodePipelineCloudWatchEvent', {
    sample: 'codepipeline-execution-state-change-event',
  }),
  of('codepipeline_job', 'CodePipelineJobEvent'),
  of('cognito', 'CognitoEvent', { answer: 'the event' }),
  of('cognito', 'CognitoEventUserPoolsCreateAuthChallenge', { answer: 'the event' }),
  of('cognito', 'CognitoEventUserPoolsCustomMessage', { answer: 'the event' }),
  of('cognito', 'CognitoEventUserPoolsDefineAuthChallenge', { answer: 'the event' }),
  of('cognito', 'CognitoEventUserPoolsMigrateUser', { answer: 'the event' }),
  of('cognito', 'CognitoEventUserPoolsPostAuthentication', { answer: 'the event' }),
  of('cognito', 'CognitoEventUserPoolsPostConfirmation', { answer: 'the event' }),
  of('cognito', 'CognitoEventUserPoolsPreAuthentication', { answer: 'the event' }),
  of('cognito', 'CognitoEventUserPoolsPreSignup', { answer: 'the event' }),
  of('cognito', 'CognitoEventUserPoolsPreTokenGen', {
    answer: 'the event',
    sample: 'cognito-event-userpools-pretokengen',
  }),
  of('cognito', 'CognitoEventUserPoolsPreTokenGenV2', {
    answer: 'the event',
    sample: 'cognito-event-userpools-pretokengen-v2',
  }),
  of('cognito', 'CognitoEventUserPoolsVerifyAuthChallenge', { answer: 'the event' }),
  of('config', 'ConfigEvent'),
  of('connect', 'ConnectEvent', { answer: { type: 'ConnectResponse' }, sample: 'connect-event' }),
  of('controltower', 'ControlTowerLifecycleEvent', { sample: 'controltower-create-managed-account' }),
  of('documentdb', 'DocumentDbEvent', { sample: 'documentdb-insert-event' }),
  of('dynamodb', 'Event', { sample: 'dynamodb-event' }),
  of('dynamodb', 'TimeWindowEvent', { answer: { type: 'TimeWindowEventResponse' } }),
  of('ecr_scan', 'EcrScanEvent', { sample: 'ecr-image-scan-event' }),
  of('eventbridge', 'EventBridgeEvent', { sample: 'eventbridge-event' }),
  of('firehose', 'KinesisFirehoseEvent', {
    answer: { type: 'KinesisFirehoseResponse' },
    sample: 'kinesis-firehose-event',
  }),
  of('iot', 'IoTCoreCustomAuthorizerRequest', {
    answer: { type: 'IoTCoreCustomAuthorizerResponse' },
    sample: 'iot-custom-auth-request',
  }),
  of('iot_1_click', 'IoTOneClickEvent'),
  of('iot_button', 'IoTButtonEvent'),
  of('iot_deprecated', 'IoTCustomAuthorizerRequest', { answer: { type: 'IoTCustomAuthorizerResponse' } }),
  of('kafka', 'KafkaEvent', { sample: 'kafka-event' }),
  of('kinesis', 'KinesisEvent', { sample: 'kinesis-event' }),
  of('kinesis', 'KinesisTimeWindowEvent', { answer: { type: 'KinesisTimeWindowEventResponse' } }),
  of('kinesis_analytics', 'KinesisAnalyticsOutputDeliveryEvent', {
    answer: { type: 'KinesisAnalyticsOutputDeliveryResponse' },
  }),
  of('lambda_function_urls', 'LambdaFunctionUrlRequest', {
    answer: { type: 'LambdaFunctionUrlResponse' },
    sample: 'function-url',
  }),
  of('lex', 'LexEvent', { answer: { type: 'LexResponse' } }),
  of('rabbitmq', 'RabbitMqEvent'),
  of('s3', 'S3Event', { sample: 's3-event' }),
  of('s3', 'object_lambda::S3ObjectLambdaEvent', { sample: 's3-object-lambda-event-get-object-iam' }),
  of('s3_batch_job', 'S3BatchJobEvent', { answer: { type: 'S3BatchJobResponse' } }),
  of('secretsmanager', 'SecretsManagerSecretRotationEvent'),
  of('ses', 'SimpleEmailEvent', { sample: 'ses-lambda-event' }),
  of('sns', 'SnsEvent', { sample: 'sns-event' }),
  of('sns', 'SnsEventObj', { sample: 'sns-event-obj', bodyParameter: true }),
  of('sqs', 'SqsApiEvent'),
  of('sqs', 'SqsApiEventObj', { sample: 'sqs-api-event-obj', bodyParameter: true }),
  of('sqs', 'SqsEvent', { answer: { type: 'SqsBatchResponse' }, sample: 'sqs-event' }),
  of('sqs', 'SqsEventObj', {
    answer: { type: 'SqsBatchResponse' },
    sample: 'sqs-event-obj',
    bodyParameter: true,
  }),
  of('vpc_lattice', 'VpcLatticeRequestV1', { answer: { type: 'VpcLatticeResponse' } }),
  of('vpc_lattice', 'VpcLatticeRequestV2', {
    answer: { type: 'VpcLatticeResponse' },
    sample: 'vpc-lattice-v2-request',
  }),
];

/** The type for an event of one's own, read as plain JSON. */
export const ANY_JSON = 'serde_json::Value';

/** Where Rust finds a type, or what lies beside it in its module. */
export function importOf(path: string): string {
  // The one module that aws_lambda_events 1.2.1 does not also offer at its root (its src/lib.rs).
  const module = path.startsWith('bedrock_agent_runtime::')
    ? 'aws_lambda_events::event'
    : 'aws_lambda_events';
  return `${module}::${path}`;
}

export function findEventType(path: string): EventType | undefined {
  return EVENT_TYPES.find((type) => type.path === path);
}

function of(
  feature: string,
  inModule: string,
  more: { answer?: Answer; sample?: string; bodyParameter?: boolean } = {},
): EventType {
  return {
    path: `${feature}::${inModule}`,
    feature,
    name: inModule.split('::').at(-1) ?? inModule,
    bodyParameter: false,
    answer: 'nothing',
    ...more,
  };
}
