import { checkedEndpoint } from '../aws/checked-endpoint.js';
import { openLogs } from '../aws/logs.js';
import { UserError } from '../errors.js';
import { findRequest } from '../logs/find-request.js';
import { groupOf } from '../logs/log-line.js';
import { followLines, readLines } from '../logs/read.js';
import type { LogsSource } from '../logs/source.js';
import { loadProject } from '../project/load.js';
import { type CliContext, note } from './context.js';
import { localEndpoint } from './local-target.js';
import type { LogsCommandOptions } from './log-options.js';
import { LogsReport } from './report/logs.js';

/** How often a log that is followed is looked at, in milliseconds. AWS lets an account ask 25 times a second at most. */
const LOOK_MS = { local: 250, remote: 2_000 } as const;

/** How much later than it happened an event may come to be in CloudWatch. Here they come at once. */
const LATE_MS = { local: 1_000, remote: 30_000 } as const;

/** Where the logs are, and which. */
interface Asked {
  readonly source: LogsSource;
  readonly groups: () => Promise<string[]>;
  readonly functions: readonly string[] | undefined;
  /** Of a local service: what was named and has no log there, beside what has one. */
  readonly strangers?: () => { readonly names: readonly string[]; readonly known: readonly string[] };
}

export async function showLogs(
  names: readonly string[],
  options: LogsCommandOptions,
  context: CliContext,
): Promise<void> {
  refuseContradictions(names, options);
  const asked = await (options.remote ? remote : local)(names, options, context);
  try {
    if (options.query !== undefined) await insights(asked, options.query, options, context);
    else if (options.request !== undefined) await oneRequest(asked, options.request, options, context);
    else await lines(asked, options, context);
  } finally {
    asked.source.close();
  }
}

async function lines(asked: Asked, options: LogsCommandOptions, context: CliContext): Promise<void> {
  const { source, functions } = asked;
  const where = options.remote ? 'remote' : 'local';
  const report = new LogsReport(context, options, functions?.length !== 1);
  const common = { functions, startMs: options.since, pattern: options.filter };
  const endMs = options.until;
  if (options.follow) {
    return followLines(source, {
      ...common,
      groups: asked.groups,
      intervalMs: LOOK_MS[where],
      overlapMs: LATE_MS[where],
      signal: context.interrupted,
      wait,
      onLine: (line) => report.take(line),
      onLook: (first) => first && report.goLive(),
    });
  }
  const groups = await asked.groups();
  const missing: string[] = [];
  for await (const line of readLines(source, { ...common, endMs, groups }, (group) => missing.push(group)))
    report.take(line);
  report.end();
  const strangers = asked.strangers?.();
  if (groups.length === 0 || missing.length === groups.length)
    throw noLogs(missing, options, strangers?.known);
  for (const group of missing) note(context, `There is no log group ${group} yet.`);
  for (const name of strangers?.names ?? [])
    note(context, `There is no function '${name}' here; there is a log of: ${strangers?.known.join(', ')}.`);
  if (report.shown === 0) note(context, nothing(options));
}

async function oneRequest(
  { source, groups }: Asked,
  requestId: string,
  options: LogsCommandOptions,
  context: CliContext,
): Promise<void> {
  const found = await findRequest(source, await groups(), requestId, options.since);
  if (!found)
    throw new UserError('logs.not-found', {
      what: `No log has the request ${requestId} since ${new Date(options.since).toISOString()}.`,
      fix: 'Look further back (--since 1d), or name its function.',
    });
  const report = new LogsReport(context, options, true);
  report.block(found);
}

async function insights(
  { source, groups }: Asked,
  query: string,
  options: LogsCommandOptions,
  context: CliContext,
): Promise<void> {
  const { reportInsights } = await import('./report/insights.js');
  const asked = { groups: await groups(), query, startMs: options.since, endMs: options.until ?? Date.now() };
  await reportInsights((onProgress) => source.insights(asked, onProgress), options, context);
}

async function local(
  names: readonly string[],
  options: LogsCommandOptions,
  context: CliContext,
): Promise<Asked> {
  const { endpoint: endpointUrl, tls } = await localEndpoint(options, context);
  const source = await openLogs({ endpointUrl, tls, local: true, signal: context.interrupted });
  // A group of the user's choice may have any name: the streams in it say whose they are.
  let all: readonly string[] = [];
  const groups = async () => {
    all = await source.groups('');
    if (names.length === 0) return [...all];
    const own = new Set(names.map(groupOf));
    return all.filter((group) => own.has(group) || !group.startsWith(groupOf('')));
  };
  const strangers = () => {
    const known = all.map((group) => group.replace(groupOf(''), ''));
    // Whose lines are in a group of another name only its streams say.
    const own = all.every((group) => group.startsWith(groupOf('')));
    return { names: own ? names.filter((name) => !known.includes(name)) : [], known };
  };
  return { source, groups, functions: names.length === 0 ? undefined : names, strangers };
}

async function remote(
  names: readonly string[],
  options: LogsCommandOptions,
  context: CliContext,
): Promise<Asked> {
  const { profile, region, endpointUrl } = options;
  checkedEndpoint(endpointUrl);
  const functions = names.length > 0 ? names : await namesInProject(options, context);
  const source = await openLogs({ profile, region, endpointUrl, signal: context.interrupted });
  let found: string[] | undefined;
  const groups = async () => {
    found ??= [...new Set(await Promise.all(functions.map((name) => source.groupOf(name))))];
    return found;
  };
  return { source, groups, functions };
}

async function namesInProject({ manifestPath }: LogsCommandOptions, context: CliContext): Promise<string[]> {
  const { cwd, env, interrupted: signal } = context;
  try {
    const project = await loadProject({ cwd, env, section: 'deploy', flags: {}, manifestPath, signal });
    return project.functions.map(({ name, settings }) => settings.deploy.name ?? name);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'project.no-manifest') throw error;
    throw new UserError('usage.arguments', {
      what: 'Whose logs on AWS was not said, and there is no project here.',
      fix: 'Name the function: crablet logs my-function --remote',
    });
  }
}

function refuseContradictions(names: readonly string[], options: LogsCommandOptions): void {
  if (options.query !== undefined && !options.remote)
    throw new UserError('usage.arguments', {
      what: '--query asks CloudWatch Logs Insights, which a local service does not have.',
      fix: `Ask AWS: crablet logs ${names.join(' ') || 'my-function'} --remote --query …   (or take --filter, or jq: crablet logs --output json | jq …)`,
    });
  if (options.until !== undefined && options.until <= options.since)
    throw new UserError('usage.arguments', {
      what: `--until (${new Date(options.until).toISOString()}) is not after --since (${new Date(options.since).toISOString()}).`,
      fix: 'Name the earlier time with --since: --since 2h --until 1h',
    });
  const notWithUntil = options.follow ? '--follow' : options.request === undefined ? undefined : '--request';
  if (options.until !== undefined && notWithUntil !== undefined) throw notTogether('--until', notWithUntil);
  const one =
    options.query === undefined ? (options.request === undefined ? undefined : '--request') : '--query';
  const other = options.follow ? '--follow' : options.filter === undefined ? undefined : '--filter';
  if (one === undefined || other === undefined) return;
  throw notTogether(one, other);
}

function notTogether(one: string, other: string): UserError {
  return new UserError('usage.arguments', {
    what: `${one} and ${other} do not go together.`,
    fix: `Leave one of them out: crablet logs ${one} …`,
  });
}

function noLogs(
  groups: readonly string[],
  { remote, region }: LogsCommandOptions,
  known: readonly string[] = [],
): UserError {
  if (!remote)
    return new UserError('logs.not-found', {
      what:
        groups.length === 0
          ? `The local service has no logs of it${known.length === 0 ? '' : `, but of ${known.join(', ')}`}.`
          : `There is no log group ${groups.join(', ')}.`,
      fix: 'A function has a log when it has been invoked: crablet invoke   (or wait for it: crablet logs --follow)',
    });
  return new UserError('logs.not-found', {
    what: `There is no log group ${groups.join(', ')} in ${region ?? 'this region'}.`,
    fix: 'See name, region and profile; a function has a log when it has been invoked: crablet invoke NAME --remote',
  });
}

function nothing({ since, until, filter, level }: LogsCommandOptions): string {
  const narrowed = filter !== undefined || level !== undefined ? ' that match' : '';
  const to = until === undefined ? '' : ` until ${new Date(until).toISOString()}`;
  return `No lines${narrowed} since ${new Date(since).toISOString()}${to} (--since looks further back)`;
}

/** Resolves early when the signal is aborted. */
function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}
