import { resolveTarget } from '../../lambda/function-name.js';
import { mainVersion } from '../../lambda/functions-api/function-record.js';
import { findVersion } from '../find-version.js';
import type { Functions } from '../functions.js';
import { eventSettings } from '../functions-api/version-settings.js';
import type { EventFunction } from './event-queue.js';

/** The function of this service that a target means, by its name or its ARN. */
export function ownFunction(
  arn: string,
  functions: Functions,
): { readonly fn: EventFunction; readonly arn: string } | undefined {
  const target = resolveTarget(arn, undefined, functions.home);
  if (target.kind !== 'function') return undefined;
  const found = findVersion(functions, target);
  return found.status === undefined ? { fn: found.fn, arn: found.arn } : undefined;
}

/** Who gets the events that were sent to this ARN; undefined while nobody does. */
export function eventFunction(functions: Functions, name: string, arn: string): EventFunction | undefined {
  const served = functions.find(name);
  if (served) return served;
  // An ARN of a function has seven parts, and the qualifier is the eighth.
  const qualifier = arn.split(':')[7];
  const found = functions.deployed.route(name, qualifier);
  const record = functions.deployed.find(name);
  if (!found || !record) return undefined;
  const { fn, config } = found;
  const eventInvoke = eventSettings(
    record,
    mainVersion(record, qualifier ?? fn.version) ?? config,
    qualifier,
  );
  return {
    name,
    arn: fn.arn,
    version: fn.version,
    settings: { ...fn.settings, eventInvoke },
    waiting: fn.waiting,
    submit: (invocation) => fn.submit(invocation),
  };
}
