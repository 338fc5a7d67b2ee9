import { PropertyInjectors } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';

/**
 * The props as an app's property injectors change them (CDK developer guide, "Blueprints"): of the nearest scope that has one
 * for this construct, as `@propertyInjectable` does for the CDK's own.
 */
export function injected<T>(uniqueId: string, props: T, scope: Construct, id: string): T {
  for (let at: IConstruct | undefined = scope; at; at = at.node.scope) {
    const injector = PropertyInjectors.hasPropertyInjectors(at)
      ? PropertyInjectors.of(at).for(uniqueId)
      : undefined;
    if (injector) return injector.inject(props, { scope, id }) as T;
  }
  return props;
}
