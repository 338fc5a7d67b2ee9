/** What resources are called locally. On AWS their names have a random end; here they are what a person would type. */
import { type Found, isObject, type Stack, textOf } from './template.js';

/** A function's longest name (botocore, FunctionName). */
const LONGEST = 64;

/** Of these types people type the names, so they are short. */
const SHORT = new Set(['AWS::Lambda::Function', 'AWS::ApiGatewayV2::Api', 'AWS::ApiGateway::RestApi']);

export class Names {
  private readonly short = new Map<string, string>();

  constructor(stacks: readonly Stack[]) {
    const all = stacks.flatMap((stack) =>
      Object.entries(stack.template.Resources)
        .filter(([, { Type }]) => SHORT.has(Type))
        .map(([logicalId, resource]) => ({ stack, logicalId, resource })),
    );
    for (const type of SHORT) {
      const those = all.filter(({ resource }) => resource.Type === type);
      const counts = new Map<string, number>();
      for (const one of those) counts.set(shortNameOf(one), (counts.get(shortNameOf(one)) ?? 0) + 1);
      for (const one of those) {
        const name = shortNameOf(one);
        const unique = counts.get(name) === 1 ? name : `${one.stack.name}-${one.logicalId}`;
        this.short.set(keyOf(one), unique.slice(0, LONGEST));
      }
    }
  }

  of(found: Found): string {
    return this.short.get(keyOf(found)) ?? `${found.stack.name}-${found.logicalId}`.slice(0, LONGEST);
  }
}

/** The construct's path below its stack, without the `Resource` at its end that CDK adds; else the logical id. */
function shortNameOf({ stack, logicalId, resource }: Found): string {
  const path = isObject(resource.Metadata) ? textOf(resource.Metadata['aws:cdk:path']) : undefined;
  const parts = (path ?? '').split('/').filter((part) => part !== '');
  if (parts.at(-1) === 'Resource') parts.pop();
  // The path begins with the stack, whose own may have several parts (stages).
  const at = parts.findIndex((part) => part === stack.name || stack.name.endsWith(`-${part}`));
  const below = parts.slice(at + 1);
  return (below.length > 0 ? below.join('-') : logicalId).replace(/[^a-zA-Z0-9-_]/g, '-');
}

function keyOf({ stack, logicalId }: Pick<Found, 'stack' | 'logicalId'>): string {
  return `${stack.name}\0${logicalId}`;
}
