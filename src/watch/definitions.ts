import type { FunctionDefinition, LocalLambdaOptions } from '../local/local-lambda.js';
import type { FunctionTarget, Project } from '../project/project.js';
import type { WatchOptions, WatchOverrides } from './options.js';

/** The port that Cargo Lambda's users know. */
export const DEFAULT_PORT = 9000;

/** A function of the project as the local service takes it. */
export function definitionOf(
  { name, settings }: FunctionTarget,
  overrides: WatchOverrides,
): FunctionDefinition {
  return {
    name,
    memoryMb: settings.memoryMb,
    timeoutSeconds: overrides.timeoutSeconds ?? settings.watch.timeout ?? settings.timeoutSeconds,
    environment: settings.environment,
    invokeMode: overrides.invokeMode ?? settings.watch.invoke_mode ?? 'auto',
    ...settings.logging,
  };
}

export function serviceOptions(project: Project, options: WatchOptions): LocalLambdaOptions {
  const { overrides, onEvent } = options;
  const { watch } = project.settings;
  return {
    ...options.service,
    functions: project.functions.map((target) => definitionOf(target, overrides)),
    host: overrides.host ?? watch.invoke_address ?? '127.0.0.1',
    port: overrides.port ?? watch.invoke_port ?? DEFAULT_PORT,
    ...given('concurrency', overrides.concurrency ?? watch.concurrency),
    ...given('dataDir', overrides.dataDir ?? watch.data_dir),
    router: project.router,
    onEvent: (event) => onEvent({ type: 'local', event }),
    onWarning: (text) => onEvent({ type: 'warning', text }),
  };
}

function given<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: V };
}
