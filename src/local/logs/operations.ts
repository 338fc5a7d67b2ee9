import type { Home } from '../../lambda/function-name.js';
import { groupNameOf, logGroupArn, logStreamArn } from '../../lambda/logs/arn.js';
import {
  badToken,
  invalidParameter,
  LogsError,
  noSuchGroup,
  noSuchStream,
} from '../../lambda/logs/errors.js';
import { parseFilterPattern } from '../../lambda/logs/filter/pattern.js';
import type { Input } from '../../lambda/logs/requests.js';
import { groupPage } from './group-page.js';
import type { GroupSettings } from './group-settings.js';
import type { LogGroup, LogStore } from './log-store.js';
import type { LogStream } from './log-stream.js';
import { streamPage } from './stream-page.js';

/** The operations that answer at once, each from checked input to the members of the answer. */

export function describeLogGroups(
  store: LogStore,
  home: Home,
  input: Input<'DescribeLogGroups'>,
  settings?: GroupSettings,
): object {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: part, logGroupIdentifiers: named } = input;
  // Recorded: localstack test_logs_groups, test_describe_log_groups_prefix_and_pattern_error.
  if (prefix !== undefined && part !== undefined)
    throw invalidParameter(
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    );
  const names = named?.map((one) => groupNameOf(one, home));
  const found = store
    .allGroups()
    .filter(({ name }) => name.startsWith(prefix ?? '') && name.includes(part ?? ''))
    .filter(({ name }) => names === undefined || names.includes(name))
    // There is one class here, the one that groups have unless they are made otherwise.
    .filter(() => (input.logGroupClass ?? 'STANDARD') === 'STANDARD');
  const { items, nextToken } = listed(found, input);
  return {
    logGroups: items.map((group) =>
      describedGroup(group, home, part !== undefined, settings?.of(group.name).retentionInDays),
    ),
    nextToken,
  };
}

/** What is found by a pattern comes from an index that knows less (recorded: test_describe_log_groups_with_pattern). */
function describedGroup(
  { name, creationTime, streams }: LogGroup,
  home: Home,
  short: boolean,
  retentionInDays: number | undefined,
): object {
  const arn = logGroupArn(home, name);
  const described = {
    logGroupName: name,
    creationTime,
    retentionInDays,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupClass: 'STANDARD',
    logGroupArn: arn,
  };
  if (short) return described;
  let storedBytes = 0;
  for (const stream of streams.values())
    for (const { message } of stream.events()) storedBytes += Buffer.byteLength(message);
  return { ...described, storedBytes, deletionProtectionEnabled: false };
}

export function describeLogStreams(store: LogStore, home: Home, input: Input<'DescribeLogStreams'>): object {
  const group = groupOf(store, home, input);
  const byTime = input.orderBy === 'LastEventTime';
  // As moto has it (moto/logs/models.py, describe_log_streams).
  if (byTime && input.logStreamNamePrefix !== undefined)
    throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
  const found = [...group.streams.values()]
    .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''))
    .sort((a, b) => (byTime ? lastTime(a) - lastTime(b) : 0) || (a.name < b.name ? -1 : 1));
  if (input.descending) found.reverse();
  const { items, nextToken } = listed(found, input);
  return { logStreams: items.map((stream) => describedStream(stream, group, home)), nextToken };
}

function describedStream(stream: LogStream, group: LogGroup, home: Home): object {
  const events = stream.events();
  const last = events.at(-1);
  return {
    logStreamName: stream.name,
    creationTime: stream.creationTime,
    firstEventTimestamp: events[0]?.timestamp,
    lastEventTimestamp: last?.timestamp,
    lastIngestionTime: last?.ingestionTime,
    arn: logStreamArn(home, group.name, stream.name),
    // Always, since June 2019 (API reference, LogStream).
    storedBytes: 0,
  };
}

const lastTime = (stream: LogStream) => stream.events().at(-1)?.timestamp ?? 0;

export function getLogEvents(store: LogStore, home: Home, input: Input<'GetLogEvents'>): object {
  const stream = groupOf(store, home, input).streams.get(input.logStreamName ?? '');
  if (!stream) throw noSuchStream();
  const { events, ...tokens } = streamPage(stream.events(), input);
  return {
    events: events.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
    ...tokens,
  };
}

export function filterLogEvents(store: LogStore, home: Home, input: Input<'FilterLogEvents'>): object {
  const { logStreamNames: names, logStreamNamePrefix: prefix } = input;
  if (names !== undefined && prefix !== undefined)
    throw invalidParameter('logStreamNames and logStreamNamePrefix are mutually exclusive parameters.');
  const group = groupOf(store, home, input);
  const matches = parseFilterPattern(input.filterPattern ?? '');
  if ('problem' in matches) throw invalidParameter(matches.problem);
  const streams = [...group.streams.values()].filter(
    ({ name }) => name.startsWith(prefix ?? '') && (names === undefined || names.includes(name)),
  );
  const { events, nextToken } = groupPage(streams, { ...input, matches });
  return {
    events: events.map(({ logStreamName, timestamp, message, ingestionTime, eventId }) => ({
      logStreamName,
      timestamp,
      message,
      ingestionTime,
      eventId,
    })),
    // Empty since May 2020 (API reference).
    searchedLogStreams: [],
    nextToken,
  };
}

function groupOf(
  store: LogStore,
  home: Home,
  { logGroupName, logGroupIdentifier }: { logGroupName?: string; logGroupIdentifier?: string },
): LogGroup {
  // Recorded: localstack test_logs_streams, test_describe_log_streams_with_log_group_identifier.
  if (logGroupName !== undefined && logGroupIdentifier !== undefined)
    throw new LogsError({
      code: 'ValidationException',
      message: 'LogGroup name and LogGroup ARN are mutually exclusive parameters.',
    });
  const identifier = logGroupName ?? logGroupIdentifier;
  if (identifier === undefined)
    throw invalidParameter('Either the name or the ARN of a log group must be given.');
  const group = store.group(groupNameOf(identifier, home) ?? '');
  if (!group) throw noSuchGroup();
  return group;
}

const PAGE = 50;

/** One page of a list; the token is the name that the next one begins with. */
function listed<T extends { readonly name: string }>(
  all: readonly T[],
  { nextToken, limit = PAGE }: { nextToken?: string; limit?: number },
): { items: readonly T[]; nextToken?: string } {
  const name = nextToken === undefined ? undefined : Buffer.from(nextToken, 'base64url').toString();
  const from = name === undefined ? 0 : all.findIndex((one) => one.name === name);
  if (from === -1) throw badToken();
  const items = all.slice(from, from + limit);
  const next = all[from + limit];
  return next ? { items, nextToken: Buffer.from(next.name).toString('base64url') } : { items };
}
