import { VERSION } from '../version.js';

/** Where the CDK looks for a construct's name and version, for `tree.json`, error messages and construct metadata. */
export const JSII_RTTI: unique symbol = Symbol.for('jsii.rtti') as never;

export function identityOf(name: string): { readonly fqn: string; readonly version: string } {
  return { fqn: `crablet.${name}`, version: VERSION };
}
