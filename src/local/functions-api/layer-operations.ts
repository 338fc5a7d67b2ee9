import { conflict, invalid, notFound, revisionMismatch } from '../../lambda/functions-api/errors.js';
import { type LayerVersion, layerArn, layerVersionArn } from '../../lambda/functions-api/layer-record.js';
import { policyDocument } from '../../lambda/functions-api/permissions.js';
import { newId } from '../ids.js';
import { downloadUrl } from './code-download.js';
import type { ApiContext, Handlers, Reach } from './context.js';
import { paged } from './pages.js';
import { takeCode } from './upload.js';

const MISSING = 'The resource you requested does not exist.';

export const layerOperations = {
  async PublishLayerVersion(context, input, reach) {
    const name = input.LayerName.split(':').at(-1)!;
    const code = await takeCode(context, input.Content);
    const layer = await context.deployed.layers.publish({
      name,
      Description: input.Description ?? '',
      CreatedDate: new Date(context.clock.now()).toISOString().replace('Z', '+0000'),
      ...code,
      CompatibleRuntimes: input.CompatibleRuntimes,
      CompatibleArchitectures: input.CompatibleArchitectures,
      LicenseInfo: input.LicenseInfo,
      statements: [],
      policyRevision: newId(),
    });
    return withContent(context, layer, reach);
  },

  async GetLayerVersion(context, input, reach) {
    return withContent(context, layerNamed(context, input.LayerName, input.VersionNumber), reach);
  },

  async GetLayerVersionByArn(context, input, reach) {
    const layer = context.deployed.layers.find(input.Arn);
    if (!layer) throw notFound(MISSING);
    return withContent(context, layer, reach);
  },

  async ListLayers(context, input) {
    const newest = new Map<string, LayerVersion>();
    for (const layer of context.deployed.layers.all.filter((one) => fits(one, input)))
      if (!newest.has(layer.name)) newest.set(layer.name, layer);
    const { items, NextMarker } = paged([...newest.values()], ({ name }) => name, input);
    const Layers = items.map((layer) => ({
      LayerName: layer.name,
      LayerArn: layerArn(context.home, layer.name),
      LatestMatchingVersion: described(context, layer),
    }));
    return { Layers, ...(NextMarker && { NextMarker }) };
  },

  async ListLayerVersions(context, input) {
    const name = input.LayerName.split(':').at(-1);
    const all = context.deployed.layers.all.filter((one) => one.name === name && fits(one, input));
    const { items, NextMarker } = paged(all, ({ version }) => String(version), input);
    return {
      LayerVersions: items.map((layer) => described(context, layer)),
      ...(NextMarker && { NextMarker }),
    };
  },

  async DeleteLayerVersion(context, input) {
    if (input.VersionNumber < 1) throw invalid('Layer Version Cannot be less than 1');
    const name = input.LayerName.split(':').at(-1)!;
    await context.deployed.layers.remove(layerVersionArn(context.home, name, input.VersionNumber));
    return undefined;
  },

  async AddLayerVersionPermission(context, input) {
    const layer = layerNamed(context, input.LayerName, input.VersionNumber);
    checkRevision(layer, input.RevisionId);
    if (layer.statements.some(({ Sid }) => Sid === input.StatementId))
      throw conflict(
        `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    const statement = {
      Sid: input.StatementId,
      Effect: 'Allow' as const,
      Principal: input.Principal === '*' ? '*' : { AWS: accountOf(input.Principal) },
      Action: input.Action,
      Resource: layerVersionArn(context.home, layer.name, layer.version),
      ...(input.OrganizationId !== undefined && {
        Condition: { StringEquals: { 'aws:PrincipalOrgID': input.OrganizationId } },
      }),
    };
    const policyRevision = newId();
    const statements = [...layer.statements, statement];
    await context.deployed.layers.put({ ...layer, statements, policyRevision });
    return { Statement: JSON.stringify(statement), RevisionId: policyRevision };
  },

  async RemoveLayerVersionPermission(context, input) {
    const layer = layerNamed(context, input.LayerName, input.VersionNumber);
    if (!layer.statements.some(({ Sid }) => Sid === input.StatementId))
      throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
    checkRevision(layer, input.RevisionId);
    const statements = layer.statements.filter(({ Sid }) => Sid !== input.StatementId);
    await context.deployed.layers.put({ ...layer, statements, policyRevision: newId() });
    return undefined;
  },

  async GetLayerVersionPolicy(context, input) {
    const layer = layerNamed(context, input.LayerName, input.VersionNumber);
    if (layer.statements.length === 0) throw notFound('No policy is associated with the given resource.');
    return { Policy: policyDocument(layer.statements), RevisionId: layer.policyRevision };
  },
} satisfies Handlers;

function accountOf(principal: string): string {
  return /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal;
}

function checkRevision(layer: LayerVersion, revision: string | undefined): void {
  if (revision !== undefined && revision !== layer.policyRevision) throw revisionMismatch('GetLayerPolicy');
}

function layerNamed({ deployed, home }: ApiContext, layerName: string, version: number): LayerVersion {
  if (version < 1) throw invalid('Layer Version Cannot be less than 1');
  const name = layerName.split(':').at(-1)!;
  const layer = deployed.layers.find(layerVersionArn(home, name, version));
  if (!layer) throw notFound(MISSING);
  return layer;
}

function fits(
  layer: LayerVersion,
  asked: {
    readonly CompatibleRuntime?: string | undefined;
    readonly CompatibleArchitecture?: string | undefined;
  },
): boolean {
  const { CompatibleRuntime: runtime, CompatibleArchitecture: architecture } = asked;
  return (
    (runtime === undefined || (layer.CompatibleRuntimes ?? []).includes(runtime)) &&
    (architecture === undefined || (layer.CompatibleArchitectures ?? []).includes(architecture))
  );
}

function described({ home }: ApiContext, layer: LayerVersion): object {
  const { name, version, Description, CreatedDate } = layer;
  return {
    LayerVersionArn: layerVersionArn(home, name, version),
    Version: version,
    Description,
    CreatedDate,
    ...(layer.CompatibleRuntimes && { CompatibleRuntimes: layer.CompatibleRuntimes }),
    ...(layer.CompatibleArchitectures && { CompatibleArchitectures: layer.CompatibleArchitectures }),
    ...(layer.LicenseInfo !== undefined && { LicenseInfo: layer.LicenseInfo }),
  };
}

function withContent(context: ApiContext, layer: LayerVersion, { baseUrl }: Reach): object {
  const { CodeSha256, CodeSize } = layer;
  return {
    Content: { Location: downloadUrl(baseUrl, CodeSha256), CodeSha256, CodeSize },
    LayerArn: layerArn(context.home, layer.name),
    ...described(context, layer),
  };
}
