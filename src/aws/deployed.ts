import type { FunctionConfiguration, LambdaClient } from '@aws-sdk/client-lambda';
import type { Deployed, DeployedFacts } from '../bench/deployed.js';
import type { Outcome } from '../bench/outcome.js';
import { UserError } from '../errors.js';
import { readReport } from '../lambda/report-fields.js';
import { explainAws } from './explain.js';
import { quietSdk } from './quiet-sdk.js';

export interface Where {
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly endpointUrl?: string | undefined;
  /** Ends an invocation that is waited for; what changes the function comes to its end. */
  readonly signal: AbortSignal;
}

/** How long a change of the configuration may take. */
const CHANGE_LIMIT_SECONDS = 120;

/** A function on AWS, or at whatever endpoint the SDK's settings name; closed by who opened it. */
export async function openDeployed(functionName: string, where: Where): Promise<Deployed> {
  quietSdk();
  const sdk = await import('@aws-sdk/client-lambda');
  const client = new sdk.LambdaClient({
    ...(where.profile !== undefined && { profile: where.profile }),
    ...(where.region !== undefined && { region: where.region }),
    ...(where.endpointUrl !== undefined && { endpoint: where.endpointUrl }),
  });
  let host: string | undefined;
  client.middlewareStack.add(
    (next) => (sent) => {
      const { protocol, hostname, port } = sent.request as Partial<URL>;
      host = `${protocol}//${hostname}${port ? `:${port}` : ''}`;
      return next(sent);
    },
    { step: 'finalizeRequest', name: 'crabletSeesTheEndpoint' },
  );
  const asking = async <T>(action: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      if (where.signal.aborted && error === where.signal.reason) throw error;
      throw explainAws(error as Error, {
        action,
        functionName,
        profile: where.profile,
        endpoint: elsewhere(host),
      });
    }
  };
  return {
    facts: (qualifier) =>
      asking('lambda:GetFunctionConfiguration', async () => {
        const command = new sdk.GetFunctionConfigurationCommand({
          FunctionName: functionName,
          ...(qualifier !== undefined && { Qualifier: qualifier }),
        });
        const found = await client.send(command);
        return { ...factsOf(found, await client.config.region()), endpoint: elsewhere(host) };
      }),
    target: (qualifier) => ({
      invoke: (payload) =>
        asking('lambda:InvokeFunction', () =>
          invoke(client, sdk, { functionName, qualifier, payload, signal: where.signal }),
        ),
    }),
    async configure({ memoryMb, environment }) {
      const command = new sdk.UpdateFunctionConfigurationCommand({
        FunctionName: functionName,
        ...(memoryMb !== undefined && { MemorySize: memoryMb }),
        ...(environment !== undefined && { Environment: { Variables: { ...environment } } }),
      });
      const update = () => asking('lambda:UpdateFunctionConfiguration', () => client.send(command));
      const updated = () =>
        asking('lambda:GetFunctionConfiguration', () =>
          sdk.waitUntilFunctionUpdatedV2(
            { client, maxWaitTime: CHANGE_LIMIT_SECONDS, minDelay: 1 },
            { FunctionName: functionName },
          ),
        );
      await update().catch(async (error: Error) => {
        // Another change is under way, perhaps one of ours.
        if ((error.cause as Error | undefined)?.name !== 'ResourceConflictException') throw error;
        await updated();
        await update();
      });
      await updated();
    },
    publish: (description) =>
      asking('lambda:PublishVersion', async () => {
        const command = new sdk.PublishVersionCommand({
          FunctionName: functionName,
          Description: description,
        });
        const { Version } = await client.send(command);
        return Version!;
      }),
    async active(version) {
      await asking('lambda:GetFunctionConfiguration', () =>
        sdk.waitUntilPublishedVersionActive(
          { client, maxWaitTime: CHANGE_LIMIT_SECONDS, minDelay: 1 },
          { FunctionName: functionName, Qualifier: version },
        ),
      );
    },
    async deleteVersion(version) {
      await asking('lambda:DeleteFunction', () =>
        client.send(new sdk.DeleteFunctionCommand({ FunctionName: functionName, Qualifier: version })),
      );
    },
    close: () => client.destroy(),
  };
}

/** Where it is, unless that is AWS; undefined before anything has been asked. */
function elsewhere(origin: string | undefined): string | undefined {
  return origin === undefined || /\.amazonaws\.com(\.cn)?(:\d+)?$|\.api\.aws(:\d+)?$/.test(origin)
    ? undefined
    : origin;
}

function factsOf(found: FunctionConfiguration, region: string): Omit<DeployedFacts, 'endpoint'> {
  const { Variables = {}, Error: hidden } = found.Environment ?? {};
  return {
    functionName: found.FunctionName!,
    // An ARN knows better than our own settings where it is.
    region: found.FunctionArn?.split(':')[3] || region,
    architecture: found.Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64',
    memoryMb: found.MemorySize ?? 128,
    runtime: found.Runtime ?? 'image',
    codeSha256: found.CodeSha256 ?? '',
    codeBytes: found.CodeSize ?? 0,
    version: found.Version ?? '$LATEST',
    // Lambda tells an error in their place to who may not decrypt them (EnvironmentResponse, Lambda's API reference).
    environment: hidden ? undefined : Variables,
  };
}

async function invoke(
  client: LambdaClient,
  { InvokeCommand }: typeof import('@aws-sdk/client-lambda'),
  {
    functionName,
    qualifier,
    payload,
    signal,
  }: {
    readonly functionName: string;
    readonly qualifier: string | undefined;
    readonly payload: Buffer;
    readonly signal: AbortSignal;
  },
): Promise<Outcome> {
  const startedAt = performance.now();
  const command = new InvokeCommand({
    FunctionName: functionName,
    Payload: payload,
    LogType: 'Tail',
    ...(qualifier !== undefined && { Qualifier: qualifier }),
  });
  const answer = await client.send(command, { abortSignal: signal }).catch((error: Error) => {
    signal.throwIfAborted();
    // How many are is what a load is to tell; the SDK has tried it some more times.
    if (error.name !== 'TooManyRequestsException') throw error;
    return error;
  });
  const callerMs = performance.now() - startedAt;
  if (answer instanceof Error) return { kind: 'failed', callerMs, what: `throttled: ${answer.message}` };
  const { FunctionError, Payload, LogResult } = answer;
  if (FunctionError !== undefined) {
    const what = Buffer.from(Payload ?? []).toString('utf8');
    return { kind: 'failed', callerMs, what: what.slice(0, 500) };
  }
  const report = readReport(Buffer.from(LogResult ?? '', 'base64').toString('utf8'));
  if (report) return { kind: 'answered', callerMs, report };
  throw new UserError('aws.refused', {
    what: `The log of '${functionName}' has no REPORT line: without it nothing is known of an invocation.`,
    fix: 'Let the function log at system level INFO: aws lambda update-function-configuration --logging-config SystemLogLevel=INFO,LogFormat=JSON --function-name '.concat(
      functionName,
    ),
  });
}
