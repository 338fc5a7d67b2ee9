import { resolve } from 'node:path';
import { EPHEMERAL_STORAGE_MB } from '../lambda/limits.js';
import { externalExtensions } from './external-extensions.js';
import type { FunctionSettings } from './function-settings.js';
import type { FunctionDefinition } from './local-lambda.js';

const DEFAULTS = {
  memoryMb: 128,
  ephemeralStorageMb: EPHEMERAL_STORAGE_MB.default,
  timeoutSeconds: 30,
  environment: {},
  invokeMode: 'auto',
  urlAuth: 'NONE',
  logFormat: 'Text',
  applicationLogLevel: 'INFO',
  systemLogLevel: 'INFO',
} as const satisfies Omit<FunctionSettings, 'name' | 'layers' | 'extensions'>;

/** A setting that is there and undefined counts as left out. */
export function withDefaults(given: Omit<FunctionDefinition, 'bootstrap'>): FunctionSettings {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const layers = (given.layers ?? []).map((folder) => resolve(folder));
  const extensions = externalExtensions(layers, given.extensions ?? []);
  const settings = { ...DEFAULTS, name: given.name, ...Object.fromEntries(set), layers, extensions };
  return withConcurrency(settings);
}

/** Whoever sets the variable means the same. Such functions have their logs in JSON (developer guide, managed instances). */
function withConcurrency(settings: FunctionSettings): FunctionSettings {
  const maxConcurrency =
    settings.maxConcurrency ?? Number(settings.environment['AWS_LAMBDA_MAX_CONCURRENCY'] ?? 1);
  return maxConcurrency > 1
    ? { ...settings, maxConcurrency, logFormat: 'JSON' }
    : { ...settings, maxConcurrency: undefined };
}
