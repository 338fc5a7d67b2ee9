/**
 * CloudFormation's intrinsic functions, evaluated without CloudFormation (CloudFormation user guide, "Intrinsic function
 * reference"). What only a deploy can know is thrown as `Unknown`, with the reason.
 */
import { partitionOf } from '../lambda/function-name.js';
import { CONDITION_FUNCTIONS, type Evaluate } from './conditions.js';
import type { Names } from './names.js';
import { attributeOf, referenceTo } from './physical-names.js';
import { isObject, type Json, type JsonObject, type Resource, type Stack, textOf } from './template.js';
import { Unknown } from './unknown.js';

/** The region and account that stand for the deployed ones, where the local service is, what it builds functions for. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  /** `http://127.0.0.1:9000` */
  readonly serviceUrl: string;
  /** Where queues are, if a person named an endpoint. */
  readonly queueEndpoint?: string | undefined;
  readonly builtFor?: 'x86_64' | 'arm64' | undefined;
  /** Values of template parameters: by `Name`, or by `Stack:Name`. */
  readonly parameters: Readonly<Record<string, string>>;
}

export type Attempt<Value = Json> =
  | { readonly kind: 'known'; readonly value: Value }
  | { readonly kind: 'unknown'; readonly why: string };

const NO_VALUE = Symbol('left out');
type Value = Json | typeof NO_VALUE;

const DEPTH_LIMIT = 100;

export class Resolver {
  private depth = 0;

  constructor(
    private readonly stacks: readonly Stack[],
    private readonly names: Names,
    readonly place: Place,
  ) {}

  /** The value, or why it cannot be known. */
  attempt(value: Json | undefined, stack: Stack): Attempt {
    try {
      const found = value === undefined ? null : this.evaluate(value, stack);
      return { kind: 'known', value: found === NO_VALUE ? null : found };
    } catch (error) {
      if (error instanceof Unknown) return { kind: 'unknown', why: error.message };
      throw error;
    }
  }

  /** As `attempt`; undefined for what cannot be known. */
  known(value: Json | undefined, stack: Stack): Json | undefined {
    const found = this.attempt(value, stack);
    return found.kind === 'known' && found.value !== null ? found.value : undefined;
  }

  /** Whether the resource is made at all. */
  exists({ Condition }: Resource, stack: Stack): boolean {
    if (Condition === undefined) return true;
    const found = this.attempt({ Condition }, stack);
    return found.kind === 'unknown' || found.value === true;
  }

  private evaluate(value: Json, stack: Stack): Value {
    if (Array.isArray(value))
      return value.map((one) => this.evaluate(one, stack)).filter((one): one is Json => one !== NO_VALUE);
    if (!isObject(value)) return typeof value === 'string' ? this.dynamic(value) : value;
    const [name, ...more] = Object.keys(value);
    if (name !== undefined && more.length === 0 && /^(Ref|Condition|Fn::\w+)$/.test(name))
      return this.guarded(() => this.call(name, value[name] ?? null, stack));
    const members: [string, Json][] = [];
    for (const [key, one] of Object.entries(value)) {
      const found = this.evaluate(one, stack);
      if (found !== NO_VALUE) members.push([key, found]);
    }
    return Object.fromEntries(members);
  }

  private guarded(call: () => Value): Value {
    this.depth += 1;
    try {
      if (this.depth > DEPTH_LIMIT) throw new Unknown('the template refers to itself in a circle');
      return call();
    } finally {
      this.depth -= 1;
    }
  }

  private call(name: string, argument: Json, stack: Stack): Value {
    const condition = CONDITION_FUNCTIONS[name];
    const evaluate: Evaluate = (one) => {
      const found = this.evaluate(one, stack);
      return found === NO_VALUE ? null : found;
    };
    if (condition) return condition(argument, evaluate, stack);
    switch (name) {
      case 'Ref':
        return this.reference(String(argument), stack);
      case 'Fn::GetAtt':
        return this.attribute(argument, stack, evaluate);
      case 'Fn::Join': {
        const [separator, parts] = pair(name, argument);
        const list = evaluate(parts);
        return asList(name, list)
          .map((one) => asText(name, one))
          .join(String(separator));
      }
      case 'Fn::Sub':
        return this.substitute(argument, evaluate);
      case 'Fn::Select': {
        const [index, list] = pair(name, argument);
        const found = asList(name, evaluate(list))[Number(evaluate(index))];
        if (found === undefined)
          throw new Unknown(`Fn::Select asks for part ${String(index)} of a shorter list`);
        return found;
      }
      case 'Fn::Split': {
        const [separator, text] = pair(name, argument);
        return asText(name, evaluate(text)).split(String(separator));
      }
      case 'Fn::ImportValue':
        return this.imported(asText(name, evaluate(argument)));
      case 'Fn::FindInMap':
        return this.mapped(argument, stack, evaluate);
      case 'Fn::If': {
        const [test, then, otherwise] = asList(name, argument);
        const holds = evaluate({ Condition: String(test) }) === true;
        return this.evaluate((holds ? then : otherwise) ?? null, stack);
      }
      case 'Fn::Base64':
        return Buffer.from(asText(name, evaluate(argument))).toString('base64');
      case 'Fn::GetAZs':
        return ['a', 'b', 'c'].map((zone) => `${this.place.region}${zone}`);
      case 'Fn::Length':
        return asList(name, evaluate(argument)).length;
      case 'Fn::ToJsonString':
        return JSON.stringify(evaluate(argument));
      default:
        throw new Unknown(`${name} is not evaluated locally`);
    }
  }

  private reference(name: string, stack: Stack): Value {
    if (name === 'AWS::NoValue') return NO_VALUE;
    const pseudo = this.pseudo(name, stack);
    if (pseudo !== undefined) return pseudo;
    const parameter = stack.template.Parameters?.[name];
    if (parameter) return this.parameter(name, parameter, stack);
    const resource = stack.template.Resources[name];
    if (!resource) throw new Unknown(`Ref names '${name}', which the template does not have`);
    return referenceTo({ stack, logicalId: name, resource }, this.names, this);
  }

  private pseudo(name: string, stack: Stack): Json | undefined {
    const { region, accountId } = this.place;
    switch (name) {
      case 'AWS::Region':
        return region;
      case 'AWS::AccountId':
        return accountId;
      case 'AWS::Partition':
        return partitionOf(region);
      case 'AWS::URLSuffix':
        return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
      case 'AWS::StackName':
        return stack.name;
      case 'AWS::StackId':
        return `arn:${partitionOf(region)}:cloudformation:${region}:${accountId}:stack/${stack.name}/local`;
      case 'AWS::NotificationARNs':
        return [];
      default:
        return undefined;
    }
  }

  private parameter(name: string, declared: JsonObject, stack: Stack): Value {
    const { parent } = stack;
    if (parent) {
      const above = this.stacks.find((one) => one.name === parent.stack);
      const properties = above?.template.Resources[parent.logicalId]?.Properties;
      const given = isObject(properties?.['Parameters']) ? properties['Parameters'][name] : undefined;
      if (above && given !== undefined) return this.evaluate(given, above);
    }
    const type = textOf(declared['Type']) ?? 'String';
    const said = this.place.parameters[`${stack.name}:${name}`] ?? this.place.parameters[name];
    const value = said ?? declared['Default'];
    const mend = `say it: --cdk-parameter ${name}=VALUE`;
    if (said === undefined && type.startsWith('AWS::SSM::Parameter::Value')) {
      const own = this.ownSsmParameter(String(value));
      if (own !== undefined) return own;
      throw new Unknown(`the parameter ${name} is the value of SSM's ${String(value)}; ${mend}`);
    }
    if (value === undefined) throw new Unknown(`the parameter ${name} has no default; ${mend}`);
    return /^(CommaDelimitedList|List<)/.test(type) && typeof value === 'string'
      ? value.split(/\s*,\s*/)
      : value;
  }

  /** The value of an SSM parameter that the app itself makes. */
  private ownSsmParameter(path: string): Json | undefined {
    for (const stack of this.stacks) {
      for (const { Type, Properties } of Object.values(stack.template.Resources)) {
        if (Type !== 'AWS::SSM::Parameter' || this.known(Properties?.['Name'], stack) !== path) continue;
        return this.known(Properties?.['Value'], stack);
      }
    }
    return undefined;
  }

  /** `{{resolve:ssm:/path}}`: what CloudFormation looks up as it deploys. */
  private dynamic(text: string): Json {
    const reference = /\{\{resolve:([^}]+)\}\}/.exec(text);
    if (!reference) return text;
    const [service, path = ''] = (reference[1] ?? '').split(':');
    const own = service === 'ssm' ? this.ownSsmParameter(path.replace(/:\d+$/, '')) : undefined;
    if (own === undefined) throw new Unknown(`${reference[0]} is looked up at a deploy`);
    return text.replace(reference[0], () => String(own));
  }

  private attribute(argument: Json, stack: Stack, evaluate: Evaluate): Json {
    const [logicalId = '', ...rest] =
      typeof argument === 'string'
        ? argument.split('.')
        : asList('Fn::GetAtt', argument).map((one) => String(evaluate(one)));
    const attribute = rest.join('.');
    const resource = stack.template.Resources[logicalId];
    if (!resource) throw new Unknown(`Fn::GetAtt names '${logicalId}', which the template does not have`);
    const nested = stack.nested[logicalId];
    if (nested && attribute.startsWith('Outputs.')) {
      const output = nested.template.Outputs?.[attribute.slice('Outputs.'.length)];
      if (output) return this.evaluate(output['Value'] ?? null, nested) as Json;
    }
    return attributeOf({ stack, logicalId, resource }, attribute, this.names, this);
  }

  private substitute(argument: Json, evaluate: Evaluate): string {
    const [text, given] = Array.isArray(argument)
      ? [String(argument[0]), argument[1]]
      : [String(argument), undefined];
    const own = isObject(given) ? given : {};
    return this.dynamic(
      text.replace(
        /\$\{([^!}][^}]*)\}|\$\{!([^}]+)\}/g,
        (_whole, name: string | undefined, literal: string) => {
          if (name === undefined) return `\${${literal}}`;
          const key = name.trim();
          const named = own[key];
          if (named !== undefined) return asText('Fn::Sub', evaluate(named));
          return asText(
            'Fn::Sub',
            key.includes('.') ? evaluate({ 'Fn::GetAtt': key }) : evaluate({ Ref: key }),
          );
        },
      ),
    ) as string;
  }

  private imported(name: string): Json {
    for (const stack of this.stacks) {
      for (const output of Object.values(stack.template.Outputs ?? {})) {
        const exported = isObject(output['Export']) ? this.known(output['Export']['Name'], stack) : undefined;
        if (exported === name) return this.evaluate(output['Value'] ?? null, stack) as Json;
      }
    }
    throw new Unknown(`no stack of the app exports '${name}'`);
  }

  private mapped(argument: Json, stack: Stack, evaluate: Evaluate): Json {
    const [map, first, second, options] = asList('Fn::FindInMap', argument);
    const path = [map, first, second].map((one) => asText('Fn::FindInMap', evaluate(one ?? null)));
    let found: Json | undefined = stack.template.Mappings;
    for (const name of path) found = isObject(found) ? found[name] : undefined;
    if (found !== undefined) return found;
    if (isObject(options) && options['DefaultValue'] !== undefined) return evaluate(options['DefaultValue']);
    throw new Unknown(`the mapping has no ${path.join('.')}`);
  }
}

function pair(name: string, argument: Json): [Json, Json] {
  const [first = null, second = null] = asList(name, argument);
  return [first, second];
}

function asList(name: string, value: Json): readonly Json[] {
  if (Array.isArray(value)) return value;
  throw new Unknown(`${name} is given something that is no list`);
}

function asText(name: string, value: Json): string {
  const text = textOf(value);
  if (text === undefined) throw new Unknown(`${name} is given something that is no text`);
  return text;
}
