import { Names } from './names.js';
import { type FunctionReference, functionIn, nameOf } from './physical-names.js';
import { type Attempt, type Place, Resolver } from './resolver.js';
import {
  type Assembly,
  type Found,
  isObject,
  type Json,
  type JsonObject,
  numberOf,
  textOf,
  textsOf,
} from './template.js';

/** Something of the template that the local service leaves out or does otherwise, for a person. */
export interface Remark {
  /** The construct's path, or the logical id. */
  readonly resource: string;
  readonly type: string;
  readonly why: string;
}

/** A resource whose properties are read with what they refer to. */
export class Properties {
  constructor(
    readonly found: Found,
    private readonly resolver: Resolver,
    private readonly members: JsonObject = found.resource.Properties ?? {},
  ) {}

  get raw(): JsonObject {
    return this.members;
  }

  has(name: string): boolean {
    return this.members[name] !== undefined;
  }

  attempt(name: string): Attempt {
    return this.resolver.attempt(this.members[name], this.found.stack);
  }

  value(name: string): Json | undefined {
    return this.resolver.known(this.members[name], this.found.stack);
  }

  text(name: string): string | undefined {
    return textOf(this.value(name));
  }

  number(name: string): number | undefined {
    return numberOf(this.value(name));
  }

  texts(name: string): string[] {
    return textsOf(this.value(name));
  }

  /** A member that is an object, with whatever of it can be known. */
  object(name: string): Properties {
    const raw = this.members[name];
    const known = isObject(raw) && !Object.keys(raw).some((key) => key === 'Ref' || key.startsWith('Fn::'));
    const value = known ? raw : this.value(name);
    return new Properties(this.found, this.resolver, isObject(value) ? value : {});
  }

  /** A member that is a list of objects. */
  objects(name: string): Properties[] {
    const raw = this.members[name];
    const list = Array.isArray(raw) ? raw : this.value(name);
    return (Array.isArray(list) ? list : [])
      .filter((one) => isObject(one))
      .map((one) => new Properties(this.found, this.resolver, one as JsonObject));
  }

  /** The function that a member names: by its name, its ARN, or the URI by which it is called. */
  function(name: string): FunctionReference | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    return functionIn(text) ?? (/^[a-zA-Z0-9-_]+$/.test(text) ? { name: text } : undefined);
  }
}

/** An app's resources by type, and what could not be read of them. */
export class AppReader {
  readonly names: Names;
  readonly resolver: Resolver;
  readonly remarks: Remark[] = [];
  private readonly byType = new Map<string, Properties[]>();

  constructor(
    readonly assembly: Assembly,
    readonly place: Place,
  ) {
    const { stacks } = assembly;
    this.names = new Names(stacks);
    this.resolver = new Resolver(stacks, this.names, place);
    for (const stack of stacks) {
      for (const [logicalId, resource] of Object.entries(stack.template.Resources)) {
        if (!this.resolver.exists(resource, stack)) continue;
        const one = new Properties({ stack, logicalId, resource }, this.resolver);
        this.byType.set(resource.Type, [...(this.byType.get(resource.Type) ?? []), one]);
      }
    }
  }

  get types(): readonly string[] {
    return [...this.byType.keys()];
  }

  all(type: string): readonly Properties[] {
    return this.byType.get(type) ?? [];
  }

  nameOf(one: Properties): string {
    return nameOf(one.found, this.names, this.resolver);
  }

  /** What `Ref` gives for it. */
  reference({ found }: Properties): string {
    return textOf(this.resolver.known({ Ref: found.logicalId }, found.stack)) ?? found.logicalId;
  }

  remark({ found }: Properties, why: string): void {
    this.remarks.push({ resource: pathOf(found), type: found.resource.Type, why });
  }
}

/** Its place in the tree of constructs, which is how a person knows it. */
export function pathOf({ stack, logicalId, resource }: Found): string {
  const path = textOf(resource.Metadata?.['aws:cdk:path']);
  return path?.replace(/\/Resource$/, '') ?? `${stack.name}/${logicalId}`;
}
