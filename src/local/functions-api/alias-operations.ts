import { functionArn } from '../../lambda/function-name.js';
import { checkAlias, describedAlias } from '../../lambda/functions-api/aliases.js';
import { conflict, functionMissing, notFound, revisionMismatch } from '../../lambda/functions-api/errors.js';
import { type Alias, type FunctionRecord, without } from '../../lambda/functions-api/function-record.js';
import { newId } from '../ids.js';
import type { ApiContext, Handlers } from './context.js';
import { paged } from './pages.js';
import { changeable, named } from './targets.js';

export const aliasOperations = {
  async CreateAlias(context, input) {
    const { home, deployed } = context;
    const record = changeable(context, named(context, input.FunctionName));
    const { Name, FunctionVersion, Description = '' } = input;
    if (Object.hasOwn(record.aliases, Name))
      throw conflict(`Alias already exists: ${functionArn(home, record.name, Name)}`);
    const weights = input.RoutingConfig?.AdditionalVersionWeights ?? {};
    const alias: Alias = { Name, FunctionVersion, Description, RevisionId: newId(), weights };
    checkAlias(home, record, alias);
    await deployed.put({ ...record, aliases: { ...record.aliases, [Name]: alias } });
    return describedAlias(home, record.name, alias);
  },

  async GetAlias(context, input) {
    const record = readable(context, input.FunctionName);
    const alias = aliasNamed(context, record, input.Name, 'Cannot find alias arn');
    return describedAlias(context.home, record.name, alias);
  },

  async UpdateAlias(context, input) {
    const { home, deployed } = context;
    const record = changeable(context, named(context, input.FunctionName));
    const before = aliasNamed(context, record, input.Name, 'Alias not found');
    if (input.RevisionId !== undefined && input.RevisionId !== before.RevisionId) throw revisionMismatch();
    const { RoutingConfig: routing } = input;
    const alias: Alias = {
      ...before,
      FunctionVersion: input.FunctionVersion ?? before.FunctionVersion,
      Description: input.Description ?? before.Description,
      weights: routing ? (routing.AdditionalVersionWeights ?? {}) : before.weights,
      RevisionId: newId(),
    };
    checkAlias(home, record, alias);
    await deployed.put({ ...record, aliases: { ...record.aliases, [alias.Name]: alias } });
    return describedAlias(home, record.name, alias);
  },

  async DeleteAlias(context, input) {
    const record = changeable(context, named(context, input.FunctionName));
    const { Name } = aliasNamed(context, record, input.Name, 'Cannot find alias arn');
    // Its URL stays, and is forbidden (SNAP:test_lambda#test_lambda_url_persists_after_alias_delete).
    await context.deployed.put({
      ...record,
      aliases: without(record.aliases, Name),
      policies: without(record.policies, Name),
      provisioned: without(record.provisioned, Name),
      eventInvoke: without(record.eventInvoke, Name),
    });
    return undefined;
  },

  async ListAliases(context, input) {
    const record = readable(context, input.FunctionName);
    const all = Object.values(record.aliases)
      .filter(
        ({ FunctionVersion, weights }) =>
          input.FunctionVersion === undefined ||
          FunctionVersion === input.FunctionVersion ||
          Object.hasOwn(weights, input.FunctionVersion),
      )
      .sort((a, b) => (a.Name < b.Name ? -1 : 1));
    const { items, NextMarker } = paged(all, ({ Name }) => Name, input);
    const shown = items.map((alias) => describedAlias(context.home, record.name, alias));
    return { Aliases: shown, ...(NextMarker && { NextMarker }) };
  },
} satisfies Handlers;

/** What is built here has no aliases. */
function readable(context: ApiContext, functionName: string): Pick<FunctionRecord, 'name' | 'aliases'> {
  const { name } = named(context, functionName);
  if (context.functions.find(name)) return { name, aliases: {} };
  const record = context.deployed.find(name);
  if (!record) throw functionMissing(functionArn(context.home, name));
  return record;
}

function aliasNamed(
  { home }: ApiContext,
  record: Pick<FunctionRecord, 'name' | 'aliases'>,
  name: string,
  missing: string,
): Alias {
  const alias = Object.hasOwn(record.aliases, name) ? record.aliases[name] : undefined;
  if (!alias) throw notFound(`${missing}: ${functionArn(home, record.name, name)}`);
  return alias;
}
