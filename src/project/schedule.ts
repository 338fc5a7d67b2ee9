import type { DeployValues } from './keys.js';

type Written = NonNullable<DeployValues['schedules']>[number];

/** One rule of EventBridge that invokes the function at its times, in UTC. */
export interface Schedule {
  /** Unique within the function. */
  readonly name: string;
  readonly expression: string;
  readonly description?: string | undefined;
  /** The event as JSON; without it AWS sends an event of its own. */
  readonly input?: string | undefined;
  readonly enabled: boolean;
}

/** A schedule without a name has that of its expression, so that it keeps it when others come and go. */
export function scheduleOf(written: Written): Schedule {
  const { expression, input } = written;
  return {
    name: written.name ?? nameOf(expression),
    expression,
    description: written.description,
    input: input === undefined || typeof input === 'string' ? input : JSON.stringify(input),
    enabled: written.enabled ?? true,
  };
}

/** `rate(5 minutes)` → `rate-5-minutes`; `*` and `?` have names, as `cron(0 9 * * ? *)` would have none left. */
function nameOf(expression: string): string {
  return expression
    .replaceAll('*', 'each')
    .replaceAll('?', 'any')
    .replace(/[^0-9a-zA-Z]+/g, '-')
    .replace(/-$/, '')
    .slice(0, 40);
}
