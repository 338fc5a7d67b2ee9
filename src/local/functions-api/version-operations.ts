import { functionArn, type Home, UNPUBLISHED } from '../../lambda/function-name.js';
import { described, listed, type VersionConfig } from '../../lambda/functions-api/configuration.js';
import { conflict, functionMissing, invalid, revisionMismatch } from '../../lambda/functions-api/errors.js';
import { type FunctionRecord, versionOf, without } from '../../lambda/functions-api/function-record.js';
import { isSameVersion, publishedConfig } from '../../lambda/functions-api/published-version.js';
import { newId } from '../ids.js';
import type { Handlers } from './context.js';
import { paged } from './pages.js';
import { changeable, named } from './targets.js';
import { servedConfig } from './watched.js';

/** What is made of published versions. */
export const versionOperations = {
  async PublishVersion(context, input) {
    const target = named(context, input.FunctionName);
    const record = changeable(context, target);
    const { latest } = record;
    if (input.RevisionId !== undefined && input.RevisionId !== latest.RevisionId) throw revisionMismatch();
    if (input.CodeSha256 !== undefined && input.CodeSha256 !== '' && input.CodeSha256 !== latest.CodeSha256)
      throw invalid(
        `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${latest.CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
      );
    // An update is waited for by AWS too (LS: lambda_service.py, publish_version).
    if (latest.update === 'InProgress' || latest.state === 'Pending')
      throw conflict(
        `The operation cannot be performed at this time. ${latest.state === 'Pending' ? 'The function is currently in the following state: Pending' : `An update is in progress for resource: ${functionArn(context.home, target.name)}`}`,
      );
    const published = publish(record, input.Description, newId());
    if (published.record !== record) await context.deployed.put(published.record);
    const { version } = published;
    return described(context.home, target.name, version, version.Version);
  },

  async ListVersionsByFunction(context, input) {
    const target = named(context, input.FunctionName);
    const served = servedConfig(context, { ...target, qualifier: UNPUBLISHED });
    if (served) return { Versions: [served] };
    const record = context.deployed.find(target.name);
    if (!record) throw functionMissing(functionArn(context.home, target.name));
    const { items, NextMarker } = paged([record.latest, ...record.versions], (one) => one.Version, input);
    const shown = (config: VersionConfig) => listed(context.home, target.name, config, config.Version);
    return { Versions: items.map(shown), ...(NextMarker && { NextMarker }) };
  },
} satisfies Handlers;

/** The newest version if it is still what $LATEST is, or a new one. */
export function publish(
  record: FunctionRecord,
  description: string | undefined,
  revisionId: string,
): { readonly record: FunctionRecord; readonly version: VersionConfig } {
  const { latest, versions, nextVersion } = record;
  const newest = versions.at(-1);
  if (newest && isSameVersion(latest, newest)) return { record, version: newest };
  const version = publishedConfig(latest, nextVersion, description, revisionId);
  return { record: { ...record, versions: [...versions, version], nextVersion: nextVersion + 1 }, version };
}

/** @throws ApiError when an alias leads to it; AWS does not mind one that is not there (SNAP: test_lambda_api, versions) */
export function deleteVersion(home: Home, record: FunctionRecord, version: string): FunctionRecord {
  const { name } = record;
  if (!versionOf(record, version)) {
    if (Object.hasOwn(record.aliases, version))
      throw invalid('Deletion of aliases is not currently supported.');
    return record;
  }
  const pointing = Object.values(record.aliases)
    .filter((alias) => alias.FunctionVersion === version || Object.hasOwn(alias.weights, version))
    .map(({ Name }) => Name);
  if (pointing.length > 0) {
    const list = pointing.map((one) => `alias:${one}`).join(', ');
    throw conflict(
      `Version ${functionArn(home, name, version)} is referenced by the following aliases: ${list}. Delete or update the aliases before the version.`,
    );
  }
  return {
    ...record,
    versions: record.versions.filter(({ Version }) => Version !== version),
    provisioned: without(record.provisioned, version),
    eventInvoke: without(record.eventInvoke, version),
    policies: without(record.policies, version),
    runtimeManagement: without(record.runtimeManagement, version),
  };
}
