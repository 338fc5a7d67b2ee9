import { OWNER_TAG } from '../../deploy/desired.js';
import type {
  AliasState,
  Answer,
  BucketFacts,
  LayerVersionFacts,
  PublishedVersion,
  RolloutCloud,
} from '../../deploy/rollout-cloud.js';
import type { Clients } from './clients.js';
import { measureVersions, readAlarms } from './measure.js';
import { orNull, problemOf } from './problems.js';
import { ownedBy } from './read-around.js';
import { removers } from './remove.js';

/** AWS, as what moves traffic and takes things away sees it; with the clients of `openCloud`. */
export function rolloutCloud(clients: Clients): RolloutCloud {
  return {
    versions: (name) => told(readVersions(clients, name)),
    aliases: (name) => told(readAliases(clients, name)),
    moveAlias: (name, alias, to, revision) =>
      told(
        (async () => {
          const lambda = await clients.lambda();
          const { UpdateAliasCommand } = await import('@aws-sdk/client-lambda');
          const answer = await lambda.send(
            new UpdateAliasCommand({
              FunctionName: name,
              Name: alias,
              FunctionVersion: to.version,
              RoutingConfig: { AdditionalVersionWeights: { ...to.weights } },
              // An emulator may have none.
              ...(revision !== '' && { RevisionId: revision }),
            }),
          );
          return answer.RevisionId ?? '';
        })(),
      ),
    invoke: (name, version, payload) => told(invoke(clients, name, version, payload)),
    alarms: (names) => told(readAlarms(clients, names)),
    measure: (name, alias, versions, since, until) =>
      told(measureVersions(clients, { name, alias, versions, since, until })),
    bucket: (name, owner) => told(readBucket(clients, name, owner)),
    layerVersions: (layer) => told(readLayerVersions(clients, layer)),
    remove: (removal) => {
      const remove = removers[removal.kind] as (clients: Clients, one: typeof removal) => Promise<void>;
      return told(remove(clients, removal));
    },
  };
}

async function told<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw problemOf(error);
  }
}

async function readVersions(clients: Clients, name: string): Promise<PublishedVersion[]> {
  const lambda = await clients.lambda();
  const { paginateListVersionsByFunction } = await import('@aws-sdk/client-lambda');
  const found: PublishedVersion[] = [];
  for await (const page of paginateListVersionsByFunction({ client: lambda }, { FunctionName: name })) {
    for (const one of page.Versions ?? []) {
      if (one.Version === undefined || one.Version === '$LATEST') continue;
      found.push({
        version: one.Version,
        description: one.Description ?? '',
        codeSha256: one.CodeSha256 ?? '',
        codeBytes: one.CodeSize ?? 0,
        published: one.LastModified ?? '',
        architecture: one.Architectures?.[0] ?? 'x86_64',
        memoryMb: one.MemorySize ?? 0,
      });
    }
  }
  return found.sort((one, other) => Number(one.version) - Number(other.version));
}

async function readAliases(clients: Clients, name: string): Promise<AliasState[]> {
  const lambda = await clients.lambda();
  const { paginateListAliases } = await import('@aws-sdk/client-lambda');
  const found: AliasState[] = [];
  for await (const page of paginateListAliases({ client: lambda }, { FunctionName: name })) {
    for (const one of page.Aliases ?? []) {
      found.push({
        name: one.Name ?? '',
        version: one.FunctionVersion ?? '',
        weights: one.RoutingConfig?.AdditionalVersionWeights ?? {},
        revision: one.RevisionId ?? '',
      });
    }
  }
  return found;
}

async function invoke(clients: Clients, name: string, version: string, payload: Uint8Array): Promise<Answer> {
  const lambda = await clients.lambda();
  const { InvokeCommand } = await import('@aws-sdk/client-lambda');
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: name, Qualifier: version, Payload: payload, LogType: 'Tail' }),
  );
  return {
    payload: Buffer.from(answer.Payload ?? []).toString('utf8'),
    error: answer.FunctionError,
    log: Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8'),
  };
}

async function readBucket(clients: Clients, name: string, owner: string | null): Promise<BucketFacts | null> {
  const s3 = await clients.s3();
  const sdk = await import('@aws-sdk/client-s3');
  const bucket = { Bucket: name, ...ownedBy(owner) };
  if (!(await orNull(s3.send(new sdk.HeadBucketCommand(bucket))))) return null;
  // NoSuchTagSet is an error of its own.
  const tags = await s3.send(new sdk.GetBucketTaggingCommand(bucket)).catch(() => undefined);
  const keys: string[] = [];
  for await (const page of sdk.paginateListObjectsV2({ client: s3 }, bucket)) {
    for (const { Key = '' } of page.Contents ?? []) keys.push(Key);
  }
  return { name, owner: tags?.TagSet?.find(({ Key }) => Key === OWNER_TAG)?.Value ?? null, keys };
}

async function readLayerVersions(clients: Clients, layer: string): Promise<LayerVersionFacts[]> {
  const lambda = await clients.lambda();
  const { paginateListLayerVersions } = await import('@aws-sdk/client-lambda');
  const found: LayerVersionFacts[] = [];
  for await (const page of paginateListLayerVersions({ client: lambda }, { LayerName: layer })) {
    for (const { Version = 0, Description = '' } of page.LayerVersions ?? []) {
      found.push({ version: String(Version), description: Description });
    }
  }
  return found.sort((one, other) => Number(one.version) - Number(other.version));
}
