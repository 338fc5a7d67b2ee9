import { functionArn, UNPUBLISHED } from '../../lambda/function-name.js';
import { conflict, notFound } from '../../lambda/functions-api/errors.js';
import { type FunctionRecord, type UrlConfig, without } from '../../lambda/functions-api/function-record.js';
import { randomHex } from '../ids.js';
import type { ApiContext, Handlers, Reach } from './context.js';
import { paged } from './pages.js';
import { type Named, named, refuseServed } from './targets.js';

const MISSING = 'The resource you requested does not exist.';

/** The URLs of functions and aliases. */
export const urlOperations = {
  async CreateFunctionUrlConfig(context, input, reach) {
    const target = named(context, input.FunctionName, input.Qualifier);
    const record = recordOf(context, target);
    const key = target.qualifier ?? UNPUBLISHED;
    if (Object.hasOwn(record.urls, key))
      // With two blanks, as it is recorded.
      throw conflict(
        `Failed to create function url config for [functionArn = ${target.arn}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
      );
    const now = new Date(context.clock.now()).toISOString();
    const url: UrlConfig = {
      id: randomHex(32),
      AuthType: input.AuthType,
      InvokeMode: input.InvokeMode,
      Cors: input.Cors,
      CreationTime: now,
      LastModifiedTime: now,
    };
    await context.deployed.put({ ...record, urls: { ...record.urls, [key]: url } });
    const { LastModifiedTime: _, ...created } = described(context, target.name, key, url, reach);
    return created;
  },

  async GetFunctionUrlConfig(context, input, reach) {
    const target = named(context, input.FunctionName, input.Qualifier);
    const served = servedUrl(context, target, reach);
    if (served) return served;
    const { key, url } = urlOf(context, target);
    return { InvokeMode: 'BUFFERED', ...described(context, target.name, key, url, reach) };
  },

  async UpdateFunctionUrlConfig(context, input, reach) {
    const target = named(context, input.FunctionName, input.Qualifier);
    refuseServed(context, target.name);
    const { record, key, url: before } = urlOf(context, target);
    const url: UrlConfig = {
      ...before,
      AuthType: input.AuthType ?? before.AuthType,
      InvokeMode: input.InvokeMode ?? before.InvokeMode,
      // An empty one takes it away.
      Cors: input.Cors ? (Object.keys(input.Cors).length > 0 ? input.Cors : undefined) : before.Cors,
      LastModifiedTime: new Date(context.clock.now()).toISOString(),
    };
    await context.deployed.put({ ...record, urls: { ...record.urls, [key]: url } });
    return described(context, target.name, key, url, reach);
  },

  async DeleteFunctionUrlConfig(context, input) {
    const target = named(context, input.FunctionName, input.Qualifier);
    refuseServed(context, target.name);
    const { record, key } = urlOf(context, target);
    await context.deployed.put({ ...record, urls: without(record.urls, key) });
    return undefined;
  },

  async ListFunctionUrlConfigs(context, input, reach) {
    const target = named(context, input.FunctionName);
    const served = servedUrl(context, target, reach);
    if (served) return { FunctionUrlConfigs: [served] };
    const { urls } = recordOf(context, target);
    const all = Object.entries(urls).sort(([a], [b]) => (a < b ? -1 : 1));
    const { items, NextMarker } = paged(all, ([key]) => key, input);
    return {
      FunctionUrlConfigs: items.map(([key, url]) => ({
        InvokeMode: 'BUFFERED',
        ...described(context, target.name, key, url, reach),
      })),
      ...(NextMarker && { NextMarker }),
    };
  },
} satisfies Handlers;

function recordOf(context: ApiContext, { name, qualifier }: Named): FunctionRecord {
  refuseServed(context, name);
  const record = context.deployed.find(name);
  if (!record || (qualifier !== undefined && !Object.hasOwn(record.aliases, qualifier)))
    throw notFound('Function does not exist');
  return record;
}

function urlOf(
  { deployed }: ApiContext,
  { name, qualifier }: Named,
): { record: FunctionRecord; key: string; url: UrlConfig } {
  const record = deployed.find(name);
  const key = qualifier ?? UNPUBLISHED;
  const url = record && Object.hasOwn(record.urls, key) ? record.urls[key] : undefined;
  if (!record || !url) throw notFound(MISSING);
  return { record, key, url };
}

/** The path form leads here from everywhere, also where no name ends in .localhost. */
function functionUrl({ baseUrl }: Reach, id: string): string {
  return `${baseUrl}/lambda-url/${id}/`;
}

function described({ home }: ApiContext, name: string, key: string, url: UrlConfig, reach: Reach) {
  return {
    FunctionUrl: functionUrl(reach, url.id),
    FunctionArn: functionArn(home, name, key === UNPUBLISHED ? undefined : key),
    AuthType: url.AuthType,
    ...(url.Cors && { Cors: url.Cors }),
    CreationTime: url.CreationTime,
    LastModifiedTime: url.LastModifiedTime,
    ...(url.InvokeMode && { InvokeMode: url.InvokeMode }),
  };
}

/** What is built here has a URL without being asked for one. */
function servedUrl({ functions, home }: ApiContext, { name, qualifier }: Named, reach: Reach) {
  const fn = functions.find(name);
  if (!fn) return undefined;
  if (qualifier !== undefined) throw notFound(MISSING);
  const { cors, urlAuth, invokeMode } = fn.settings;
  return {
    FunctionUrl: functionUrl(reach, name),
    FunctionArn: functionArn(home, name),
    AuthType: urlAuth,
    ...(cors && {
      Cors: {
        AllowCredentials: cors.allowCredentials,
        AllowHeaders: cors.allowHeaders,
        AllowMethods: cors.allowMethods,
        AllowOrigins: cors.allowOrigins,
        ExposeHeaders: cors.exposeHeaders,
        MaxAge: cors.maxAge,
      },
    }),
    CreationTime: new Date(0).toISOString(),
    LastModifiedTime: new Date(0).toISOString(),
    InvokeMode: invokeMode === 'auto' ? 'BUFFERED' : invokeMode,
  };
}
