import { functionArn } from '../../lambda/function-name.js';
import { conflict, invalid, notFound } from '../../lambda/functions-api/errors.js';
import { mainVersion } from '../../lambda/functions-api/function-record.js';
import {
  checkSource,
  describedSource,
  type SourceMapping,
  type SourceState,
  serviceOf,
} from '../../lambda/functions-api/source-mapping.js';
import { checkTags } from '../../lambda/functions-api/tags.js';
import { newId } from '../ids.js';
import type { ApiContext, Handlers } from './context.js';
import { paged } from './pages.js';
import { type Named, named } from './targets.js';

export const sourceOperations = {
  async CreateEventSourceMapping(context, input) {
    const { FunctionName, EventSourceArn, Tags = {}, ...settings } = input;
    if (EventSourceArn === undefined) throw invalid('Unrecognized event source.');
    checkSource(EventSourceArn, settings);
    const target = existing(context, FunctionName);
    checkTags({}, Tags);
    refuseTwin(context, target, EventSourceArn);
    const mapping: SourceMapping = {
      UUID: newId(),
      functionName: target.name,
      qualifier: target.qualifier,
      EventSourceArn,
      enabled: input.Enabled ?? true,
      settings,
      tags: Tags,
      lastModified: context.clock.now(),
    };
    return change(context, mapping, 'Creating');
  },

  async GetEventSourceMapping(context, input) {
    return told(context, sourceNamed(context, input.UUID));
  },

  async UpdateEventSourceMapping(context, input) {
    const { UUID, FunctionName, ...given } = input;
    const before = sourceNamed(context, UUID);
    const settings = { ...before.settings, ...given };
    checkSource(before.EventSourceArn, settings);
    const target = FunctionName === undefined ? undefined : existing(context, FunctionName);
    const mapping: SourceMapping = {
      ...before,
      ...(target && { functionName: target.name, qualifier: target.qualifier }),
      enabled: input.Enabled ?? before.enabled,
      settings,
      lastModified: context.clock.now(),
    };
    const state: SourceState =
      mapping.enabled === before.enabled ? 'Updating' : mapping.enabled ? 'Enabling' : 'Disabling';
    return change(context, mapping, state);
  },

  async DeleteEventSourceMapping(context, input) {
    const mapping = sourceNamed(context, input.UUID);
    context.sources.mark(mapping.UUID, 'Deleting');
    const answer = told(context, mapping);
    await context.sources.remove(mapping.UUID);
    return answer;
  },

  async ListEventSourceMappings(context, input) {
    const target = input.FunctionName === undefined ? undefined : named(context, input.FunctionName);
    const all = context.sources.all.filter(
      (one) =>
        (target === undefined || (one.functionName === target.name && one.qualifier === target.qualifier)) &&
        (input.EventSourceArn === undefined || one.EventSourceArn === input.EventSourceArn),
    );
    const { items, NextMarker } = paged(all, ({ UUID }) => UUID, input);
    return {
      EventSourceMappings: items.map((mapping) => told(context, mapping)),
      ...(NextMarker && { NextMarker }),
    };
  },
} satisfies Handlers;

/** Keeps it, and soon lets it be so. */
async function change(context: ApiContext, mapping: SourceMapping, state: SourceState): Promise<object> {
  const { sources, clock } = context;
  await sources.put(mapping);
  sources.mark(mapping.UUID, state);
  const answer = told(context, mapping);
  clock.after(0, () => sources.start(mapping.UUID));
  return answer;
}

function told({ home, sources }: ApiContext, mapping: SourceMapping): object {
  return describedSource(home, mapping, sources.stateOf(mapping), sources.lastResult(mapping.UUID));
}

function sourceNamed({ sources }: ApiContext, uuid: string): SourceMapping {
  const found = sources.find(uuid);
  if (!found) throw notFound('The resource you requested does not exist.');
  return found;
}

function existing(context: ApiContext, functionName: string): Named {
  const target = named(context, functionName);
  if (context.functions.find(target.name)) return target;
  const record = context.deployed.find(target.name);
  const { qualifier } = target;
  if (!record || (qualifier !== undefined && !mainVersion(record, qualifier)))
    throw invalid('Function does not exist');
  return target;
}

function refuseTwin({ sources, home }: ApiContext, { name, qualifier }: Named, arn: string): void {
  const twin = sources.all.find(
    (one) => one.EventSourceArn === arn && one.functionName === name && one.qualifier === qualifier,
  );
  if (!twin) return;
  const mend = `Please update or delete the existing mapping with UUID ${twin.UUID}`;
  const fn = functionArn(home, name, qualifier);
  throw conflict(
    serviceOf(arn) === 'sqs'
      ? `An event source mapping with SQS arn (" ${arn} ") and function (" ${qualifier === undefined ? name : fn} ") already exists. ${mend}`
      : `The event source arn (" ${arn} ") and function (" ${qualifier === undefined ? name : fn} ") provided mapping already exists. ${mend}`,
  );
}
