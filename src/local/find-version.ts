import { type Target, UNPUBLISHED } from '../lambda/function-name.js';
import { functionNotFound, resourceConflictPending, type WireError } from '../lambda/wire-errors.js';
import type { LocalFunction } from './function.js';
import type { Functions } from './functions.js';

/** What an invocation gets. */
export interface Found {
  readonly fn: LocalFunction;
  /** As it was invoked. */
  readonly arn: string;
  /** Absent, so that it tells a function from a refusal. */
  readonly status?: undefined;
}

/** The version that a name and a qualifier mean: of what is built here there is $LATEST only. */
export function findVersion(functions: Functions, target: Target): Found | WireError {
  const { name, qualifier, arn } = target;
  const served = functions.called(name);
  const missing = () => functionNotFound(qualifier === undefined ? `${arn}:${UNPUBLISHED}` : arn);
  if (served) {
    if (qualifier !== undefined && qualifier !== UNPUBLISHED) return missing();
    // Named '_' it is still the function it is.
    return { fn: served, arn: name === '_' ? served.arn : arn };
  }
  const found = functions.deployed.route(name, qualifier);
  if (!found) return missing();
  const { fn, config } = found;
  return config.state === 'Pending' ? resourceConflictPending(config.state) : { fn, arn };
}
