import { UserError } from '../../errors.js';
import { EXPECTED_TARGET, parseTarget, type TargetRole } from '../../lambda/event-target.js';
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
      fix: `Write ${EXPECTED_TARGET[role]}.`,
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
