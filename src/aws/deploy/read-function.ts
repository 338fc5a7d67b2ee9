import type { FunctionConfiguration, Cors as SdkCors } from '@aws-sdk/client-lambda';
import type { AliasFacts, FunctionState, Provisioning, Reads, VersionFacts } from '../../deploy/cloud.js';
import { type Cors, corsOrNone } from '../../deploy/configuration.js';
import type { Clients } from './clients.js';
import { configurationFrom } from './configuration-mapping.js';
import { eventSourceFrom } from './event-source-mapping.js';
import { orNull, problemOf } from './problems.js';

type FunctionReads = Pick<
  Reads,
  | 'function'
  | 'alias'
  | 'version'
  | 'url'
  | 'permissions'
  | 'events'
  | 'provisionedConcurrency'
  | 'provisioning'
  | 'eventSources'
  | 'layer'
  | 'state'
>;

/** What Lambda itself tells. */
export function functionReads(clients: Clients): FunctionReads {
  return {
    function: (name) => readFunction(clients, name),
    alias: (name, alias) => readAlias(clients, name, alias),
    version: (name, qualifier) => readVersion(clients, name, qualifier),
    async url(name, alias) {
      const lambda = await clients.lambda();
      const { GetFunctionUrlConfigCommand } = await import('@aws-sdk/client-lambda');
      const answer = await orNull(
        lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: name, Qualifier: alias })),
      );
      return (
        answer && {
          url: answer.FunctionUrl ?? '',
          auth: answer.AuthType ?? 'NONE',
          invokeMode: answer.InvokeMode ?? 'BUFFERED',
          cors: corsFrom(answer.Cors),
        }
      );
    },
    async permissions(name, alias) {
      const lambda = await clients.lambda();
      const { GetPolicyCommand } = await import('@aws-sdk/client-lambda');
      const answer = await orNull(
        lambda.send(new GetPolicyCommand({ FunctionName: name, Qualifier: alias })),
      );
      if (!answer?.Policy) return [];
      const policy = JSON.parse(answer.Policy) as { Statement?: { Sid?: string; Action?: string }[] };
      return (policy.Statement ?? []).map(({ Sid = '', Action = '' }) => ({ id: Sid, action: Action }));
    },
    async events(name, alias) {
      const lambda = await clients.lambda();
      const { GetFunctionEventInvokeConfigCommand } = await import('@aws-sdk/client-lambda');
      const answer = await orNull(
        lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: name, Qualifier: alias })),
      );
      return (
        answer && {
          maximumRetryAttempts: answer.MaximumRetryAttempts ?? null,
          maximumEventAgeSeconds: answer.MaximumEventAgeInSeconds ?? null,
          onSuccess: answer.DestinationConfig?.OnSuccess?.Destination ?? null,
          onFailure: answer.DestinationConfig?.OnFailure?.Destination ?? null,
        }
      );
    },
    async provisionedConcurrency(name, alias) {
      const answer = await readProvisioned(clients, name, alias);
      if (answer?.Status === 'FAILED') return 0;
      return answer?.RequestedProvisionedConcurrentExecutions ?? null;
    },
    async provisioning(name, alias) {
      const answer = await readProvisioned(clients, name, alias);
      return { kind: progressOf(answer?.Status), reason: answer?.StatusReason ?? null };
    },
    async eventSources(aliasArn) {
      const lambda = await clients.lambda();
      const { paginateListEventSourceMappings } = await import('@aws-sdk/client-lambda');
      const found: ReturnType<typeof eventSourceFrom>[] = [];
      try {
        for await (const page of paginateListEventSourceMappings(
          { client: lambda },
          { FunctionName: aliasArn },
        )) {
          for (const one of page.EventSourceMappings ?? []) {
            if (one.State !== 'Deleting') found.push(eventSourceFrom(one));
          }
        }
      } catch (error) {
        const problem = problemOf(error);
        if (problem.problem !== 'missing' && problem.problem !== 'unsupported') throw problem;
      }
      return found;
    },
    layer: (name) => readLayer(clients, name),
    state: (name, qualifier) => readState(clients, name, qualifier),
  };
}

async function readFunction(clients: Clients, name: string): ReturnType<Reads['function']> {
  const lambda = await clients.lambda();
  const { GetFunctionCommand, GetFunctionCodeSigningConfigCommand } = await import('@aws-sdk/client-lambda');
  const [answer, signing] = await Promise.all([
    orNull(lambda.send(new GetFunctionCommand({ FunctionName: name }))),
    orNull(lambda.send(new GetFunctionCodeSigningConfigCommand({ FunctionName: name }))),
  ]);
  if (!answer) return null;
  const facts = answer.Configuration ?? {};
  const failed = facts.State === 'Failed' ? facts.StateReason : undefined;
  const notUpdated = facts.LastUpdateStatus === 'Failed' ? facts.LastUpdateStatusReason : undefined;
  return {
    arn: facts.FunctionArn ?? '',
    revision: facts.RevisionId ?? '',
    codeSha256: facts.CodeSha256 ?? '',
    configuration: configurationFrom(facts),
    updating: isWorking(facts),
    failure: failed ?? notUpdated ?? null,
    tags: answer.Tags ?? {},
    reservedConcurrency: answer.Concurrency?.ReservedConcurrentExecutions ?? null,
    codeSigningConfigArn: signing?.CodeSigningConfigArn || null,
  };
}

async function readAlias(clients: Clients, name: string, alias: string): Promise<AliasFacts | null> {
  const lambda = await clients.lambda();
  const { GetAliasCommand } = await import('@aws-sdk/client-lambda');
  const answer = await orNull(lambda.send(new GetAliasCommand({ FunctionName: name, Name: alias })));
  return (
    answer && {
      arn: answer.AliasArn ?? '',
      version: answer.FunctionVersion ?? '',
      weights: answer.RoutingConfig?.AdditionalVersionWeights ?? {},
      revision: answer.RevisionId ?? '',
    }
  );
}

async function readVersion(clients: Clients, name: string, qualifier: string): Promise<VersionFacts | null> {
  const lambda = await clients.lambda();
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  const answer = await orNull(
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name, Qualifier: qualifier })),
  );
  return answer && { codeSha256: answer.CodeSha256 ?? '', configuration: configurationFrom(answer) };
}

async function readState(clients: Clients, name: string, qualifier: string | null): Promise<FunctionState> {
  const lambda = await clients.lambda();
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  const answer = await lambda
    .send(
      new GetFunctionConfigurationCommand({
        FunctionName: name,
        ...(qualifier !== null && { Qualifier: qualifier }),
      }),
    )
    .catch((error) => {
      throw problemOf(error);
    });
  const failed = answer.State === 'Failed' || answer.LastUpdateStatus === 'Failed';
  const code = answer.LastUpdateStatusReasonCode ?? answer.StateReasonCode;
  const reason = answer.LastUpdateStatusReason ?? answer.StateReason;
  return {
    kind: failed ? 'failed' : isWorking(answer) ? 'working' : 'ready',
    reason: reason ? `${reason}${code ? ` (${code})` : ''}` : null,
    revision: answer.RevisionId ?? '',
    codeSha256: answer.CodeSha256 ?? '',
  };
}

function isWorking({ State, LastUpdateStatus }: FunctionConfiguration): boolean {
  return State === 'Pending' || State === 'Deactivating' || LastUpdateStatus === 'InProgress';
}

async function readLayer(clients: Clients, name: string): ReturnType<Reads['layer']> {
  const lambda = await clients.lambda();
  const { ListLayerVersionsCommand, GetLayerVersionCommand } = await import('@aws-sdk/client-lambda');
  // The newest comes first (botocore, ListLayerVersions).
  const list = await orNull(lambda.send(new ListLayerVersionsCommand({ LayerName: name, MaxItems: 1 })));
  const version = list?.LayerVersions?.[0]?.Version;
  if (version === undefined) return null;
  const answer = await orNull(
    lambda.send(new GetLayerVersionCommand({ LayerName: name, VersionNumber: version })),
  );
  return (
    answer && {
      arn: answer.LayerVersionArn ?? '',
      version,
      codeSha256: answer.Content?.CodeSha256 ?? '',
      description: answer.Description ?? '',
      compatibleRuntimes: answer.CompatibleRuntimes ?? [],
      compatibleArchitectures: answer.CompatibleArchitectures ?? [],
    }
  );
}

function corsFrom(cors: SdkCors | undefined): Cors | null {
  if (!cors) return null;
  return corsOrNone({
    allowOrigins: cors.AllowOrigins ?? [],
    allowMethods: cors.AllowMethods ?? [],
    allowHeaders: cors.AllowHeaders ?? [],
    exposeHeaders: cors.ExposeHeaders ?? [],
    allowCredentials: cors.AllowCredentials ?? false,
    maxAgeSeconds: cors.MaxAge ?? null,
  });
}

/** An emulator may have no status: then there is nothing to wait for. */
function progressOf(status: string | undefined): Provisioning['kind'] {
  if (status === 'IN_PROGRESS') return 'working';
  return status === 'FAILED' ? 'failed' : 'ready';
}

async function readProvisioned(clients: Clients, FunctionName: string, Qualifier: string) {
  const lambda = await clients.lambda();
  const { GetProvisionedConcurrencyConfigCommand } = await import('@aws-sdk/client-lambda');
  return orNull(lambda.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier })));
}
