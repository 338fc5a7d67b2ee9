import { LOG_LEVELS, SYSTEM_LOG_LEVELS } from '../../lambda/log-levels.js';
import type { FunctionDefinition } from '../../local/local-lambda.js';
import type { AppFunction } from '../../template/app.js';
import type { ProgramOf } from '../cast.js';
import { of } from '../definitions.js';
import type { WatchOverrides } from '../options.js';

/** What a person said beside the template. */
export interface Beside {
  readonly overrides: WatchOverrides;
  /** `--env-var`, `--env-file`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly layers: readonly string[];
  readonly extensions: readonly string[];
}

/** A function of the app as the local service takes it: as it would be deployed, unless the command line says otherwise. */
export function appDefinition(
  fn: AppFunction,
  { overrides, environment, layers, extensions }: Beside,
  programOf: ProgramOf,
): FunctionDefinition {
  const { name, url } = fn;
  return {
    name,
    memoryMb: fn.memoryMb,
    timeoutSeconds: overrides.timeoutSeconds ?? fn.timeoutSeconds,
    environment: { ...fn.environment, ...environment },
    reservedConcurrency: of(overrides.reservedConcurrency, name) ?? fn.reservedConcurrency,
    provisionedConcurrency: of(overrides.provisionedConcurrency, name) ?? fn.provisionedConcurrency,
    maxConcurrency: of(overrides.maxConcurrency, name),
    layers: [...fn.layers, ...layers],
    extensions: [...fn.extensions.flatMap(({ binaryName }) => programOf(binaryName) ?? []), ...extensions],
    invokeMode: overrides.invokeMode ?? url?.invokeMode ?? 'auto',
    urlAuth: overrides.urlAuth ?? url?.authType ?? 'NONE',
    eventInvoke: {
      ...fn.eventInvoke,
      ...given('maximumRetryAttempts', overrides.maximumRetryAttempts),
      ...given('maximumEventAgeSeconds', overrides.maximumEventAgeSeconds),
    },
    ...given('ephemeralStorageMb', fn.ephemeralStorageMb),
    ...given('cors', url?.cors),
    ...given('logFormat', fn.logFormat),
    ...given('logGroup', fn.logGroup),
    ...given(
      'applicationLogLevel',
      LOG_LEVELS.find((one) => one === fn.applicationLogLevel),
    ),
    ...given(
      'systemLogLevel',
      SYSTEM_LOG_LEVELS.find((one) => one === fn.systemLogLevel),
    ),
  };
}

function given<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: V };
}
