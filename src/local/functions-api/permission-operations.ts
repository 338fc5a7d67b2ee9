import { functionArn, UNPUBLISHED } from '../../lambda/function-name.js';
import {
  conflict,
  functionMissing,
  invalid,
  notFound,
  revisionMismatch,
} from '../../lambda/functions-api/errors.js';
import { type FunctionRecord, versionOf, without } from '../../lambda/functions-api/function-record.js';
import { policyDocument, statementOf } from '../../lambda/functions-api/permissions.js';
import { newId } from '../ids.js';
import type { ApiContext, Handlers } from './context.js';
import { changeable, type Named, named } from './targets.js';

const NO_POLICY = 'The resource you requested does not exist.';

/** Who may invoke a function, a version or an alias. */
export const permissionOperations = {
  async AddPermission(context, input) {
    const target = named(context, input.FunctionName, input.Qualifier);
    if (target.qualifier === UNPUBLISHED)
      throw invalid('We currently do not support adding policies for $LATEST.');
    const record = changeable(context, target);
    const key = keyOf(context, record, target);
    checkRevision(record, key, input.RevisionId);
    const statement = statementOf(functionArn(context.home, target.name, target.qualifier), input);
    const statements = record.policies[key] ?? [];
    if (statements.some(({ Sid }) => Sid === statement.Sid))
      throw conflict(
        `The statement id (${statement.Sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    const policies = { ...record.policies, [key]: [...statements, statement] };
    await context.deployed.put(revised({ ...record, policies }, key));
    return { Statement: JSON.stringify(statement) };
  },

  async RemovePermission(context, input) {
    const target = named(context, input.FunctionName, input.Qualifier);
    const record = changeable(context, target);
    const key = keyOf(context, record, target);
    const statements = record.policies[key];
    if (!statements) throw notFound('No policy is associated with the given resource.');
    if (!statements.some(({ Sid }) => Sid === input.StatementId))
      throw notFound(`Statement ${input.StatementId} is not found in resource policy.`);
    checkRevision(record, key, input.RevisionId);
    const left = statements.filter(({ Sid }) => Sid !== input.StatementId);
    const policies = left.length > 0 ? { ...record.policies, [key]: left } : without(record.policies, key);
    await context.deployed.put(revised({ ...record, policies }, key));
    return undefined;
  },

  async GetPolicy(context, input) {
    const target = named(context, input.FunctionName, input.Qualifier);
    if (context.functions.find(target.name)) throw notFound(NO_POLICY);
    const record = changeable(context, target);
    const key = keyOf(context, record, target);
    const statements = record.policies[key];
    if (!statements) throw notFound(NO_POLICY);
    return { Policy: policyDocument(statements), RevisionId: revisionOf(record, key) };
  },
} satisfies Handlers;

/** @throws ApiError when there is no such version or alias */
function keyOf({ home }: ApiContext, record: FunctionRecord, { name, qualifier }: Named): string {
  if (qualifier === undefined) return '';
  if (Object.hasOwn(record.aliases, qualifier) || versionOf(record, qualifier)) return qualifier;
  const arn = functionArn(home, name, qualifier);
  throw /^\d+$/.test(qualifier) ? functionMissing(arn) : notFound(`Cannot find alias arn: ${arn}`);
}

/** A policy has the revision of what it is of, and a change of it is one of that. */
function revisionOf(record: FunctionRecord, key: string): string | undefined {
  return record.aliases[key]?.RevisionId ?? versionOf(record, key || UNPUBLISHED)?.RevisionId;
}

function checkRevision(record: FunctionRecord, key: string, revision: string | undefined): void {
  if (revision !== undefined && revision !== revisionOf(record, key)) throw revisionMismatch('GetPolicy');
}

function revised(record: FunctionRecord, key: string): FunctionRecord {
  const RevisionId = newId();
  if (key === '') return { ...record, latest: { ...record.latest, RevisionId } };
  const alias = record.aliases[key];
  if (alias) return { ...record, aliases: { ...record.aliases, [key]: { ...alias, RevisionId } } };
  const versions = record.versions.map((one) => (one.Version === key ? { ...one, RevisionId } : one));
  return { ...record, versions };
}
