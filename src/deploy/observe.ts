import { UserError } from '../errors.js';
import { type AliasFacts, CloudError, type Reads } from './cloud.js';
import type { Desired, DesiredFunction, S3Place } from './desired.js';
import type { Observed, ObservedAlias, ObservedFunction, ObservedFunctionState } from './observed.js';
import { untilReady, type Waiting } from './wait.js';

/** Reads all that a plan looks at. An update that is not through is waited for: what it leaves is what counts. */
export async function observe(cloud: Reads, desired: Desired, waiting: Waiting): Promise<Observed> {
  const { s3 } = desired.code;
  if (desired.kind === 'layer') {
    const [latest, place] = await Promise.all([cloud.layer(desired.name), s3 ? readPlace(cloud, s3) : null]);
    return { kind: 'layer', latest, s3: place };
  }
  const [found, role, logGroup, place] = await Promise.all([
    functionAndAlias(cloud, desired, waiting),
    desired.role ? cloud.role(desired.role.name) : null,
    readLogGroup(cloud, desired),
    s3 ? readPlace(cloud, s3) : null,
  ]);
  await refuseMissingRole(cloud, desired, found);
  refuseMissingBucket(desired, place);
  return { kind: 'function', function: found, role, logGroup, s3: place };
}

/** S3 says no more than that it is forbidden, also of a bucket that is another account's. */
async function readPlace(cloud: Reads, place: S3Place) {
  try {
    return await cloud.s3(place);
  } catch (error) {
    if (place.owner === null || !(error instanceof CloudError) || error.problem !== 'denied') throw error;
    throw new UserError('aws.refused', {
      what: `The bucket ${place.bucket} is not of this account (${place.owner}), or may not be looked at: ${error.message}`,
      fix: 'Name one of your own: --s3-bucket NAME; what it takes is in crablet deploy --print-policy',
      cause: error,
    });
  }
}

async function functionAndAlias(
  cloud: Reads,
  desired: DesiredFunction,
  waiting: Waiting,
): Promise<ObservedFunction | null> {
  const { name } = desired;
  const look = async (): Promise<ObservedFunction | null> => {
    // An alias is asked for before it is known that there is a function: one after the other takes as long again.
    const [there, facts] = await Promise.all([cloud.function(name), cloud.alias(name, desired.alias)]);
    return there && { ...there, alias: facts && (await aliasOf(cloud, desired, facts)) };
  };
  const there = await look();
  if (!there?.updating) return there;
  await untilReady(cloud, name, null, waiting).catch((error: unknown) => {
    // What has failed is planned again.
    if (!(error instanceof UserError)) throw error;
  });
  return look();
}

async function aliasOf(
  cloud: Reads,
  { name, alias }: DesiredFunction,
  facts: AliasFacts,
): Promise<ObservedAlias | null> {
  const [version, url, permissions, events, provisionedConcurrency, eventSources, schedules] =
    await Promise.all([
      cloud.version(name, facts.version),
      cloud.url(name, alias),
      cloud.permissions(name, alias),
      cloud.events(name, alias),
      cloud.provisionedConcurrency(name, alias),
      cloud.eventSources(facts.arn),
      cloud.schedules(name, facts.arn),
    ]);
  // Deleted between two calls: as if there were no alias, which a plan then mends.
  if (!version) return null;
  return {
    ...facts,
    ...version,
    url,
    permissions,
    events,
    provisionedConcurrency,
    eventSources,
    schedules,
  };
}

/** Who deploys may not look at log groups, and need not, as long as nothing is said of them. */
async function readLogGroup(
  cloud: Reads,
  desired: DesiredFunction,
): Promise<ObservedFunctionState['logGroup']> {
  try {
    return await cloud.logGroup(desired.configuration.logging.group);
  } catch (error) {
    const mayNot = error instanceof CloudError && error.problem === 'denied';
    if (mayNot && desired.logRetentionDays === null) return null;
    throw error;
  }
}

/** AWS says of a role that is not there only that it cannot be assumed, as of one that is new. */
async function refuseMissingRole(
  cloud: Reads,
  { role, configuration: { roleArn } }: DesiredFunction,
  there: { readonly configuration: { readonly roleArn: string } } | null,
): Promise<void> {
  if (role || there?.configuration.roleArn === roleArn) return;
  const name = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const found = await cloud.role(name).catch((error: unknown) => {
    if (error instanceof CloudError && error.problem === 'denied') return undefined;
    throw error;
  });
  if (found !== null) return;
  throw new UserError('aws.refused', {
    what: `There is no role ${roleArn}.`,
    fix: 'Name one that there is (aws iam list-roles), or leave --role out: crablet then makes one for the function.',
  });
}

function refuseMissingBucket({ code: { s3 }, name }: DesiredFunction, place: Observed['s3']): void {
  if (s3 === null || place === null || place.bucket || s3.create) return;
  throw new UserError('aws.refused', {
    what: `There is no bucket ${s3.bucket}, through which the code of '${name}' is to go.`,
    fix: `Make it (aws s3 mb s3://${s3.bucket}), or let crablet do so: --s3-create`,
  });
}
