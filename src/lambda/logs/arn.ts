import type { Home } from '../function-name.js';

/** A log group's ARN, as `logGroupArn` has it; `arn` has `:*` behind it (localstack test_logs_groups). */
export function logGroupArn({ region, accountId }: Home, group: string): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${group}`;
}

/** SNAP: localstack test_logs_streams, test_log_stream_arn_format. */
export function logStreamArn(home: Home, group: string, stream: string): string {
  return `${logGroupArn(home, group)}:log-stream:${stream}`;
}

const ARN = /^arn:[^:]+:logs:([^:]*):[^:]*:log-group:([^:]+)(?::\*)?$/;

/**
 * The name of the group that an identifier means: its name or its ARN. Undefined when that is another region's;
 * any account is taken for ours, as in a function's ARN.
 */
export function groupNameOf(identifier: string, { region }: Home): string | undefined {
  if (!identifier.startsWith('arn:')) return identifier;
  const [, there, name] = ARN.exec(identifier) ?? [];
  return there === region ? name : undefined;
}
