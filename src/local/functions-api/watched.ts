import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { UNPUBLISHED } from '../../lambda/function-name.js';
import { described, listed, type VersionConfig } from '../../lambda/functions-api/configuration.js';
import { functionMissing } from '../../lambda/functions-api/errors.js';
import { logGroupName } from '../../lambda/log-lines.js';
import type { LocalFunction } from '../function.js';
import type { ApiContext } from './context.js';
import type { Named } from './targets.js';

/**
 * What is built here, as the control plane tells it. It has no zip and no role: the hash is that of its executable,
 * and the role is one of this name.
 */
export function servedConfig(context: ApiContext, target: Named): object | undefined {
  const fn = context.functions.find(target.name);
  if (!fn) return undefined;
  if (target.qualifier !== undefined && target.qualifier !== UNPUBLISHED) throw functionMissing(target.arn);
  return described(context.home, fn.name, configOf(context, fn), target.qualifier);
}

export function listServed(context: ApiContext): { readonly name: string; readonly shown: object }[] {
  return context.functions.served.map((fn) => ({
    name: `${fn.name}:${UNPUBLISHED}`,
    shown: listed(context.home, fn.name, configOf(context, fn), undefined),
  }));
}

function configOf({ home }: ApiContext, fn: LocalFunction): VersionConfig {
  const { settings } = fn;
  const build = buildOf(fn);
  return {
    Version: UNPUBLISHED,
    Runtime: 'provided.al2023',
    Role: `arn:aws:iam::${home.accountId}:role/crablet-watch`,
    Handler: settings.handler ?? 'bootstrap',
    CodeSize: build.size,
    CodeSha256: build.sha256,
    Description: 'built and served by crablet watch',
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMb,
    LastModified: new Date(build.modified).toISOString().replace('Z', '+0000'),
    RevisionId: revisionOf(fn, build.sha256),
    ...(Object.keys(settings.environment).length > 0 && { Variables: settings.environment }),
    Architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
    EphemeralStorageMb: settings.ephemeralStorageMb,
    TracingMode: 'PassThrough',
    LoggingConfig: {
      LogFormat: settings.logFormat,
      ...(settings.logFormat === 'JSON' && {
        ApplicationLogLevel: settings.applicationLogLevel,
        SystemLogLevel: settings.systemLogLevel,
      }),
      LogGroup: settings.logGroup ?? logGroupName(fn.name),
    },
    SnapStart: 'None',
    Layers: [],
    state: build.size === 0 ? 'Pending' : 'Active',
    ...(build.size === 0
      ? { stateReason: { text: 'The function is being built.', code: 'Creating' } }
      : { update: 'Successful' as const }),
  };
}

interface Build {
  readonly size: number;
  readonly sha256: string;
  /** Epoch milliseconds. */
  readonly modified: number;
}

const NOTHING: Build = { size: 0, sha256: '', modified: 0 };
const known = new WeakMap<object, Build>();

function buildOf(fn: LocalFunction): Build {
  const { artifact } = fn;
  if (!artifact) return NOTHING;
  const found = known.get(artifact);
  if (found) return found;
  const build = read(artifact.bootstrap);
  known.set(artifact, build);
  return build;
}

function read(bootstrap: string): Build {
  try {
    const { size, mtimeMs } = statSync(bootstrap);
    const sha256 = createHash('sha256').update(readFileSync(bootstrap)).digest('base64');
    return { size, sha256, modified: mtimeMs };
  } catch {
    return NOTHING;
  }
}

/** Another one for other code or other settings, in the form of a UUID. */
function revisionOf({ settings }: LocalFunction, sha256: string): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([settings, sha256]))
    .digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
