import { type Condition, EVENT_INVOKE_DEFAULTS, type EventInvokeConfig } from '../../lambda/async-retry.js';
import type { TargetRole } from '../../lambda/event-target.js';
import type { FunctionSettings } from '../function-settings.js';

/** The numbers that hold for a function's events. */
export function configOf({ eventInvoke }: FunctionSettings): EventInvokeConfig {
  return {
    maximumRetryAttempts: eventInvoke?.maximumRetryAttempts ?? EVENT_INVOKE_DEFAULTS.maximumRetryAttempts,
    maximumEventAgeSeconds:
      eventInvoke?.maximumEventAgeSeconds ?? EVENT_INVOKE_DEFAULTS.maximumEventAgeSeconds,
  };
}

/** Who is told of an event that is over; a destination on failure and a dead-letter queue both get theirs. */
export function targetsOf(
  { eventInvoke }: FunctionSettings,
  condition: Condition,
): [role: TargetRole, arn: string | undefined][] {
  if (condition === 'Success') return [['on-success', eventInvoke?.onSuccess]];
  return [
    ['on-failure', eventInvoke?.onFailure],
    ['dead-letter', eventInvoke?.deadLetter],
  ];
}
