import { join } from 'node:path';
import { UNPUBLISHED } from '../../lambda/function-name.js';
import type { VersionConfig } from '../../lambda/functions-api/configuration.js';
import type { EventInvokeConfig, FunctionRecord } from '../../lambda/functions-api/function-record.js';
import { logGroupName } from '../../lambda/log-lines.js';
import type { Artifact } from '../environment-process.js';
import { externalExtensions } from '../external-extensions.js';
import type { EventInvokeSettings, FunctionSettings } from '../function-settings.js';
import type { CodeStore } from './code-store.js';

/** A version's settings, as those who run it take them. */
export function settingsOf(
  record: FunctionRecord,
  config: VersionConfig,
  codes: CodeStore,
): FunctionSettings {
  const { LoggingConfig: logging } = config;
  const layers = config.Layers.map(({ CodeSha256 }) => codes.folder(CodeSha256));
  const provisioned = provisionedOf(record, config.Version);
  return {
    name: record.name,
    version: config.Version,
    handler: config.Handler,
    memoryMb: config.MemorySize,
    ephemeralStorageMb: config.EphemeralStorageMb,
    timeoutSeconds: config.Timeout,
    environment: config.Variables ?? {},
    invokeMode: 'BUFFERED',
    urlAuth: 'NONE',
    logFormat: logging.LogFormat,
    applicationLogLevel: logging.ApplicationLogLevel ?? 'INFO',
    systemLogLevel: logging.SystemLogLevel ?? 'INFO',
    ...(logging.LogGroup !== logGroupName(record.name) && { logGroup: logging.LogGroup }),
    reservedConcurrency: record.reserved,
    ...(provisioned > 0 && { provisionedConcurrency: provisioned }),
    layers,
    extensions: externalExtensions(layers, []),
    eventInvoke: eventSettings(record, config, config.Version),
  };
}

/** What becomes of events that were sent to this qualifier. */
export function eventSettings(
  record: FunctionRecord,
  { DeadLetterArn }: VersionConfig,
  qualifier = UNPUBLISHED,
): EventInvokeSettings {
  const config: Partial<EventInvokeConfig> = record.eventInvoke[qualifier] ?? {};
  return {
    maximumRetryAttempts: config.MaximumRetryAttempts,
    maximumEventAgeSeconds: config.MaximumEventAgeInSeconds,
    onSuccess: config.onSuccess,
    onFailure: config.onFailure,
    deadLetter: DeadLetterArn === '' ? undefined : DeadLetterArn,
  };
}

/** How many environments are kept of a version: those of its own, and those of an alias that leads to it. */
function provisionedOf(record: FunctionRecord, version: string): number {
  return Object.entries(record.provisioned)
    .filter(([qualifier]) => (record.aliases[qualifier]?.FunctionVersion ?? qualifier) === version)
    .reduce((sum, [, { requested }]) => sum + requested, 0);
}

/** What a version is run from. */
export function artifactOf({ CodeSha256, Architecture }: VersionConfig, codes: CodeStore): Artifact {
  const taskRoot = codes.folder(CodeSha256);
  return { bootstrap: join(taskRoot, 'bootstrap'), taskRoot, architecture: Architecture };
}
