import type { Configuration } from './configuration.js';
import { same } from './same.js';
import { isSecret, MASK } from './secrets.js';
import type { Change } from './step.js';

type Key = keyof Configuration;

/** How each setting is called in a plan. */
const NAMES: Record<Exclude<Key, 'environment'>, string> = {
  runtime: 'runtime',
  handler: 'handler',
  architecture: 'architecture',
  roleArn: 'role',
  description: 'description',
  memoryMb: 'memory (MB)',
  timeoutSeconds: 'timeout (s)',
  ephemeralStorageMb: 'ephemeral storage (MB)',
  tracing: 'tracing',
  layers: 'layers',
  vpc: 'vpc',
  logging: 'logging',
  deadLetterArn: 'dead-letter queue',
  kmsKeyArn: 'kms key',
  fileSystems: 'file systems',
};

/** The settings that are not the same, in the order of the type. */
export function differing(before: Configuration, after: Configuration): Key[] {
  const keys = [...(Object.keys(NAMES) as Key[]), 'environment' as const];
  return keys.filter((key) => !same(before[key], after[key]));
}

export function configurationChanges(
  before: Configuration | null,
  after: Configuration,
  keys: readonly Key[],
): Change[] {
  return keys.flatMap((key) =>
    key === 'environment'
      ? variableChanges(before?.environment ?? {}, after.environment, 'env')
      : [{ name: NAMES[key], before: before && shown(before[key]), after: shown(after[key]) }],
  );
}

/** One change for each name; secrets are masked, and that they differ is still told. */
export function variableChanges(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  prefix: string,
): Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => {
      const [was, is] = [before[name], after[name]];
      const secret = isSecret(name, was ?? '') || isSecret(name, is ?? '');
      const text = (value: string | undefined) => (value === undefined ? null : secret ? MASK : value);
      return { name: `${prefix} ${name}`, before: text(was), after: text(is) };
    });
}

/** A value for a person; null for what is not there. */
export function shown(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (Array.isArray(value)) return value.length === 0 ? null : value.map((one) => shown(one)).join(', ');
  if (typeof value === 'object') {
    const parts = Object.entries(value)
      .map(([key, inner]) => [key, shown(inner)] as const)
      .filter(([, text]) => text !== null && text !== 'false');
    return parts.map(([key, text]) => `${key}=${text}`).join(' ') || null;
  }
  return String(value);
}

/** The fields of two values of one kind that are not the same. */
export function fieldChanges(before: object | null, after: object | null): Change[] {
  const was = (before ?? {}) as Record<string, unknown>;
  const is = (after ?? {}) as Record<string, unknown>;
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((key) => !same(was[key] ?? null, is[key] ?? null))
    .map((key) => ({ name: spaced(key), before: shown(was[key]), after: shown(is[key]) }))
    .filter(({ before: one, after: other }) => one !== other);
}

function spaced(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
