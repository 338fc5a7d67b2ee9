import { UserError } from '../errors.js';
import { knownLevel, type LogLevel, type SystemLogLevel } from '../lambda/log-levels.js';
import type { DeployValues } from './keys.js';
import type { Variables } from './kinds.js';
import type { Origin } from './project.js';

/** A function's `LoggingConfig`, with AWS's defaults; the group is left out where it is the function's own. */
export interface LoggingSettings {
  readonly logFormat: 'Text' | 'JSON';
  readonly applicationLogLevel: LogLevel;
  readonly systemLogLevel: SystemLogLevel;
  readonly logGroup?: string;
}

/**
 * From the deploy keys, and without them from the variables that Lambda would set, which people who come from
 * Cargo Lambda set by hand.
 */
export function loggingOf(
  deploy: DeployValues,
  environment: Variables,
  origins: Readonly<Record<string, Origin>>,
): LoggingSettings {
  const byVariable = environment['AWS_LAMBDA_LOG_FORMAT']?.toUpperCase() === 'JSON' ? 'JSON' : 'Text';
  const logFormat = deploy.log_format ?? byVariable;
  if (logFormat === 'Text') refuseLevels(deploy, origins);
  return {
    logFormat,
    applicationLogLevel:
      deploy.application_log_level ?? knownLevel(environment['AWS_LAMBDA_LOG_LEVEL'] ?? '') ?? 'INFO',
    systemLogLevel: deploy.system_log_level ?? 'INFO',
    ...(deploy.log_group !== undefined && { logGroup: deploy.log_group }),
  };
}

/** AWS refuses a function with such a configuration, too: levels are the JSON format's. */
function refuseLevels(deploy: DeployValues, origins: Readonly<Record<string, Origin>>): void {
  for (const key of ['application_log_level', 'system_log_level'] as const) {
    if (deploy[key] === undefined) continue;
    const place = origins[`deploy.${key}`]?.place ?? 'the configuration';
    throw new UserError('project.configuration', {
      what: `${place}: '${key}' is "${deploy[key]}", but the log format is Text, which has no levels.`,
      fix: `Write log_format = "JSON" beside it, or take '${key}' out.`,
    });
  }
}
