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
  const asking = async <T>(action: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw explainAws(error as Error, { action, functionName, profile: where.profile });
    }
  };
  return {
    facts: (qualifier) =>
      asking('lambda:GetFunctionConfiguration', async () => {
        const command = new sdk.GetFunctionConfigurationCommand({
          FunctionName: functionName,
          ...(qualifier !== undefined && { Qualifier: qualifier }),
        });
        return factsOf(await client.send(command), await client.config.region());
      }),
    target: (qualifier) => ({
      invoke: (payload) =>
        asking('lambda:InvokeFunction', () => invoke(client, sdk, functionName, qualifier, payload)),
    }),
    async configure({ memoryMb, environment }) {
      await asking('lambda:UpdateFunctionConfiguration', () =>
        client.send(
          new sdk.UpdateFunctionConfigurationCommand({
            FunctionName: functionName,
            ...(memoryMb !== undefined && { MemorySize: memoryMb }),
            ...(environment !== undefined && { Environment: { Variables: { ...environment } } }),
          }),
        ),
      );
      await asking('lambda:GetFunctionConfiguration', () =>
        sdk.waitUntilFunctionUpdatedV2(
          { client, maxWaitTime: CHANGE_LIMIT_SECONDS, minDelay: 1 },
          { FunctionName: functionName },
        ),
      );
    },
    publish: (description) =>
      asking('lambda:PublishVersion', async () => {
        const command = new sdk.PublishVersionCommand({
          FunctionName: functionName,
          Description: description,
        });
        const { Version } = await client.send(command);
        const published = { FunctionName: functionName, Qualifier: Version };
        await sdk.waitUntilPublishedVersionActive(
          { client, maxWaitTime: CHANGE_LIMIT_SECONDS, minDelay: 1 },
          published,
        );
        return Version!;
      }),
    async deleteVersion(version) {
      await asking('lambda:DeleteFunction', () =>
        client.send(new sdk.DeleteFunctionCommand({ FunctionName: functionName, Qualifier: version })),
      );
    },
    close: () => client.destroy(),
  };
}

function factsOf(found: FunctionConfiguration, region: string): DeployedFacts {
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
    environment: found.Environment?.Variables ?? {},
  };
}

async function invoke(
  client: LambdaClient,
  { InvokeCommand }: typeof import('@aws-sdk/client-lambda'),
  functionName: string,
  qualifier: string | undefined,
  payload: Buffer,
): Promise<Outcome> {
  const startedAt = performance.now();
  const { FunctionError, Payload, LogResult } = await client.send(
    new InvokeCommand({
      FunctionName: functionName,
      Payload: payload,
      LogType: 'Tail',
      ...(qualifier !== undefined && { Qualifier: qualifier }),
    }),
  );
  const callerMs = performance.now() - startedAt;
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
