import { UserError } from '../errors.js';
import { readServerTls, type ServerTls } from '../http/tls-files.js';
import type { FunctionDefinition, LocalLambdaOptions } from '../local/local-lambda.js';
import { eventInvokeOf } from '../project/event-invoke.js';
import type { WatchValues } from '../project/keys.js';
import type { FunctionTarget, Project } from '../project/project.js';
import { functionsOf, refuseExtensionsAlone } from './members.js';
import type { PerFunction, WatchOptions, WatchOverrides } from './options.js';
import { urlSettingsOf } from './url-settings.js';

/** The port that Cargo Lambda's users know. */
export const DEFAULT_PORT = 9000;

/**
 * A function of the project as the local service takes it.
 * @param extensions programs of the project's own extensions, as far as they have been built
 */
export function definitionOf(
  { name, settings }: FunctionTarget,
  overrides: WatchOverrides,
  extensions: readonly string[] = [],
): FunctionDefinition {
  const { deploy } = settings;
  return {
    name,
    memoryMb: settings.memoryMb,
    ...given('ephemeralStorageMb', deploy.ephemeral_storage),
    timeoutSeconds: overrides.timeoutSeconds ?? settings.watch.timeout ?? settings.timeoutSeconds,
    environment: settings.environment,
    ...given('reservedConcurrency', of(overrides.reservedConcurrency, name) ?? deploy.reserved_concurrency),
    ...given('maxConcurrency', of(overrides.maxConcurrency, name) ?? deploy.max_concurrency),
    ...given(
      'provisionedConcurrency',
      of(overrides.provisionedConcurrency, name) ?? deploy.provisioned_concurrency,
    ),
    ...given('layers', settings.watch.layers),
    extensions: [...extensions, ...(settings.watch.extensions ?? [])],
    ...urlSettingsOf(settings, overrides),
    ...settings.logging,
    eventInvoke: {
      ...eventInvokeOf(deploy),
      ...given('maximumRetryAttempts', overrides.maximumRetryAttempts),
      ...given('maximumEventAgeSeconds', overrides.maximumEventAgeSeconds),
    },
  };
}

export function serviceOptions(project: Project, options: WatchOptions): LocalLambdaOptions {
  const { overrides } = options;
  refuseExtensionsAlone(project);
  refuseStrangers(
    functionsOf(project).map(({ name }) => name),
    overrides,
  );
  return {
    ...runOptions(project.settings.watch, options),
    functions: functionsOf(project).map((target) => definitionOf(target, overrides)),
    router: project.router,
  };
}

/** What the service is told beside its functions. */
export function runOptions(watch: WatchValues, options: WatchOptions): Omit<LocalLambdaOptions, 'functions'> {
  const { overrides, onEvent } = options;
  return {
    ...options.service,
    host: overrides.host ?? watch.invoke_address ?? '127.0.0.1',
    port: overrides.port ?? watch.invoke_port ?? DEFAULT_PORT,
    ...given('tls', tlsOf(watch, overrides)),
    ...given('concurrency', overrides.concurrency ?? watch.concurrency),
    ...given('debug', overrides.debug),
    ...given('keepAliveSeconds', overrides.keepAliveSeconds ?? watch.keep_alive),
    ...given('asyncRetryDelaysMs', overrides.asyncRetryDelaysMs),
    ...given('dataDir', overrides.dataDir ?? watch.data_dir),
    ...given('shapeBandwidth', overrides.shapeBandwidth ?? watch.shape_bandwidth),
    isolation: overrides.isolation ?? watch.isolation ?? 'auto',
    ...given('cpu', overrides.cpu ?? watch.cpu),
    onEvent: (event) => onEvent({ type: 'local', event }),
    onWarning: (text) => onEvent({ type: 'warning', text }),
  };
}

function tlsOf(watch: WatchValues, { tls, tlsFolder }: WatchOverrides): ServerTls | undefined {
  const said = {
    cert: tls?.cert ?? watch.tls_cert,
    key: tls?.key ?? watch.tls_key,
    ca: tls?.ca ?? watch.tls_ca,
  };
  return readServerTls(said, tlsFolder, Date.now());
}

/** What the command line says of one function: its own number before that of each. */
export function of(said: PerFunction | undefined, name: string): number | undefined {
  return said?.one[name] ?? said?.each;
}

/** @throws UserError when the command line names a function that is not there */
export function refuseStrangers(names: readonly string[], overrides: WatchOverrides): void {
  const said = [
    ['--reserved-concurrency', overrides.reservedConcurrency],
    ['--provisioned', overrides.provisionedConcurrency],
    ['--max-concurrency', overrides.maxConcurrency],
  ] as const;
  for (const [flag, numbers] of said) {
    const stranger = Object.keys(numbers?.one ?? {}).find((name) => !names.includes(name));
    if (stranger === undefined) continue;
    throw new UserError('project.unknown-function', {
      what: `${flag} ${stranger}=${numbers?.one[stranger]}: there is no function '${stranger}'; there ${names.length > 1 ? 'are' : 'is'}: ${names.join(', ')}.`,
      fix: `Write ${flag} ${names[0]}=${numbers?.one[stranger]}`,
    });
  }
}

function given<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: V };
}
