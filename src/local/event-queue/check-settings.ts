import { UserError } from '../../errors.js';
import { parseTarget, type TargetRole } from '../../lambda/event-target.js';
import type { EventInvokeSettings } from '../function-settings.js';

/**
 * What AWS would refuse is refused here.
 * @throws UserError
 */
export function checkEventInvoke(functionName: string, settings: EventInvokeSettings | undefined): void {
  if (settings === undefined) return;
  const { maximumRetryAttempts, maximumEventAgeSeconds } = settings;
  inRange(functionName, 'maximumRetryAttempts', maximumRetryAttempts, 0, 2);
  inRange(functionName, 'maximumEventAgeSeconds', maximumEventAgeSeconds, 60, 21_600);
  target(functionName, 'onSuccess', settings.onSuccess, 'on-success');
  target(functionName, 'onFailure', settings.onFailure, 'on-failure');
  target(functionName, 'deadLetter', settings.deadLetter, 'dead-letter');
}

function inRange(
  functionName: string,
  setting: string,
  value: number | undefined,
  from: number,
  to: number,
): void {
  if (value === undefined || (Number.isInteger(value) && value >= from && value <= to)) return;
  throw new UserError('project.configuration', {
    what: `${functionName}: ${setting} is ${value}.`,
    fix: `Make it a whole number from ${from} to ${to}.`,
  });
}

function target(functionName: string, setting: string, arn: string | undefined, role: TargetRole): void {
  if (arn === undefined) return;
  const found = parseTarget(arn, role);
  if (!found) {
    throw new UserError('project.configuration', {
      what: `${functionName}: ${setting} is '${arn}', where AWS Lambda sends nothing.`,
      fix: `Write ${EXPECTED[role]}.`,
    });
  }
  // AWS's own words (SNAP:test_lambda_api, event invoke config).
  if (found.service === 'lambda' && found.name === functionName) {
    throw new UserError('project.configuration', {
      what: `${functionName}: ${setting} is '${arn}'. You can't specify the function as a destination for itself.`,
      fix: 'Name another function, or a queue.',
    });
  }
}

const FUNCTION_OR_ELSE =
  'the ARN of a standard queue, a standard topic, an event bus or a function, or the name of a function that is served here';

export const EXPECTED: Readonly<Record<TargetRole, string>> = {
  'on-success': FUNCTION_OR_ELSE,
  'on-failure': FUNCTION_OR_ELSE,
  'dead-letter': 'the ARN of a standard queue or a standard topic',
};
