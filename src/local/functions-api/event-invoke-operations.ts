import { parseTarget } from '../../lambda/event-target.js';
import { functionArn, UNPUBLISHED } from '../../lambda/function-name.js';
import { invalid, notFound } from '../../lambda/functions-api/errors.js';
import {
  type EventInvokeConfig,
  type FunctionRecord,
  mainVersion,
  without,
} from '../../lambda/functions-api/function-record.js';
import type { Input } from '../../lambda/functions-api/operations.js';
import type { ApiContext, Handlers } from './context.js';
import { paged } from './pages.js';
import { type Named, named, refuseServed } from './targets.js';

/** What becomes of events that are sent to a function. */
export const eventInvokeOperations = {
  async PutFunctionEventInvokeConfig(context, input) {
    return write(context, named(context, input.FunctionName, input.Qualifier), input, {});
  },

  async UpdateFunctionEventInvokeConfig(context, input) {
    const target = named(context, input.FunctionName, input.Qualifier);
    const { config } = configOf(context, target);
    return write(context, target, input, config);
  },

  async GetFunctionEventInvokeConfig(context, input) {
    const target = named(context, input.FunctionName, input.Qualifier);
    const { config } = configOf(context, target);
    return described(context, target.name, target.qualifier ?? UNPUBLISHED, config);
  },

  async ListFunctionEventInvokeConfigs(context, input) {
    const target = named(context, input.FunctionName);
    const { eventInvoke } = recordOf(context, target);
    const all = Object.entries(eventInvoke).sort(([a], [b]) => (a < b ? -1 : 1));
    const { items, NextMarker } = paged(all, ([key]) => key, input);
    return {
      FunctionEventInvokeConfigs: items.map(([key, config]) => described(context, target.name, key, config)),
      ...(NextMarker && { NextMarker }),
    };
  },

  async DeleteFunctionEventInvokeConfig(context, input) {
    const target = named(context, input.FunctionName, input.Qualifier);
    const { record } = configOf(context, target);
    const eventInvoke = without(record.eventInvoke, target.qualifier ?? UNPUBLISHED);
    await context.deployed.put({ ...record, eventInvoke });
    return undefined;
  },
} satisfies Handlers;

type Given = Omit<Input<'PutFunctionEventInvokeConfig'>, 'FunctionName' | 'Qualifier'>;

async function write(
  context: ApiContext,
  target: Named,
  given: Given,
  before: Partial<EventInvokeConfig>,
): Promise<object> {
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig: destinations } = given;
  if ([MaximumRetryAttempts, MaximumEventAgeInSeconds, destinations].every((one) => one === undefined))
    throw invalid('You must specify at least one of error handling or destination setting.');
  const record = recordOf(context, target);
  const onSuccess = destinations?.OnSuccess?.Destination;
  const onFailure = destinations?.OnFailure?.Destination;
  for (const arn of [onSuccess, onFailure]) checkDestination(context, target, arn);
  const config: EventInvokeConfig = {
    MaximumRetryAttempts: MaximumRetryAttempts ?? before.MaximumRetryAttempts,
    MaximumEventAgeInSeconds: MaximumEventAgeInSeconds ?? before.MaximumEventAgeInSeconds,
    onSuccess: (destinations ? onSuccess : before.onSuccess) || undefined,
    onFailure: (destinations ? onFailure : before.onFailure) || undefined,
    LastModified: context.clock.now() / 1000,
  };
  const key = target.qualifier ?? UNPUBLISHED;
  await context.deployed.put({ ...record, eventInvoke: { ...record.eventInvoke, [key]: config } });
  return described(context, target.name, key, config);
}

/** SNAP:test_lambda_api#TestLambdaEventInvokeConfig::test_lambda_eventinvokeconfig_exceptions */
function checkDestination({ home }: ApiContext, { name }: Named, arn: string | undefined): void {
  if (arn === undefined || arn === '') return;
  const found = parseTarget(arn, 'on-success');
  if (!found?.arn.startsWith('arn:')) throw invalid(`The destination ARN ${arn} is invalid.`);
  if (found.service === 'lambda' && arn.startsWith(functionArn(home, name)) && found.name === name)
    throw invalid("You can't specify the function as a destination for itself.");
}

function recordOf(context: ApiContext, { name, qualifier }: Named): FunctionRecord {
  refuseServed(context, name);
  const record = context.deployed.find(name);
  if (!record || !mainVersion(record, qualifier ?? UNPUBLISHED))
    throw notFound("The function doesn't exist.");
  return record;
}

function configOf(context: ApiContext, target: Named): { record: FunctionRecord; config: EventInvokeConfig } {
  const { name, qualifier = UNPUBLISHED } = target;
  const record = context.deployed.find(name);
  const config =
    record && Object.hasOwn(record.eventInvoke, qualifier) ? record.eventInvoke[qualifier] : undefined;
  if (!record || !config)
    throw notFound(
      `The function ${functionArn(context.home, name, qualifier)} doesn't have an EventInvokeConfig`,
    );
  return { record, config };
}

function described({ home }: ApiContext, name: string, qualifier: string, config: EventInvokeConfig): object {
  const { onSuccess, onFailure, ...rest } = config;
  return {
    ...rest,
    FunctionArn: functionArn(home, name, qualifier),
    DestinationConfig: {
      OnSuccess: onSuccess === undefined ? {} : { Destination: onSuccess },
      OnFailure: onFailure === undefined ? {} : { Destination: onFailure },
    },
  };
}
