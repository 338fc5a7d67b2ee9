import { shortened } from './shortened.js';

/**
 * Schedules are rules of EventBridge: those need no role of their own, as EventBridge Scheduler's do, and are known to
 * every emulator. A rule's name has the function's in it, then a dot, which no function's name may have.
 */
const MOST = { function: 40, schedule: 23 } as const;

export function rulePrefixOf(functionName: string): string {
  return `${shortened(functionName, MOST.function)}.`;
}

/** At most 64 characters (botocore, events, RuleName). */
export function ruleNameOf(functionName: string, schedule: string): string {
  return `${rulePrefixOf(functionName)}${shortened(schedule, MOST.schedule)}`;
}

export function isRuleOf(rule: string, functionName: string): boolean {
  return rule.startsWith(rulePrefixOf(functionName));
}

/** As the rule has it: a long one is shortened. */
export function scheduleNameOf(rule: string): string {
  return rule.slice(rule.indexOf('.') + 1);
}

/** Of the permission with which EventBridge may call the function. */
export function schedulePermissionOf(schedule: string): string {
  return `crablet-schedule-${shortened(schedule, MOST.schedule).replace(/[^A-Za-z0-9_-]/g, '-')}`;
}
