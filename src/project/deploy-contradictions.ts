import { UserError } from '../errors.js';
import type { DeployValues } from './keys.js';
import type { Origin } from './project.js';
import { scheduleOf } from './schedule.js';

type Origins = Readonly<Record<string, Origin>>;

/** Settings that are right by themselves and wrong together; told with the places they come from. */
export function refuseContradictions(deploy: DeployValues, origins: Origins): void {
  const both = (one: keyof DeployValues, other: keyof DeployValues, why: string): void => {
    if (deploy[one] && deploy[other]) throw contradiction(one, other, why, origins);
  };
  both('enable_function_url', 'disable_function_url', 'A function has a URL, or it has none.');
  both('s3_key', 's3_prefix', 'A key is a whole one.');
  both('binary_name', 'binary_path', 'Either says what to deploy.');
  for (const key of ['policies', 'statements', 'permissions_boundary'] as const) {
    both('role', key, 'A role that is given is used as it is, and never changed.');
  }
  refuseAlone(deploy, origins);
  refuseTags(deploy.tag ?? {}, origins);
  refuseTwice(
    'event_sources',
    (deploy.event_sources ?? []).map(({ arn }) => arn),
    origins,
  );
  refuseTwice(
    'schedules',
    (deploy.schedules ?? []).map((one) => scheduleOf(one).name),
    origins,
  );
}

/** What AWS refuses without another setting beside it. */
function refuseAlone(deploy: DeployValues, origins: Origins): void {
  const subnets = deploy.subnet_ids ?? deploy.vpc?.subnet_ids ?? [];
  const groups = deploy.security_group_ids ?? deploy.vpc?.security_group_ids ?? [];
  if (subnets.length > 0 !== groups.length > 0) {
    const [there, missing] =
      subnets.length > 0 ? ['subnet_ids', 'security_group_ids'] : ['security_group_ids', 'subnet_ids'];
    throw alone(there, missing, 'A function in a VPC needs both.', origins);
  }
  if (deploy.file_systems?.length && subnets.length === 0) {
    throw alone('file_systems', 'subnet_ids', 'A file system is reached through a VPC.', origins);
  }
  if (deploy.alarms?.length && deploy.canary === undefined) {
    throw alone('alarms', 'canary', 'Alarms are watched during a canary.', origins);
  }
  if (deploy.s3_key !== undefined && deploy.s3_bucket === undefined && !deploy.s3_create) {
    throw alone('s3_key', 's3_bucket', 'The key is within a bucket.', origins);
  }
  if (deploy.s3_prefix !== undefined && deploy.s3_bucket === undefined && !deploy.s3_create) {
    throw alone('s3_prefix', 's3_bucket', 'The prefix is within a bucket.', origins);
  }
  const { alias } = deploy;
  // AWS's pattern (botocore, lambda, Alias): no bare number, which would be a version.
  if (alias !== undefined && !/^(?!\d+$)[a-zA-Z0-9-_]{1,128}$/.test(alias)) {
    throw new UserError('project.configuration', {
      what: `${placeOf('alias', origins)}: the alias '${alias}' is a name that AWS refuses.`,
      fix: "Write letters, digits, '-' and '_', and not digits alone, such as alias = \"live\".",
    });
  }
}

/** Prefixes that AWS keeps for itself (developer guide, configuration-tags), and crablet for what it knows things by. */
function refuseTags(tags: Readonly<Record<string, string>>, origins: Origins): void {
  const kept = Object.keys(tags).find((key) => /^(aws|crablet):/i.test(key));
  if (kept !== undefined) {
    throw new UserError('project.configuration', {
      what: `${placeOf('tag', origins)}: the tag '${kept}' begins as ${/^aws/i.test(kept) ? "AWS's" : "crablet's"} own do.`,
      fix: `Give it another key, such as ${kept.slice(kept.indexOf(':') + 1) || 'team'}.`,
    });
  }
}

function refuseTwice(key: 'event_sources' | 'schedules', names: readonly string[], origins: Origins): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new UserError('project.configuration', {
    what: `${placeOf(key, origins)}: '${key}' has ${twice} twice.`,
    fix:
      key === 'schedules'
        ? 'Give each schedule a name of its own: name = "…".'
        : 'Take one of them out; AWS maps an event source to a function once.',
  });
}

function alone(there: string, missing: string, why: string, origins: Origins): UserError {
  return new UserError('project.configuration', {
    what: `${placeOf(there, origins)}: '${there}' is set, and '${missing}' is not. ${why}`,
    fix: `Write ${missing} beside it, or take '${there}' out.`,
  });
}

function contradiction(one: string, other: string, why: string, origins: Origins): UserError {
  return new UserError('project.configuration', {
    what: `'${one}' (${placeOf(one, origins)}) and '${other}' (${placeOf(other, origins)}) are both set. ${why}`,
    fix: `Take '${one}' or '${other}' out.`,
  });
}

function placeOf(key: string, origins: Origins): string {
  return origins[`deploy.${key}`]?.place ?? 'the configuration';
}
