import { DEFAULT_ALIAS } from '../project/deploy-settings.js';
import { shortened } from './shortened.js';

/**
 * Schedules are rules of EventBridge: those need no role of their own, as EventBridge Scheduler's do, and are known to
 * every emulator. A rule's name has the function's in it, and that of an alias which is not the usual one: two aliases
 * are two stages, each with schedules of its own. Between them are dots, which no such name may have.
 */
const MOST = { function: 28, alias: 11, schedule: 23 } as const;

export function rulePrefixOf(functionName: string): string {
  return `${shortened(functionName, MOST.function)}.`;
}

/** At most 64 characters (botocore, events, RuleName). */
export function ruleNameOf(functionName: string, alias: string, schedule: string): string {
  return `${rulePrefixOf(functionName)}${stageOf(alias)}${shortened(schedule, MOST.schedule)}`;
}

/** Of this alias, or of any when none is named. */
export function isRuleOf(rule: string, functionName: string, alias: string | null): boolean {
  const prefix = rulePrefixOf(functionName);
  if (!rule.startsWith(prefix)) return false;
  const stage = rule.slice(prefix.length, rule.lastIndexOf('.') + 1);
  return alias === null || stage === stageOf(alias);
}

function stageOf(alias: string): string {
  return alias === DEFAULT_ALIAS ? '' : `${shortened(alias, MOST.alias)}.`;
}

/** As the rule has it: a long one is shortened. */
export function scheduleNameOf(rule: string): string {
  return rule.slice(rule.lastIndexOf('.') + 1);
}

/** Of the permission with which EventBridge may call the function. */
export function schedulePermissionOf(schedule: string): string {
  return `crablet-schedule-${shortened(schedule, MOST.schedule).replace(/[^A-Za-z0-9_-]/g, '-')}`;
}
