import { UserError } from '../errors.js';
import type { ObservedEventSource, ObservedSchedule } from './observed.js';
import type { BucketFacts, LayerVersionFacts, Removal } from './rollout-cloud.js';
import { versionFacts } from './version-description.js';

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
  /** Of an extension, which is a layer of this name. */
  readonly layerVersions: readonly LayerVersionFacts[];
  readonly bucket: BucketOf | null;
}

/** The bucket that the code goes through. */
export interface BucketOf extends BucketFacts {
  /** Those of its keys under which this function's code lies. */
  readonly ours: readonly string[];
}

export interface RemovalPlan {
  readonly removals: readonly Removal[];
  /** What stays, and why. */
  readonly stays: readonly string[];
}

/** Of several functions: what they share goes with the last of them. */
export function planRemovals(all: readonly Remains[], keepLogs: boolean): RemovalPlan[] {
  const ours = new Set(all.flatMap(({ bucket }) => bucket?.ours.map((key) => `${bucket.name}/${key}`) ?? []));
  return all.map((remains, index) => {
    const plan = planRemoval(remains, keepLogs);
    const { bucket } = remains;
    if (!bucket || all.slice(index + 1).some((later) => later.bucket?.name === bucket.name)) return plan;
    const isUsed = all.some(
      (one) => one.bucket?.name === bucket.name && (one.bucket.ours.length > 0 || bucket.owner === one.owner),
    );
    if (!isUsed) return plan;
    const others = bucket.keys.filter((key) => !ours.has(`${bucket.name}/${key}`)).length;
    if (bucket.owner !== null && others === 0) {
      return { ...plan, removals: [...plan.removals, { kind: 'bucket', bucket: bucket.name }] };
    }
    const why =
      bucket.owner === null
        ? 'crablet did not make it'
        : `${others === 1 ? 'another object is' : `${others} other objects are`} in it`;
    return { ...plan, stays: [...plan.stays, `the bucket ${bucket.name}: ${why}`] };
  });
}

/**
 * Exactly what crablet made, which its tag tells, in an order in which an interrupted `destroy` can be begun again:
 * the function, by which the rest is found, goes after what belongs to it, and the role when nothing uses it any more.
 */
function planRemoval(remains: Remains, keepLogs: boolean): RemovalPlan {
  refuseOthers(remains);
  const { name, role, logGroup, bucket, eventSources, schedules, functionOwner, layerVersions } = remains;
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
    ...(bucket?.ours ?? []).map((key) => ({ kind: 'object' as const, bucket: bucket?.name ?? '', key })),
  ];
  for (const { version, description } of layerVersions) {
    // A version of a layer has no tags: what it was built from, in its description, is crablet's mark.
    if (versionFacts(description)) removals.push({ kind: 'layer-version', layer: name, version });
    else stays.push(`version ${version} of the layer ${name}: crablet did not publish it`);
  }
  if (functionOwner !== undefined) removals.push({ kind: 'function', function: name });
  if (logGroup && !logGroup.owned) stays.push(`the log group ${logGroup.name}: crablet did not make it`);
  else if (logGroup && keepLogs) stays.push(`the log group ${logGroup.name}: --keep-logs`);
  else if (logGroup) removals.push({ kind: 'log-group', group: logGroup.name });
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
    case 'layer-version':
      return `version ${removal.version} of the layer ${removal.layer}`;
    case 'object':
      return `the uploaded s3://${removal.bucket}/${removal.key}`;
    case 'bucket':
      return `the bucket ${removal.bucket}, which is empty then`;
    default:
      return removal satisfies never;
  }
}
