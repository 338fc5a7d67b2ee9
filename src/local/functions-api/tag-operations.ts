import { functionArn } from '../../lambda/function-name.js';
import { functionMissing, invalid, notFound } from '../../lambda/functions-api/errors.js';
import { checkTags } from '../../lambda/functions-api/tags.js';
import type { ApiContext, Handlers } from './context.js';
import { changeable, type Named, named, refuseServed } from './targets.js';

const SOURCE = /:event-source-mapping:([0-9a-fA-F-]{36})$/;

export const tagOperations = {
  async TagResource(context, input) {
    if (Object.keys(input.Tags).length === 0)
      throw invalid('An error occurred and the request cannot be processed.');
    await change(context, input.Resource, (tags) => {
      checkTags(tags, input.Tags);
      return { ...tags, ...input.Tags };
    });
    return undefined;
  },

  async UntagResource(context, input) {
    const gone = new Set(input.TagKeys);
    await change(context, input.Resource, (tags) =>
      Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key))),
    );
    return undefined;
  },

  async ListTags(context, input) {
    const [, uuid] = SOURCE.exec(input.Resource) ?? [];
    if (uuid !== undefined) return { Tags: sourceNamed(context, uuid).tags };
    const { name } = taggable(context, input.Resource);
    if (context.functions.find(name)) return { Tags: {} };
    return { Tags: changeable(context, named(context, name)).tags };
  },
} satisfies Handlers;

type Tags = Readonly<Record<string, string>>;

async function change(context: ApiContext, arn: string, how: (tags: Tags) => Tags): Promise<void> {
  const [, uuid] = SOURCE.exec(arn) ?? [];
  if (uuid !== undefined) {
    const source = sourceNamed(context, uuid);
    return context.sources.put({ ...source, tags: how(source.tags) });
  }
  const { name } = taggable(context, arn);
  refuseServed(context, name);
  const record = context.deployed.find(name);
  if (!record) throw functionMissing(functionArn(context.home, name));
  return context.deployed.put({ ...record, tags: how(record.tags) });
}

function sourceNamed({ sources }: ApiContext, uuid: string) {
  const source = sources.find(uuid);
  if (!source) throw notFound('The resource you requested does not exist.');
  return source;
}

function taggable(context: ApiContext, arn: string): Named {
  const target = named(context, arn);
  if (target.qualifier !== undefined)
    throw invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.');
  return target;
}
