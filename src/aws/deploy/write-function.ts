import { readFile } from 'node:fs/promises';
import type { Code } from '../../deploy/desired.js';
import { UserError } from '../../errors.js';
import { configurationInput, creationInput } from './configuration-mapping.js';
import type { Writers } from './writers.js';

const revised = (revision: string | null) => (revision ? { RevisionId: revision } : {});

/** Calls about the function itself, its versions and its alias. */
export const functionWriters: Writers<
  | 'create-function'
  | 'update-code'
  | 'update-configuration'
  | 'tag-function'
  | 'untag-function'
  | 'put-code-signing'
  | 'put-reserved-concurrency'
  | 'publish-version'
  | 'create-alias'
  | 'move-alias'
  | 'publish-layer'
> = {
  async 'create-function'(clients, write) {
    const lambda = await clients.lambda();
    const { CreateFunctionCommand } = await import('@aws-sdk/client-lambda');
    const answer = await lambda.send(
      new CreateFunctionCommand({
        FunctionName: write.function,
        ...creationInput(write.configuration),
        Code: await codeInput(write.code),
        Tags: { ...write.tags },
        ...(write.codeSigningConfigArn !== null && { CodeSigningConfigArn: write.codeSigningConfigArn }),
      }),
    );
    return { arn: answer.FunctionArn, revision: answer.RevisionId };
  },

  async 'update-code'(clients, { function: name, code }, revision) {
    const lambda = await clients.lambda();
    const { UpdateFunctionCodeCommand } = await import('@aws-sdk/client-lambda');
    const answer = await lambda.send(
      new UpdateFunctionCodeCommand({
        FunctionName: name,
        ...(await codeInput(code)),
        Architectures: [code.architecture],
        ...revised(revision),
      }),
    );
    return { revision: answer.RevisionId };
  },

  async 'update-configuration'(clients, { function: name, change }, revision) {
    const lambda = await clients.lambda();
    const { UpdateFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
    const answer = await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: name,
        ...configurationInput(change),
        ...revised(revision),
      }),
    );
    return { revision: answer.RevisionId };
  },

  async 'tag-function'(clients, { arn, tags }) {
    const lambda = await clients.lambda();
    const { TagResourceCommand } = await import('@aws-sdk/client-lambda');
    await lambda.send(new TagResourceCommand({ Resource: arn, Tags: { ...tags } }));
    return {};
  },

  async 'untag-function'(clients, { arn, keys }) {
    const lambda = await clients.lambda();
    const { UntagResourceCommand } = await import('@aws-sdk/client-lambda');
    await lambda.send(new UntagResourceCommand({ Resource: arn, TagKeys: [...keys] }));
    return {};
  },

  async 'put-code-signing'(clients, { function: name, arn }) {
    const lambda = await clients.lambda();
    const sdk = await import('@aws-sdk/client-lambda');
    if (arn === null)
      await lambda.send(new sdk.DeleteFunctionCodeSigningConfigCommand({ FunctionName: name }));
    else {
      await lambda.send(
        new sdk.PutFunctionCodeSigningConfigCommand({ FunctionName: name, CodeSigningConfigArn: arn }),
      );
    }
    return {};
  },

  async 'put-reserved-concurrency'(clients, { function: name, value }) {
    const lambda = await clients.lambda();
    const sdk = await import('@aws-sdk/client-lambda');
    if (value === null) await lambda.send(new sdk.DeleteFunctionConcurrencyCommand({ FunctionName: name }));
    else {
      await lambda.send(
        new sdk.PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: value }),
      );
    }
    return {};
  },

  async 'publish-version'(clients, write, revision) {
    const lambda = await clients.lambda();
    const { PublishVersionCommand } = await import('@aws-sdk/client-lambda');
    const answer = await lambda.send(
      new PublishVersionCommand({
        FunctionName: write.function,
        CodeSha256: write.codeSha256,
        Description: write.description,
        ...revised(revision),
      }),
    );
    return { version: answer.Version, arn: answer.FunctionArn };
  },

  async 'create-alias'(clients, write) {
    const lambda = await clients.lambda();
    const { CreateAliasCommand } = await import('@aws-sdk/client-lambda');
    const answer = await lambda.send(
      new CreateAliasCommand({
        FunctionName: write.function,
        Name: write.alias,
        FunctionVersion: write.version ?? undefined,
      }),
    );
    return { revision: answer.RevisionId, arn: answer.AliasArn };
  },

  async 'move-alias'(clients, write) {
    const lambda = await clients.lambda();
    const { UpdateAliasCommand } = await import('@aws-sdk/client-lambda');
    const answer = await lambda.send(
      new UpdateAliasCommand({
        FunctionName: write.function,
        Name: write.alias,
        FunctionVersion: write.version ?? undefined,
        // Also without weights: left out, those of before would stay.
        RoutingConfig: { AdditionalVersionWeights: { ...write.weights } },
        ...revised(write.revision),
      }),
    );
    return { revision: answer.RevisionId, arn: answer.AliasArn };
  },

  async 'publish-layer'(clients, write) {
    const lambda = await clients.lambda();
    const { PublishLayerVersionCommand } = await import('@aws-sdk/client-lambda');
    type Input = ConstructorParameters<typeof PublishLayerVersionCommand>[0];
    const answer = await lambda.send(
      new PublishLayerVersionCommand({
        LayerName: write.layer,
        Description: write.description,
        Content: await codeInput(write.code),
        CompatibleRuntimes: [...write.compatibleRuntimes] as NonNullable<Input['CompatibleRuntimes']>,
        CompatibleArchitectures: [write.code.architecture],
      }),
    );
    return { version: String(answer.Version ?? ''), arn: answer.LayerVersionArn };
  },
};

async function codeInput({
  s3,
  path,
}: Code): Promise<{ S3Bucket: string; S3Key: string } | { ZipFile: Uint8Array }> {
  if (s3 !== null) return { S3Bucket: s3.bucket, S3Key: s3.key };
  return { ZipFile: await bytesOf(path) };
}

export async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UserError('environment.file', {
      what: `${path} cannot be read: ${(error as Error).message}.`,
      fix: 'Build it again: crablet build --release --output-format zip',
      cause: error,
    });
  }
}
