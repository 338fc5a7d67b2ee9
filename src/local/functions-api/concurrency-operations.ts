import { UserError } from '../../errors.js';
import { functionArn, UNPUBLISHED } from '../../lambda/function-name.js';
import {
  ApiError,
  conflict,
  functionMissing,
  invalid,
  notFound,
  refusal,
} from '../../lambda/functions-api/errors.js';
import { type FunctionRecord, versionOf, without } from '../../lambda/functions-api/function-record.js';
import { MIN_UNRESERVED_CONCURRENCY } from '../../lambda/limits.js';
import type { ApiContext, Handlers } from './context.js';
import { paged } from './pages.js';
import { changeable, type Named, named } from './targets.js';

const UNQUALIFIED =
  'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.';

/** How many environments a function may use, and how many are kept. */
export const concurrencyOperations = {
  async PutFunctionConcurrency(context, input) {
    const record = whole(context, input.FunctionName);
    const reserved = input.ReservedConcurrentExecutions;
    await keep(
      context,
      { ...record, reserved },
      `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${MIN_UNRESERVED_CONCURRENCY}].`,
    );
    return { ReservedConcurrentExecutions: reserved };
  },

  async GetFunctionConcurrency(context, input) {
    const { name } = named(context, input.FunctionName);
    const served = context.functions.find(name);
    const reserved = served
      ? served.settings.reservedConcurrency
      : whole(context, input.FunctionName).reserved;
    return reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved };
  },

  async DeleteFunctionConcurrency(context, input) {
    const record = whole(context, input.FunctionName);
    await context.deployed.put({ ...record, reserved: undefined });
    return undefined;
  },

  async PutProvisionedConcurrencyConfig(context, input) {
    const target = named(context, input.FunctionName, input.Qualifier);
    const record = changeable(context, target);
    const qualifier = provisionable(context, record, target);
    const alias = record.aliases[qualifier];
    if (alias && record.provisioned[alias.FunctionVersion])
      throw conflict(
        "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
      );
    const pointed = Object.keys(record.provisioned).some(
      (other) => other !== qualifier && record.aliases[other]?.FunctionVersion === qualifier,
    );
    if (pointed) throw conflict('Version is pointed by a Provisioned Concurrency alias');
    const requested = input.ProvisionedConcurrentExecutions;
    const LastModified = new Date(context.clock.now()).toISOString().replace('Z', '+0000');
    const provisioned = { ...record.provisioned, [qualifier]: { requested, LastModified } };
    await keep(
      context,
      { ...record, provisioned },
      `Specified ConcurrentExecutions for function is greater than what the function or the account has left, of which [${MIN_UNRESERVED_CONCURRENCY}] stay unreserved.`,
    );
    return {
      RequestedProvisionedConcurrentExecutions: requested,
      AllocatedProvisionedConcurrentExecutions: 0,
      Status: 'IN_PROGRESS',
      LastModified,
    };
  },

  async GetProvisionedConcurrencyConfig(context, input) {
    const target = named(context, input.FunctionName, input.Qualifier);
    const record = changeable(context, target);
    const qualifier = provisionable(context, record, target);
    return provisionedState(context, record, qualifier);
  },

  async ListProvisionedConcurrencyConfigs(context, input) {
    const target = named(context, input.FunctionName);
    const record = changeable(context, target);
    const all = Object.keys(record.provisioned).sort();
    const { items, NextMarker } = paged(all, (one) => one, input);
    return {
      ProvisionedConcurrencyConfigs: items.map((qualifier) => ({
        FunctionArn: functionArn(context.home, record.name, qualifier),
        ...provisionedState(context, record, qualifier),
      })),
      ...(NextMarker && { NextMarker }),
    };
  },

  async DeleteProvisionedConcurrencyConfig(context, input) {
    const target = named(context, input.FunctionName, input.Qualifier);
    const record = changeable(context, target);
    const qualifier = provisionable(context, record, target);
    await context.deployed.put({ ...record, provisioned: without(record.provisioned, qualifier) });
    return undefined;
  },
} satisfies Handlers;

/** A function as a whole. @throws ApiError for a version or an alias, and when there is none */
function whole(context: ApiContext, functionName: string): FunctionRecord {
  const target = named(context, functionName);
  if (target.qualifier !== undefined) throw invalid(UNQUALIFIED);
  if (!context.functions.has(target.name))
    throw functionMissing(functionArn(context.home, target.name, UNPUBLISHED));
  return changeable(context, target);
}

function provisionable({ home }: ApiContext, record: FunctionRecord, { name, qualifier }: Named): string {
  if (qualifier === undefined)
    throw invalid('The function resource provided must be an alias or a published version.');
  if (qualifier === UNPUBLISHED)
    throw invalid('Provisioned Concurrency Configs cannot be applied to unpublished function versions.');
  if (Object.hasOwn(record.aliases, qualifier) || versionOf(record, qualifier)) return qualifier;
  const arn = functionArn(home, name, qualifier);
  throw /^\d+$/.test(qualifier) ? functionMissing(arn) : notFound(`Cannot find alias arn: ${arn}`);
}

function provisionedState({ deployed }: ApiContext, record: FunctionRecord, qualifier: string): object {
  const config = record.provisioned[qualifier];
  if (!config)
    throw new ApiError(
      refusal(
        404,
        'ProvisionedConcurrencyConfigNotFoundException',
        'No Provisioned Concurrency Config found for this function',
      ).wire,
    );
  const state = deployed.main(record.name, qualifier)?.fn.provisioning;
  const available = Math.min(state?.available ?? 0, config.requested);
  return {
    RequestedProvisionedConcurrentExecutions: config.requested,
    AvailableProvisionedConcurrentExecutions: available,
    AllocatedProvisionedConcurrentExecutions: available,
    ...(available >= config.requested
      ? { Status: 'READY' }
      : state?.failed
        ? { Status: 'FAILED', StatusReason: 'FUNCTION_ERROR_INIT_FAILURE' }
        : { Status: 'IN_PROGRESS' }),
    LastModified: config.LastModified,
  };
}

/** @param tooMuch what AWS says when it leaves too little for the others */
async function keep({ deployed }: ApiContext, record: FunctionRecord, tooMuch: string): Promise<void> {
  try {
    await deployed.put(record);
  } catch (error) {
    if (error instanceof UserError) throw invalid(tooMuch);
    throw error;
  }
}
