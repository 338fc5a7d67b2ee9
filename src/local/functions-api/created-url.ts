import type { Cors } from '../../lambda/cors.js';
import { functionArn, UNPUBLISHED } from '../../lambda/function-name.js';
import type { FunctionRecord, UrlConfig, UrlCors } from '../../lambda/functions-api/function-record.js';
import { missingForUrl } from '../../lambda/functions-api/permissions.js';
import type { LocalFunction } from '../function.js';
import type { ConfiguredUrl } from '../url-front.js';
import type { Deployed } from './deployed.js';

/** What a URL leads to. */
export interface CreatedUrl {
  readonly fn: LocalFunction;
  readonly url: ConfiguredUrl;
}

/**
 * The URL that was created under this id, or of the function of that name: its own, or that of an alias behind a colon.
 * Which version answers is decided anew for each request, by the weights of the alias.
 */
export function createdUrl(deployed: Deployed, named: string): CreatedUrl | undefined {
  const found = byId(deployed, named) ?? byName(deployed, named);
  if (!found) return undefined;
  const { record, key, config } = found;
  const runnable = deployed.route(record.name, key) ?? deployed.route(record.name);
  if (!runnable) return undefined;
  const gone = key !== UNPUBLISHED && !Object.hasOwn(record.aliases, key);
  const arn = functionArn(deployed.home, record.name, key === UNPUBLISHED ? undefined : key);
  return {
    fn: runnable.fn,
    url: {
      id: config.id,
      arn,
      urlAuth: config.AuthType,
      invokeMode: config.InvokeMode ?? 'BUFFERED',
      cors: config.Cors && corsOf(config.Cors),
      closed: gone ? `its alias ${key} has been deleted.` : closed(record, key, config),
    },
  };
}

interface Found {
  readonly record: FunctionRecord;
  /** The alias, or $LATEST. */
  readonly key: string;
  readonly config: UrlConfig;
}

function byId(deployed: Deployed, id: string): Found | undefined {
  for (const record of deployed.all)
    for (const [key, config] of Object.entries(record.urls))
      if (config.id === id) return { record, key, config };
  return undefined;
}

function byName(deployed: Deployed, named: string): Found | undefined {
  const [name = '', key = UNPUBLISHED] = named.split(':');
  const record = deployed.find(name);
  const config = record && Object.hasOwn(record.urls, key) ? record.urls[key] : undefined;
  return record && config && { record, key, config };
}

function closed(record: FunctionRecord, key: string, { AuthType }: UrlConfig): string | undefined {
  if (AuthType !== 'NONE') return undefined;
  const missing = missingForUrl(record.policies[key === UNPUBLISHED ? '' : key] ?? []);
  if (missing === undefined) return undefined;
  const condition =
    missing === 'lambda:InvokeFunction' ? '--invoked-via-function-url' : '--function-url-auth-type NONE';
  const qualifier = key === UNPUBLISHED ? '' : ` --qualifier ${key}`;
  return (
    `nobody is permitted ${missing}. Permit it as on AWS: aws lambda add-permission --function-name ${record.name}` +
    `${qualifier} --statement-id ${missing.split(':')[1]} --action ${missing} --principal '*' ${condition}`
  );
}

function corsOf(cors: UrlCors): Cors {
  return {
    allowOrigins: cors.AllowOrigins,
    allowMethods: cors.AllowMethods,
    allowHeaders: cors.AllowHeaders,
    exposeHeaders: cors.ExposeHeaders,
    allowCredentials: cors.AllowCredentials,
    maxAge: cors.MaxAge,
  };
}
