import { UserError } from '../errors.js';
import type { ObservedEventSource, ObservedSchedule } from './observed.js';
import type { Removal } from './rollout-cloud.js';

/** What is on AWS of a function that is to be taken away. */
export interface Remains {
  readonly name: string;
  /** Value of the owner's tag that is this project's; undefined when only a name was given. */
  readonly owner: string | undefined;
  /** Value of the tag on the function; null without the tag, undefined without a function. */
  readonly functionOwner: string | null | undefined;
  /** The role that crablet makes for a function of this name; its tag's value. */
  readonly role: { readonly name: string; readonly owner: string | null } | null;
  readonly logGroup: { readonly name: string; readonly owned: boolean } | null;
  readonly eventSources: readonly Pick<ObservedEventSource, 'uuid' | 'sourceArn'>[];
  readonly schedules: readonly Pick<ObservedSchedule, 'rule'>[];
  readonly bucket: { readonly name: string; readonly keys: readonly string[] };
}

export interface RemovalPlan {
  readonly removals: readonly Removal[];
  /** What stays, and why. */
  readonly stays: readonly string[];
}

/**
 * Exactly what crablet made, which its tag tells, in an order in which an interrupted `destroy` can be begun again:
 * the function, by which the rest is found, goes after what belongs to it, and the role when nothing uses it any more.
 */
export function planRemoval(remains: Remains, keepLogs: boolean): RemovalPlan {
  refuseOthers(remains);
  const { name, role, logGroup, bucket, eventSources, schedules, functionOwner } = remains;
  const isOurs = (owner: string | null) =>
    owner !== null && owner === (remains.owner ?? functionOwner ?? owner);
  const stays: string[] = [];
  const removals: Removal[] = [
    ...eventSources.map(({ uuid, sourceArn }) => ({
      kind: 'event-source' as const,
      uuid,
      source: sourceArn,
    })),
    ...schedules.map(({ rule }) => ({ kind: 'rule' as const, rule })),
  ];
  if (functionOwner !== undefined) removals.push({ kind: 'function', function: name });
  if (logGroup && !logGroup.owned) stays.push(`the log group ${logGroup.name}: crablet did not make it`);
  else if (logGroup && keepLogs) stays.push(`the log group ${logGroup.name}: --keep-logs`);
  else if (logGroup) removals.push({ kind: 'log-group', group: logGroup.name });
  for (const key of bucket.keys) removals.push({ kind: 'object', bucket: bucket.name, key });
  if (role && isOurs(role.owner)) removals.push({ kind: 'role', role: role.name });
  else if (role) stays.push(`the role ${role.name}: crablet did not make it`);
  return { removals, stays };
}

function refuseOthers({ name, owner, functionOwner }: Remains): void {
  if (functionOwner === undefined || (functionOwner !== null && functionOwner === (owner ?? functionOwner)))
    return;
  throw new UserError('deploy.not-ours', {
    what:
      functionOwner === null
        ? `The function '${name}' was not made by crablet: it has no tag crablet:function.`
        : `The function '${name}' was made for ${functionOwner}, and this is ${owner}.`,
    fix: 'Delete it with what made it, or from the project that it is of.',
  });
}

/** For a person. */
export function removalText(removal: Removal): string {
  switch (removal.kind) {
    case 'version':
      return `version ${removal.version} of ${removal.function}`;
    case 'event-source':
      return `the event source ${removal.source}`;
    case 'rule':
      return `the schedule ${removal.rule}`;
    case 'function':
      return `the function ${removal.function}, with its versions, aliases and URL`;
    case 'log-group':
      return `the log group ${removal.group}, with all its logs`;
    case 'role':
      return `the role ${removal.role}`;
    case 'object':
      return `the uploaded s3://${removal.bucket}/${removal.key}`;
    default:
      return removal satisfies never;
  }
}
