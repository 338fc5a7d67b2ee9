import type { AppFunction } from './app.js';
import { type AppReader, type Properties, pathOf } from './reader.js';

/** What calls a function on AWS and has nothing that does locally, by the property that names the function. */
const TRIGGERS: Readonly<Record<string, { readonly property: string; readonly what: string }>> = {
  'AWS::SNS::Subscription': { property: 'Endpoint', what: 'messages of the topic do not arrive' },
  'AWS::Logs::SubscriptionFilter': { property: 'DestinationArn', what: 'its log lines do not arrive' },
  'AWS::IoT::TopicRule': { property: 'Actions', what: 'its messages do not arrive' },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    property: 'Targets',
    what: 'requests to its load balancer do not arrive; a function URL or an API does',
  },
  'Custom::S3BucketNotifications': {
    property: 'NotificationConfiguration',
    what: 'events of the bucket do not arrive',
  },
  'AWS::S3::Bucket': { property: 'NotificationConfiguration', what: 'events of the bucket do not arrive' },
  'AWS::Cognito::UserPool': { property: 'LambdaConfig', what: 'the user pool does not call its functions' },
  'AWS::SecretsManager::RotationSchedule': { property: 'RotationLambdaARN', what: 'nothing is rotated' },
  'AWS::StepFunctions::StateMachine': {
    property: 'DefinitionString',
    what: 'the state machine does not run',
  },
  'AWS::Pipes::Pipe': { property: 'Target', what: 'what the pipe carries does not arrive' },
  'AWS::AppSync::DataSource': { property: 'LambdaConfig', what: 'the API does not call its resolvers' },
  'AWS::Config::ConfigRule': { property: 'Source', what: 'the rule is not evaluated' },
};

/** Why the rest of it is not there, where that is not what `NOT_HERE` says. */
const REASONS: readonly (readonly [type: RegExp, why: string])[] = [
  [/^AWS::SQS::Queue/, 'queues are those of AWS, or of AWS_ENDPOINT_URL_SQS'],
  [/^(Custom::|AWS::CloudFormation::CustomResource$)/, 'a custom resource does nothing locally'],
  [/^AWS::ElasticLoadBalancing/, 'load balancers are not emulated'],
  [/^AWS::(EC2|ECS|EFS|RDS|ElastiCache)::/, 'networks, machines and databases are not emulated'],
  [/^AWS::(CloudFront|Route53|CertificateManager)::/, 'nothing stands before the local service'],
];

const NOT_HERE = 'not emulated: functions reach AWS, or what AWS_ENDPOINT_URL names';

/** Read above, or without a part in what runs locally. */
const SILENT = [
  /^AWS::Lambda::/,
  /^AWS::ApiGateway(V2)?::(RestApi|Resource|Method|Deployment|Stage|Account|Authorizer|Api|Route|Integration|Model)$/,
  /^AWS::Events::Rule$/,
  /^AWS::Scheduler::Schedule(Group)?$/,
  /^AWS::IAM::/,
  /^AWS::CDK::Metadata$/,
  /^AWS::Logs::LogGroup$/,
  /^AWS::SSM::Parameter$/,
  /^AWS::CloudWatch::/,
  /^AWS::CloudFormation::Stack$/,
  /Policy(Attachment)?$/,
  // They count by the functions that they call.
  /^AWS::(SNS::Subscription|Logs::SubscriptionFilter)$/,
];

/** Remarks on all that nothing local stands for: what would call a function, and what it may use. */
export function remarkOnOthers(app: AppReader, functions: readonly AppFunction[]): void {
  const known = new Set(functions.map(({ name }) => name));
  for (const type of app.types) {
    const trigger = TRIGGERS[type];
    const calling = trigger ? app.all(type).filter((one) => calls(one, trigger.property, known)) : [];
    for (const one of calling) app.remark(one, `it is not emulated: ${trigger?.what}`);
    if (!SILENT.some((pattern) => pattern.test(type)))
      remarkOnType(
        app,
        type,
        app.all(type).filter((one) => !calling.includes(one)),
      );
  }
}

function calls(one: Properties, property: string, known: ReadonlySet<string>): boolean {
  const text = JSON.stringify(one.value(property) ?? '');
  return [...known].some((name) => text.includes(`:function:${name}`));
}

/** One remark for all of a type: a stack may have dozens. */
function remarkOnType(app: AppReader, type: string, all: readonly Properties[]): void {
  const [first] = all;
  if (!first) return;
  const more = all.length > 1 ? ` (and ${all.length - 1} more)` : '';
  const why = REASONS.find(([pattern]) => pattern.test(type))?.[1] ?? NOT_HERE;
  app.remarks.push({ resource: `${pathOf(first.found)}${more}`, type, why });
}
