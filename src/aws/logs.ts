import type { AgentOptions } from 'node:https';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { UserError } from '../errors.js';
import { connectionOptions, tlsProblem } from '../http/tls-client.js';
import type { ClientTls } from '../http/tls-files.js';
import type { LogEvent } from '../logs/log-line.js';
import { groupOf } from '../logs/log-line.js';
import {
  type EventsQuery,
  type InsightsQuery,
  type InsightsResult,
  type LogsSource,
  NoGroup,
} from '../logs/source.js';
import { accountProblem, missingPermission } from './account-problem.js';
import { quietSdk } from './quiet-sdk.js';

export interface LogsOptions {
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly endpointUrl?: string | undefined;
  /** Set for a local service: whoever asks is let in. */
  readonly local?: boolean | undefined;
  /** Whom to trust, where a local service speaks TLS. */
  readonly tls?: ClientTls | undefined;
  /** Ends whatever is being asked. */
  readonly signal: AbortSignal;
}

const NO_ACCOUNT = { accessKeyId: 'local', secretAccessKey: 'local' };

/** How long a query is left alone between two looks at it, in milliseconds: CloudWatch tells nobody that it is done. */
const QUERY_LOOK_MS = 500;

/** CloudWatch Logs, of AWS or of a local service, which has the same API. */
export async function openLogs(options: LogsOptions): Promise<LogsSource> {
  quietSdk();
  const { CloudWatchLogsClient: Client } = await import('@aws-sdk/client-cloudwatch-logs');
  const { profile, region, endpointUrl, local, tls } = options;
  const client = new Client({
    ...(tls && { requestHandler: { httpsAgent: connectionOptions(tls) as AgentOptions } }),
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
    ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
    ...(local && { region: 'us-east-1', credentials: NO_ACCOUNT, maxAttempts: 1 }),
  });
  return new CloudWatchSource(client, options);
}

class CloudWatchSource implements LogsSource {
  constructor(
    private readonly client: CloudWatchLogsClient,
    private readonly options: LogsOptions,
  ) {}

  async groups(prefix: string): Promise<string[]> {
    const { paginateDescribeLogGroups } = await import('@aws-sdk/client-cloudwatch-logs');
    return this.call('logs:DescribeLogGroups', undefined, async (abortSignal) => {
      const names: string[] = [];
      const input = prefix === '' ? {} : { logGroupNamePrefix: prefix };
      for await (const page of paginateDescribeLogGroups({ client: this.client }, input, { abortSignal }))
        for (const { logGroupName } of page.logGroups ?? []) names.push(logGroupName!);
      return names;
    });
  }

  /** A deployed function's settings name its group. Whoever may not read them gets the group that is AWS's default. */
  async groupOf(functionName: string): Promise<string> {
    const { LambdaClient, GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
    const { profile, region, endpointUrl, signal } = this.options;
    const client = new LambdaClient({
      ...(profile !== undefined && { profile }),
      ...(region !== undefined && { region }),
      ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
    });
    try {
      const asked = new GetFunctionConfigurationCommand({ FunctionName: functionName });
      const { LoggingConfig } = await client.send(asked, { abortSignal: signal });
      return LoggingConfig?.LogGroup ?? groupOf(functionName);
    } catch (error) {
      const problem = accountProblem(error as Error, profile, withRegion);
      if (problem) throw problem;
      // A function that was deleted leaves its log.
      return groupOf(functionName);
    } finally {
      client.destroy();
    }
  }

  async *events(query: EventsQuery): AsyncGenerator<readonly LogEvent[]> {
    const { FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const { group, streams, startMs, endMs, pattern } = query;
    let nextToken: string | undefined;
    do {
      const command = new FilterLogEventsCommand({
        logGroupName: group,
        // AWS does so by itself since 2019; emulators want to be told, or sort by stream.
        interleaved: true,
        startTime: Math.max(0, Math.floor(startMs)),
        ...(streams && { logStreamNames: [...streams] }),
        ...(endMs !== undefined && { endTime: endMs }),
        ...(pattern !== undefined && { filterPattern: pattern }),
        nextToken,
      });
      const page = await this.call('logs:FilterLogEvents', group, (abortSignal) =>
        this.client.send(command, { abortSignal }),
      );
      const events = (page.events ?? []).map(({ eventId, logStreamName, timestamp, message }) => ({
        id: eventId ?? '',
        stream: logStreamName ?? '',
        time: timestamp ?? 0,
        message: message ?? '',
      }));
      if (events.length > 0) yield events;
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }

  async insights(query: InsightsQuery, onProgress: (bytesScanned: number) => void): Promise<InsightsResult> {
    const { StartQueryCommand, GetQueryResultsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    const { signal } = this.options;
    const command = new StartQueryCommand({
      logGroupNames: [...query.groups],
      queryString: query.query,
      startTime: Math.floor(query.startMs / 1000),
      endTime: Math.ceil(query.endMs / 1000),
    });
    const started = await this.call('logs:StartQuery', query.groups.join(', '), (abortSignal) =>
      this.client.send(command, { abortSignal }),
    );
    const queryId = started.queryId!;
    try {
      for (;;) {
        const found = await this.call('logs:GetQueryResults', undefined, (abortSignal) =>
          this.client.send(new GetQueryResultsCommand({ queryId }), { abortSignal }),
        );
        const bytesScanned = found.statistics?.bytesScanned ?? 0;
        onProgress(bytesScanned);
        if (found.status === 'Complete')
          return {
            rows: (found.results ?? []).map((fields) =>
              Object.fromEntries(fields.map(({ field = '', value = '' }) => [field, value])),
            ),
            recordsMatched: found.statistics?.recordsMatched ?? 0,
            bytesScanned,
          };
        if (found.status !== 'Running' && found.status !== 'Scheduled')
          throw new UserError('aws.refused', {
            what: `CloudWatch ended the query as ${found.status}.`,
            fix: 'Try it for a shorter time (--since 1h), or in the console of CloudWatch Logs Insights.',
          });
        await pause(QUERY_LOOK_MS, signal);
      }
    } catch (error) {
      if (signal.aborted) await this.stopQuery(queryId);
      throw error;
    }
  }

  close(): void {
    this.client.destroy();
  }

  /** A query that nobody waits for still costs what it scans. */
  private async stopQuery(queryId: string): Promise<void> {
    const { StopQueryCommand } = await import('@aws-sdk/client-cloudwatch-logs');
    await this.client.send(new StopQueryCommand({ queryId })).catch(() => {});
  }

  private async call<T>(
    action: string,
    group: string | undefined,
    send: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    try {
      return await send(this.options.signal);
    } catch (error) {
      throw this.explained(error as Error & { code?: string }, action, group);
    }
  }

  private explained(error: Error & { code?: string }, action: string, group: string | undefined): Error {
    const { signal, local, endpointUrl, profile } = this.options;
    if (signal.aborted) return error;
    if (error.name === 'ResourceNotFoundException' && group !== undefined) return new NoGroup(group);
    const overTls = local && endpointUrl?.startsWith('https:') && tlsProblem(error, endpointUrl);
    if (overTls) return overTls;
    if (local && !('$response' in error && '$metadata' in error && error.name !== 'Error'))
      return new UserError('invoke.no-service', {
        what: `No local Lambda service answers at ${endpointUrl} (${error.code ?? error.message}).`,
        fix: 'Start one in the project: crablet watch   (or read the logs on AWS: crablet logs --remote)',
        cause: error,
      });
    const problem = accountProblem(error, profile, withRegion);
    if (problem) return problem;
    const missing = missingPermission(error, action);
    if (missing)
      return new UserError('aws.refused', {
        what: `AWS does not let you read the log: ${error.message}`,
        fix: `Let your identity do ${missing.action} on ${missing.resource ?? logGroupPattern(group)}`,
        cause: error,
      });
    const refused = error.name === 'InvalidParameterException' || error.name === 'MalformedQueryException';
    if (refused)
      return new UserError('usage.arguments', {
        what: `CloudWatch Logs cannot do that: ${error.message}`,
        fix: 'See --filter (a filter pattern) or --query (Logs Insights): crablet logs --help',
        cause: error,
      });
    if (error instanceof SyntaxError)
      return new UserError('aws.refused', {
        what: `What answered ${action}${statusOf(error)} is not JSON, as CloudWatch Logs answers.`,
        fix: 'See what is in between, a proxy or an emulator: HTTPS_PROXY, AWS_ENDPOINT_URL, --endpoint-url',
        cause: error,
      });
    if (!('$metadata' in error) && error.code === undefined) return error;
    return new UserError('aws.refused', {
      what: `AWS did not answer ${action}: ${error.name}: ${error.message || error.code}`,
      fix: 'See region and profile: crablet logs --remote --region REGION --profile NAME',
      cause: error,
    });
  }
}

const withRegion = 'crablet logs my-function --remote --region eu-central-1';

/** The SDK keeps the response out of sight when it could not read it. */
function statusOf(error: SyntaxError & { $response?: { statusCode?: number } }): string {
  const status = error.$response?.statusCode;
  return status === undefined ? '' : ` (HTTP ${status})`;
}

function logGroupPattern(group: string | undefined): string {
  return `arn:aws:logs:*:*:log-group:${group ?? '*'}:*`;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
