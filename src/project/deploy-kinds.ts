import * as v from 'valibot';
import { parseCanary } from '../lambda/canary.js';
import {
  anything,
  choice,
  duration,
  flag,
  type Kind,
  oneOf,
  tableOf,
  tablesOf,
  text,
  textLike,
  texts,
  whole,
} from './kinds.js';

/**
 * The deploy settings that are tables or texts of AWS's own form. Limits and patterns are those of botocore 1.44.8:
 * lambda/2015-03-31, scheduler/2021-06-30, iam/2010-05-08.
 */

/** `[…deploy.vpc]`; the same three keys also stand in the section itself, as Cargo Lambda's flags spell them. */
export const vpc = tableOf({
  subnet_ids: texts,
  security_group_ids: texts,
  ipv6_allowed_for_dual_stack: flag,
});

export const kmsKey = textLike(/^arn:aws[a-zA-Z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/, "a KMS key's ARN");

export const codeSigningConfig = textLike(
  /^arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:\d{12}:code-signing-config:csc-[a-z0-9]{17}$/,
  "a code signing configuration's ARN",
);

/** `[[…deploy.file_systems]]` */
export const fileSystems = tablesOf(
  {
    arn: textLike(
      /^arn:aws[a-zA-Z-]*:(elasticfilesystem:[a-z0-9-]+:\d{12}:access-point\/fsap-[a-f0-9]{17}|s3files:[0-9a-z-:]+.*)$/,
      "an EFS access point's ARN",
    ),
    local_mount_path: textLike(/^\/mnt\/[a-zA-Z0-9-_.]+$/, 'a folder of /mnt, such as "/mnt/data"'),
  },
  ['arn', 'local_mount_path'],
);

/** Without the slashes around it, which are put there. */
export const s3Prefix = textLike(
  /^[^/](.{0,510}[^/])?$/,
  'a folder such as "services/orders", without / at its ends',
);

/** CloudWatch Logs, PutRetentionPolicy. */
export const logRetention = oneOf([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]);

/** `[[…deploy.event_sources]]`, an event source mapping each, in the words of CreateEventSourceMapping. */
export const eventSources = tablesOf(
  {
    arn: textLike(
      /^arn:aws[a-zA-Z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12})?:.+$/,
      'the ARN of a queue, a stream, a broker or a cluster',
    ),
    enabled: flag,
    batch_size: whole(1, 10_000),
    /** Seconds. */
    batching_window: duration,
    /** Patterns as JSON, or written as tables. */
    filters: anyFilters(),
    /** Partial batch response: ReportBatchItemFailures. */
    report_batch_item_failures: flag,
    starting_position: choice('TRIM_HORIZON', 'LATEST'),
    /** Queues: ScalingConfig.MaximumConcurrency. */
    maximum_concurrency: whole(2, 1_000),
    parallelization_factor: whole(1, 10),
    maximum_record_age: whole(-1, 604_800),
    maximum_retry_attempts: whole(-1, 10_000),
    bisect_batch_on_function_error: flag,
    tumbling_window: duration,
    on_failure: textLike(
      /^arn:aws[a-zA-Z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12})?:.+$/,
      'the ARN of a queue, a topic or a bucket',
    ),
    topics: texts,
    queues: texts,
  },
  ['arn'],
);

/** `[[…deploy.schedules]]`, a rule of EventBridge each; its times are UTC (events/2015-10-07, ScheduleExpression). */
export const schedules = tablesOf(
  {
    name: textLike(/^[0-9a-zA-Z-_]{1,40}$/, 'a name: up to 40 of A-Z a-z 0-9 - _'),
    expression: textLike(
      /^(rate\((1 (minute|hour|day)|\d+ (minutes|hours|days))\)|cron\(\S+( \S+){5}\))$/,
      '"rate(1 hour)", "rate(5 minutes)" or, in UTC, "cron(0 9 ? * MON-FRI *)"',
    ),
    /** The event: a table, or JSON as a text. */
    input: jsonInput(),
    enabled: flag,
    description: text,
  },
  ['expression'],
);

/** `[[…deploy.statements]]`: what the function's own role may do besides what its settings need. */
export const statements = tablesOf(
  {
    sid: textLike(/^[A-Za-z0-9]{1,64}$/, 'letters and digits'),
    effect: choice('Allow', 'Deny'),
    actions: texts,
    resources: texts,
    /** As IAM spells it: `{ StringEquals = { "aws:SourceVpc" = "vpc-1" } }`. */
    condition: anything,
  },
  ['actions', 'resources'],
);

/** Managed policies, by ARN or by the name of one of AWS's own. */
export const policies = texts;

export const roleArn = textLike(
  /^(arn:aws[a-zA-Z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+|[a-zA-Z_0-9+=,.@-]{1,64})$/,
  "a role's ARN or its name",
);

export const permissionsBoundary = textLike(
  /^arn:aws[a-zA-Z-]*:iam::(\d{12}|aws):policy\/.+$/,
  "a managed policy's ARN",
);

/** `10%/5m`, or several steps with commas between. */
export const canary: Kind<string> = {
  ...text,
  schema: v.pipe(
    v.string(),
    v.check((written) => parseCanary(written) !== undefined),
  ),
  expected: 'steps such as "10%/5m" or "5%/2m,25%/5m,50%/10m"',
};

function anyFilters(): Kind<readonly unknown[]> {
  return {
    schema: v.pipe(
      v.array(v.unknown()),
      v.check((all) => all.every((one) => (typeof one === 'string' ? isObject(parsed(one)) : isObject(one)))),
    ),
    expected: 'a list of filter patterns, each a table or JSON, such as { body = { kind = ["order"] } }',
    json: { type: 'array', items: { type: ['string', 'object'] } },
    merges: 'list',
    fromText: parsed,
  };
}

/** A table is written as JSON; a text has to be JSON already, for EventBridge refuses any other. */
function jsonInput(): Kind<unknown> {
  return {
    schema: v.pipe(
      v.unknown(),
      v.check((value) => typeof value !== 'string' || parsed(value) !== undefined),
    ),
    expected: 'an event: a table, or JSON as a text, such as \'{"kind":"nightly"}\'',
    json: {},
    merges: 'replace',
    fromText: (written) => written,
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
