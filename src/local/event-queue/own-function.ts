import { resolveTarget } from '../../lambda/function-name.js';
import type { LocalFunction } from '../function.js';
import type { Functions } from '../functions.js';

/** The function of this service that a target means, by its name or its ARN. */
export function ownFunction(
  arn: string,
  functions: Functions,
): { readonly fn: LocalFunction; readonly arn: string } | undefined {
  const target = resolveTarget(arn, undefined, functions.home);
  if (target.kind !== 'function') return undefined;
  // There is one version of each function here.
  if (target.qualifier !== undefined && target.qualifier !== '$LATEST') return undefined;
  const fn = functions.find(target.name);
  return fn && { fn, arn: target.arn };
}
