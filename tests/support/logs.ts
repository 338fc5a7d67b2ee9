import type { LocalLambda } from '../../src/local/local-lambda.js';
import { http } from './http.js';

export interface LoggedEvent {
  readonly logStreamName: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
  readonly eventId: string;
}

export interface LogsAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  /** Whichever of these the operation answers with. */
  readonly body: {
    readonly logGroups: readonly Record<string, unknown>[];
    readonly logStreams: readonly { readonly logStreamName: string }[];
    readonly events: readonly LoggedEvent[];
    readonly nextToken: string;
    readonly nextForwardToken: string;
    readonly nextBackwardToken: string;
    readonly __type: string;
    readonly message: string;
  };
}

/** Calls an operation of CloudWatch Logs as the AWS tools do. */
export async function callLogs(
  service: Pick<LocalLambda, 'url'>,
  operation: string,
  input: unknown = {},
): Promise<LogsAnswer> {
  const body = typeof input === 'string' ? input : JSON.stringify(input);
  const headers = {
    'X-Amz-Target': `Logs_20140328.${operation}`,
    'Content-Type': 'application/x-amz-json-1.1',
  };
  const answer = await http(`${service.url}/`, { method: 'POST', headers, body });
  return {
    status: answer.status,
    contentType: answer.headers['content-type'],
    body: JSON.parse(answer.text) as LogsAnswer['body'],
  };
}
