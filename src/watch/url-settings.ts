import type { Cors } from '../lambda/cors.js';
import type { FunctionDefinition } from '../local/local-lambda.js';
import type { DeployValues } from '../project/keys.js';
import type { FunctionSettings } from '../project/project.js';
import type { WatchOverrides } from './options.js';

/** A function's URL as it would be deployed, unless `[….watch]` or the command line has it otherwise. */
export function urlSettingsOf(
  { watch, deploy }: FunctionSettings,
  overrides: WatchOverrides,
): Pick<FunctionDefinition, 'invokeMode' | 'urlAuth' | 'cors'> {
  const url = deploy.function_url;
  const cors = watch.disable_cors ? undefined : corsOf(url?.cors);
  return {
    invokeMode: overrides.invokeMode ?? watch.invoke_mode ?? url?.invoke_mode ?? 'auto',
    urlAuth: overrides.urlAuth ?? url?.auth_type ?? 'NONE',
    ...(cors && { cors }),
  };
}

function corsOf(cors: NonNullable<DeployValues['function_url']>['cors']): Cors | undefined {
  return (
    cors && {
      allowOrigins: cors.allow_origins,
      allowMethods: cors.allow_methods,
      allowHeaders: cors.allow_headers,
      exposeHeaders: cors.expose_headers,
      allowCredentials: cors.allow_credentials,
      maxAge: cors.max_age,
    }
  );
}
