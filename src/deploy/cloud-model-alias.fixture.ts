import { found, refused } from './cloud-model-state.fixture.js';
import type { ModelWriters } from './cloud-model-writers.fixture.js';
import type { EventSource } from './configuration.js';
import { keyOf } from './plan-sources.js';

/** What belongs to an alias. */
export const aliasModel: ModelWriters<
  | 'create-url'
  | 'update-url'
  | 'delete-url'
  | 'add-permission'
  | 'remove-permission'
  | 'put-events'
  | 'delete-events'
  | 'put-provisioned-concurrency'
  | 'create-event-source'
  | 'update-event-source'
  | 'delete-event-source'
> = {
  'create-url'(state, { function: name, alias, settings }) {
    const one = state.aliasOf(name, alias);
    if (one.url) throw refused('exists', 'FunctionUrlConfig exists for this Lambda function');
    one.url = settings;
    return { url: 'https://new' };
  },
  'update-url'(state, { function: name, alias, settings }) {
    const one = state.aliasOf(name, alias);
    found(one.url);
    one.url = settings;
  },
  'delete-url'(state, { function: name, alias }) {
    state.aliasOf(name, alias).url = null;
  },
  'add-permission'(state, { function: name, alias, statement: { id, action } }) {
    const { permissions } = state.aliasOf(name, alias);
    if (permissions.some((one) => one.id === id)) throw refused('exists', 'statement');
    permissions.push({ id, action });
  },
  'remove-permission'(state, { function: name, alias, id }) {
    const one = state.aliasOf(name, alias);
    one.permissions = one.permissions.filter((permission) => permission.id !== id);
  },
  'put-events'(state, { function: name, alias, settings }) {
    state.aliasOf(name, alias).events = settings;
  },
  'delete-events'(state, { function: name, alias }) {
    state.aliasOf(name, alias).events = null;
  },
  'put-provisioned-concurrency'(state, { function: name, alias, value }) {
    state.aliasOf(name, alias).provisioned = value;
  },

  'create-event-source'(state, { aliasArn, source }) {
    const [name = '', alias = ''] = aliasArn.split(':').slice(-2);
    state.aliasOf(name, alias);
    const all = [...state.mappings.values()];
    if (all.some((one) => one.aliasArn === aliasArn && keyOf(one) === keyOf(source)))
      throw refused('exists', source.sourceArn);
    state.mappings.set(state.next(), { aliasArn, ...answered(source) });
  },
  'update-event-source'({ mappings }, { uuid, source }) {
    mappings.set(uuid, { ...found(mappings.get(uuid)), ...answered(source) });
  },
  'delete-event-source'({ mappings }, { uuid }) {
    mappings.delete(uuid);
  },
};

/** AWS tells its own defaults where nothing was said (botocore, CreateEventSourceMapping). */
function answered(source: EventSource): EventSource {
  const isQueue = source.sourceArn.includes(':sqs:');
  const isStream = source.sourceArn.includes(':kinesis:');
  return {
    ...source,
    batchSize: source.batchSize ?? (isQueue ? 10 : 100),
    batchingWindowSeconds: source.batchingWindowSeconds ?? (isQueue || isStream ? 0 : null),
    ...(isStream && {
      parallelizationFactor: source.parallelizationFactor ?? 1,
      maximumRetryAttempts: source.maximumRetryAttempts ?? -1,
      maximumRecordAgeSeconds: source.maximumRecordAgeSeconds ?? -1,
      tumblingWindowSeconds: source.tumblingWindowSeconds ?? 0,
    }),
  };
}
