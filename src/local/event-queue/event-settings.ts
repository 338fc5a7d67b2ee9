import { type Condition, EVENT_INVOKE_DEFAULTS, type EventInvokeConfig } from '../../lambda/async-retry.js';
import type { TargetRole } from '../../lambda/event-target.js';
import type { FunctionSettings } from '../function-settings.js';

/** What the queue looks at of a function's settings. */
export type EventSettings = Pick<FunctionSettings, 'eventInvoke' | 'reservedConcurrency'>;

/** The numbers that hold for a function's events. */
export function configOf({ eventInvoke }: EventSettings): EventInvokeConfig {
  return {
    maximumRetryAttempts: eventInvoke?.maximumRetryAttempts ?? EVENT_INVOKE_DEFAULTS.maximumRetryAttempts,
    maximumEventAgeSeconds:
      eventInvoke?.maximumEventAgeSeconds ?? EVENT_INVOKE_DEFAULTS.maximumEventAgeSeconds,
  };
}

/** Who is told of an event that is over; a destination on failure and a dead-letter queue both get theirs. */
export function targetsOf(
  { eventInvoke }: EventSettings,
  condition: Condition,
): [role: TargetRole, arn: string | undefined][] {
  if (condition === 'Success') return [['on-success', eventInvoke?.onSuccess]];
  return [
    ['on-failure', eventInvoke?.onFailure],
    ['dead-letter', eventInvoke?.deadLetter],
  ];
}
