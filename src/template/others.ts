import type { AppFunction } from './app.js';
import { type AppReader, type Properties, pathOf } from './reader.js';

/** What calls a function on AWS and has nothing that does locally, by the property that names the function. */
const TRIGGERS: Readonly<Record<string, { readonly property: string; readonly what: string }>> = {
  'AWS::SNS::Subscription': { property: 'Endpoint', what: 'messages of the topic do not arrive' },
  'AWS::Logs::SubscriptionFilter': { property: 'DestinationArn', what: 'its log lines do not arrive' },
  'AWS::IoT::TopicRule': { property: 'Actions', what: 'its messages do not arrive' },
};

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
];

/** Remarks on all that nothing local stands for: what would call a function, and what it may use. */
export function remarkOnOthers(app: AppReader, functions: readonly AppFunction[]): void {
  const known = new Set(functions.map(({ name }) => name));
  for (const type of app.types) {
    const trigger = TRIGGERS[type];
    if (trigger) {
      for (const one of app.all(type))
        if (calls(one, trigger.property, known)) app.remark(one, `it is not emulated: ${trigger.what}`);
    } else if (!SILENT.some((pattern) => pattern.test(type))) remarkOnType(app, type);
  }
}

function calls(one: Properties, property: string, known: ReadonlySet<string>): boolean {
  const text = JSON.stringify(one.value(property) ?? '');
  return [...known].some((name) => text.includes(`:function:${name}`));
}

/** One remark for all of a type: a stack may have dozens. */
function remarkOnType(app: AppReader, type: string): void {
  const all = app.all(type);
  const [first] = all;
  if (!first) return;
  const more = all.length > 1 ? ` (and ${all.length - 1} more)` : '';
  const why = type.startsWith('AWS::SQS::Queue')
    ? 'queues are those of AWS, or of AWS_ENDPOINT_URL_SQS'
    : type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource'
      ? 'a custom resource does nothing locally'
      : 'not emulated: functions reach AWS, or what AWS_ENDPOINT_URL names';
  app.remarks.push({ resource: `${pathOf(first.found)}${more}`, type, why });
}
