import { functionArn, resolveTarget, UNPUBLISHED } from '../../lambda/function-name.js';
import type { VersionConfig } from '../../lambda/functions-api/configuration.js';
import { ApiError, conflict, functionMissing, refusal } from '../../lambda/functions-api/errors.js';
import { type FunctionRecord, mainVersion } from '../../lambda/functions-api/function-record.js';
import type { ApiContext } from './context.js';

/** A function as a request names it. */
export interface Named {
  readonly name: string;
  /** As it was said, in the name or beside it. */
  readonly qualifier: string | undefined;
  /** Ends in the qualifier if one was said. */
  readonly arn: string;
}

/** @throws ApiError for a name that means nothing here: of another region, or another account */
export function named({ home }: ApiContext, functionName: string, qualifier?: string): Named {
  const target = resolveTarget(functionName, qualifier, home);
  if (target.kind !== 'function') throw new ApiError(target);
  const account = target.arn.split(':')[4];
  // Recorded with an empty message (SNAP:test_lambda_api#test_create_lambda_exceptions).
  if (account !== home.accountId) throw refusal(403, 'AccessDeniedException', '');
  return { name: target.name, qualifier: target.qualifier, arn: target.arn };
}

/** The function that a request is to change. @throws ApiError when there is none, or it is built here */
export function changeable(context: ApiContext, { name }: Named): FunctionRecord {
  refuseServed(context, name);
  const record = context.deployed.find(name);
  if (!record) throw functionMissing(functionArn(context.home, name));
  return record;
}

/** What is built here has its sources as its only master. */
export function refuseServed({ functions, home }: ApiContext, name: string): void {
  if (!functions.find(name)) return;
  throw conflict(
    `The function ${functionArn(home, name)} is built and served by crablet watch; it changes with its sources, not over the API.`,
  );
}

/** @throws ApiError when there is no such version or alias */
export function versionNamed(
  context: ApiContext,
  record: FunctionRecord,
  { name, qualifier }: Named,
): VersionConfig {
  const config = mainVersion(record, qualifier ?? UNPUBLISHED);
  if (!config) throw functionMissing(functionArn(context.home, name, qualifier));
  return config;
}
