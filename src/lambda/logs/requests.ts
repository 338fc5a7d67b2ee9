import { invalidParameter, LogsError } from './errors.js';

/** What the operations take, and the constraints on it (botocore, logs 2014-03-28). */

type Rule =
  | { readonly is: 'text'; readonly min?: number; readonly max?: number; readonly pattern?: string }
  | { readonly is: 'choice'; readonly of: readonly string[] }
  | { readonly is: 'number'; readonly min?: number; readonly max?: number }
  | { readonly is: 'flag' }
  | { readonly is: 'map' }
  | { readonly is: 'list'; readonly of: Rule; readonly min?: number; readonly max?: number };

const groupName = { is: 'text', min: 1, max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]+' } as const;
const identifier = { is: 'text', min: 1, max: 2048, pattern: '[\\w#+=/:,.@-]*' } as const;
const streamName = { is: 'text', min: 1, max: 512, pattern: '[^:*]*' } as const;
const streamNames = { is: 'list', of: streamName, min: 1, max: 100 } as const;
const nextToken = { is: 'text', min: 1 } as const;
const timestamp = { is: 'number', min: 0 } as const;
const flag = { is: 'flag' } as const;
const pattern = { is: 'text', min: 0, max: 1024 } as const;
const anyOf50 = { is: 'number', min: 1, max: 50 } as const;
const anyOf10000 = { is: 'number', min: 1, max: 10_000 } as const;
const tags = { is: 'map' } as const;
const arn = { is: 'text', min: 1, max: 1011, pattern: '[\\w+=/:,.@#-]*' } as const;
const account = { is: 'list', of: { is: 'text', min: 12, max: 12, pattern: '^\\d{12}$' }, max: 20 } as const;
const logGroupClass = {
  is: 'choice',
  of: ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY', 'ESSENTIALS'],
} as const;
const group = { logGroupName: groupName, logGroupIdentifier: identifier } as const;

const REQUESTS = {
  DescribeLogGroups: {
    accountIdentifiers: account,
    logGroupNamePrefix: groupName,
    logGroupNamePattern: { is: 'text', min: 0, max: 512, pattern: '[\\.\\-_/#A-Za-z0-9]*' },
    nextToken,
    limit: anyOf50,
    includeLinkedAccounts: flag,
    logGroupClass,
    logGroupIdentifiers: { is: 'list', of: identifier, min: 1, max: 50 },
  },
  DescribeLogStreams: {
    ...group,
    logStreamNamePrefix: streamName,
    orderBy: { is: 'choice', of: ['LogStreamName', 'LastEventTime'] },
    descending: flag,
    nextToken,
    limit: anyOf50,
  },
  GetLogEvents: {
    ...group,
    logStreamName: streamName,
    startTime: timestamp,
    endTime: timestamp,
    nextToken,
    limit: anyOf10000,
    startFromHead: flag,
    unmask: flag,
  },
  FilterLogEvents: {
    ...group,
    logStreamNames: streamNames,
    logStreamNamePrefix: streamName,
    startTime: timestamp,
    endTime: timestamp,
    filterPattern: pattern,
    nextToken,
    limit: anyOf10000,
    startFromHead: flag,
    interleaved: flag,
    unmask: flag,
  },
  CreateLogGroup: { logGroupName: groupName, kmsKeyId: pattern, tags, logGroupClass },
  DeleteLogGroup: { logGroupName: groupName },
  PutRetentionPolicy: { logGroupName: groupName, retentionInDays: { is: 'number' } },
  DeleteRetentionPolicy: { logGroupName: groupName },
  TagResource: { resourceArn: arn, tags },
  UntagResource: { resourceArn: arn, tagKeys: { is: 'list', of: { is: 'text', min: 1, max: 128 }, max: 50 } },
  ListTagsForResource: { resourceArn: arn },
  StartLiveTail: {
    logGroupIdentifiers: { is: 'list', of: identifier, min: 1, max: 10 },
    logStreamNames: streamNames,
    logStreamNamePrefixes: streamNames,
    logEventFilterPattern: pattern,
  },
} as const satisfies Record<string, Readonly<Record<string, Rule>>>;

const REQUIRED: Partial<Record<Operation, readonly string[]>> = {
  GetLogEvents: ['logStreamName'],
  StartLiveTail: ['logGroupIdentifiers'],
  CreateLogGroup: ['logGroupName'],
  DeleteLogGroup: ['logGroupName'],
  PutRetentionPolicy: ['logGroupName', 'retentionInDays'],
  DeleteRetentionPolicy: ['logGroupName'],
  TagResource: ['resourceArn', 'tags'],
  UntagResource: ['resourceArn', 'tagKeys'],
  ListTagsForResource: ['resourceArn'],
};

export type Operation = keyof typeof REQUESTS;
export const OPERATIONS = Object.keys(REQUESTS) as Operation[];

type Value<R> = R extends { readonly is: 'choice'; readonly of: readonly (infer W)[] }
  ? W
  : R extends { readonly is: 'text' }
    ? string
    : R extends { readonly is: 'number' }
      ? number
      : R extends { readonly is: 'flag' }
        ? boolean
        : R extends { readonly is: 'map' }
          ? Readonly<Record<string, string>>
          : R extends { readonly is: 'list'; readonly of: infer One }
            ? readonly Value<One>[]
            : never;

/** An operation's input, checked. */
export type Input<O extends Operation> = {
  readonly [K in keyof (typeof REQUESTS)[O]]?: Value<(typeof REQUESTS)[O][K]>;
};

export function isOperation(name: string): name is Operation {
  return Object.hasOwn(REQUESTS, name);
}

/**
 * The input of an operation. Members that it does not have are passed over, as AWS does.
 * @throws LogsError in AWS's words about the broken constraints
 */
export function readInput<O extends Operation>(operation: O, body: unknown): Input<O> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw wrongType('the request');
  const broken: string[] = [];
  const values = body as Readonly<Record<string, unknown>>;
  for (const member of REQUIRED[operation] ?? []) {
    if (values[member] == null) broken.push(constraint('null', member, 'Member must not be null'));
  }
  const input: Record<string, unknown> = {};
  for (const [member, rule] of Object.entries<Rule>(REQUESTS[operation])) {
    const value = Object.hasOwn(values, member) ? values[member] : undefined;
    if (value === undefined || value === null) continue;
    check(rule, value, member, broken);
    input[member] = value;
  }
  if (broken.length > 0) {
    const count = broken.length === 1 ? '1 validation error' : `${broken.length} validation errors`;
    throw invalidParameter(`${count} detected: ${broken.join('; ')}`);
  }
  return input as Input<O>;
}

function check(rule: Rule, value: unknown, member: string, broken: string[]): void {
  const at = (what: string) => broken.push(constraint(`'${shown(value)}'`, member, `Member must ${what}`));
  switch (rule.is) {
    case 'flag':
      if (typeof value !== 'boolean') throw wrongType(member);
      return;
    case 'choice':
      if (typeof value !== 'string') throw wrongType(member);
      if (!rule.of.includes(value)) at(`satisfy enum value set: [${rule.of.join(', ')}]`);
      return;
    case 'number':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(member);
      if (rule.max !== undefined && value > rule.max) at(`have value less than or equal to ${rule.max}`);
      if (rule.min !== undefined && value < rule.min) at(`have value greater than or equal to ${rule.min}`);
      return;
    case 'text':
      if (typeof value !== 'string') throw wrongType(member);
      return checkText(rule, value, at);
    case 'map':
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(member);
      if (Object.values(value).some((one) => typeof one !== 'string')) throw wrongType(member);
      return;
    case 'list':
      if (!Array.isArray(value)) throw wrongType(member);
      checkLength(rule, value.length, at);
      for (const [index, one] of value.entries())
        check(rule.of, one, `${member}.${index + 1}.member`, broken);
  }
}

function checkText(rule: Rule & { is: 'text' }, value: string, at: (what: string) => void): void {
  // A name that is too long has a text of its own (localstack test_logs_groups, test_create_log_group_invalid_name_length).
  if (rule.max === 512 && value.length > 512)
    throw invalidParameter('Invalid LogGroup or LogStream, both must have length less than or equal to 512.');
  checkLength(rule, value.length, at);
  if (rule.pattern !== undefined && !new RegExp(`^(?:${rule.pattern})$`).test(value))
    at(`satisfy regular expression pattern: ${rule.pattern}`);
}

function checkLength(
  { min, max }: { readonly min?: number; readonly max?: number },
  length: number,
  at: (what: string) => void,
): void {
  if (max !== undefined && length > max) at(`have length less than or equal to ${max}`);
  if (min !== undefined && length < min) at(`have length greater than or equal to ${min}`);
}

function constraint(value: string, member: string, what: string): string {
  return `Value ${value} at '${member}' failed to satisfy constraint: ${what}`;
}

/** As Java writes it: a list in brackets. */
function shown(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(shown).join(', ')}]` : String(value);
}

/** By analogy: a value of another type does not get as far as to the constraints. */
function wrongType(member: string): LogsError {
  return new LogsError({
    code: 'SerializationException',
    message: `${member} is not of the type that it must have`,
  });
}
