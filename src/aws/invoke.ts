import type { LambdaClient } from '@aws-sdk/client-lambda';
import { UserError } from '../errors.js';
import type { InvokeAnswer, InvokeRequest } from '../invoke/request.js';
import { accountProblem } from './account-problem.js';
import { checkedEndpoint } from './checked-endpoint.js';
import { quietSdk } from './quiet-sdk.js';

export interface RemoteOptions {
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly endpointUrl?: string | undefined;
  readonly retryAttempts?: number | undefined;
}

/** Invokes a function on AWS, or at whatever endpoint the SDK's own settings name. */
export async function invokeRemotely(options: RemoteOptions, asked: InvokeRequest): Promise<InvokeAnswer> {
  const endpoint = checkedEndpoint(options.endpointUrl);
  quietSdk();
  const { LambdaClient: Client } = await import('@aws-sdk/client-lambda');
  const client = new Client({
    ...(options.profile !== undefined && { profile: options.profile }),
    ...(options.region !== undefined && { region: options.region }),
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: (options.retryAttempts ?? 1) + 1,
  });
  try {
    return asked.onChunk ? await streamed(client, asked, asked.onChunk) : await whole(client, asked);
  } catch (error) {
    throw explained(error as Error, options, asked);
  } finally {
    client.destroy();
  }
}

async function whole(client: LambdaClient, asked: InvokeRequest): Promise<InvokeAnswer> {
  const { InvokeCommand } = await import('@aws-sdk/client-lambda');
  const output = await client.send(new InvokeCommand({ ...input(asked), InvocationType: asked.type }));
  return {
    statusCode: output.StatusCode ?? 200,
    payload: Buffer.from(output.Payload ?? []),
    requestId: output.$metadata.requestId,
    executedVersion: output.ExecutedVersion,
    functionError: output.FunctionError,
    log: decoded(output.LogResult),
  };
}

async function streamed(
  client: LambdaClient,
  asked: InvokeRequest,
  onChunk: (chunk: Buffer) => void,
): Promise<InvokeAnswer> {
  const { InvokeWithResponseStreamCommand } = await import('@aws-sdk/client-lambda');
  const output = await client.send(new InvokeWithResponseStreamCommand(input(asked)));
  let complete: {
    ErrorCode?: string | undefined;
    ErrorDetails?: string | undefined;
    LogResult?: string | undefined;
  } = {};
  for await (const event of output.EventStream ?? []) {
    if (event.PayloadChunk?.Payload) onChunk(Buffer.from(event.PayloadChunk.Payload));
    if (event.InvokeComplete) complete = event.InvokeComplete;
  }
  return {
    statusCode: output.StatusCode ?? 200,
    payload: Buffer.alloc(0),
    requestId: output.$metadata.requestId,
    executedVersion: output.ExecutedVersion,
    functionError: complete.ErrorCode,
    errorDetails: complete.ErrorDetails,
    log: decoded(complete.LogResult),
  };
}

function input(asked: InvokeRequest) {
  return {
    FunctionName: asked.functionName,
    Payload: asked.payload,
    Qualifier: asked.qualifier,
    LogType: asked.logTail ? ('Tail' as const) : undefined,
    ClientContext:
      asked.clientContext === undefined ? undefined : Buffer.from(asked.clientContext).toString('base64'),
  };
}

function decoded(log: string | undefined): string | undefined {
  return log === undefined ? undefined : Buffer.from(log, 'base64').toString('utf8');
}

function explained(error: Error, { profile }: RemoteOptions, asked: InvokeRequest): Error {
  const withRegion = `crablet invoke ${asked.functionName} --remote --region eu-central-1`;
  const problem = accountProblem(error, profile, withRegion);
  if (problem) return problem;
  if (!('$metadata' in error) && !('code' in error)) return error;
  return new UserError('aws.refused', {
    what: `AWS did not invoke '${asked.functionName}': ${error.name}: ${error.message}`,
    fix: `See name, region and permission (lambda:InvokeFunction): aws lambda get-function --function-name ${asked.functionName}`,
    cause: error,
  });
}
