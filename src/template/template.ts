/** A CloudFormation template and what belongs to it, as `cdk synth` writes them. */

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly Metadata?: JsonObject;
  readonly Condition?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, JsonObject>>;
  readonly Mappings?: JsonObject;
  readonly Conditions?: JsonObject;
  readonly Outputs?: Readonly<Record<string, JsonObject>>;
}

export interface Stack {
  readonly name: string;
  readonly template: Template;
  /** Where files lie that the template names by their hash: a folder or a zip file. Absolute. */
  readonly assets: Readonly<Record<string, string>>;
  /** The stacks that are resources of this one, by logical id. */
  readonly nested: Readonly<Record<string, Stack>>;
  /** For a nested stack: what its parent gives it, to be resolved there. */
  readonly parent?: { readonly stack: string; readonly logicalId: string } | undefined;
}

/** All stacks of an app, nested ones included. */
export interface Assembly {
  readonly stacks: readonly Stack[];
  /** Region and account, where all stacks name the same. */
  readonly region?: string | undefined;
  readonly accountId?: string | undefined;
  /** What the app could not look up: its values are made up. */
  readonly missing: readonly string[];
  /** The files that all this was read from. */
  readonly files: readonly string[];
}

export interface Found {
  readonly stack: Stack;
  readonly logicalId: string;
  readonly resource: Resource;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

export function numberOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** CloudFormation takes the text for the truth value, too. */
export function isTrue(value: Json | undefined): boolean {
  return value === true || value === 'true';
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function textsOf(value: Json | undefined): string[] {
  return listOf(value).flatMap((one) => textOf(one) ?? []);
}
