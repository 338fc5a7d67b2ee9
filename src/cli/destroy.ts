import { CloudError } from '../deploy/cloud.js';
import { bucketFor, roleNameOf, uploadFolderOf } from '../deploy/desire.js';
import { type Account, OWNER_TAG } from '../deploy/desired.js';
import {
  type BucketOf,
  planRemovals,
  type Remains,
  type RemovalPlan,
  removalText,
} from '../deploy/removal.js';
import type { RolloutCloud } from '../deploy/rollout-cloud.js';
import { EXIT, UserError } from '../errors.js';
import type { DeploySettings } from '../project/deploy-settings.js';
import type { DestroyOptions } from './commands/destroy.js';
import { type CliContext, canPrompt, note, print } from './context.js';
import { terminalPrompts } from './prompts.js';
import { type Deployed, type Reach, reach } from './reach.js';

interface Plan extends RemovalPlan {
  readonly name: string;
}

export async function destroy(
  name: string | undefined,
  options: DestroyOptions,
  context: CliContext,
): Promise<void> {
  const there = await reach(name, options, context);
  try {
    const account = await there.tell('tell which account this is', there.cloud.account());
    const remains: Remains[] = [];
    for (const one of there.functions) {
      const isLayer = one.settings?.extension !== undefined;
      const look = isLayer ? layerRemains(there, one, account) : remainsOf(there, one, account);
      remains.push(await there.tell(`look at '${one.name}'`, look));
    }
    const plans: Plan[] = planRemovals(remains, options.keepLogs ?? false).map((plan, index) => ({
      name: there.functions[index]?.name ?? '',
      ...plan,
    }));
    if (options.output === 'text' || !options.yes) show(plans, context);
    const all = plans.flatMap(({ removals }) => removals);
    if (options.dryRun) return report(plans, [], options, context);
    if (all.length > 0 && !(await mayGoOn(options, context))) {
      note(context, 'Nothing was taken away.');
      context.exitCode = EXIT.general;
      return;
    }
    const done: string[] = [];
    for (const removal of all) {
      if (context.interrupted.aborted) break;
      const what = removalText(removal);
      await there.tell(`take away ${what}`, there.rollout.remove(removal));
      done.push(what);
      if (options.output === 'text') note(context, `  ✓ ${what}`);
    }
    if (done.length < all.length) {
      note(
        context,
        `Interrupted: ${all.length - done.length} are left. Run it again: it goes on where this ended.`,
      );
    }
    report(plans, done, options, context);
  } finally {
    there.cloud.close();
  }
}

async function remainsOf(
  { cloud, rollout }: Reach,
  { name, owner, settings }: Deployed,
  account: Account,
): Promise<Remains> {
  const there = await cloud.function(name);
  const aliases = there ? await rollout.aliases(name) : [];
  const arns = aliases.map((one) => `${there?.arn}:${one.name}`);
  const roleName = roleNameOf(name, account.region);
  const group = settings?.logging.logGroup ?? there?.configuration.logging.group ?? `/aws/lambda/${name}`;
  const [role, logGroup, sources, schedules, bucket] = await Promise.all([
    cloud.role(roleName),
    cloud.logGroup(group),
    Promise.all(arns.map((arn) => cloud.eventSources(arn))),
    cloud.schedules(name, null),
    bucketOf(rollout, name, settings, account),
  ]);
  return {
    name,
    owner,
    functionOwner: there ? (there.tags[OWNER_TAG] ?? null) : undefined,
    role: role && { name: roleName, owner: role.owner },
    logGroup,
    eventSources: sources.flat(),
    schedules,
    layerVersions: [],
    bucket,
  };
}

/** An extension is a layer; a function of the same name is none of its. */
async function layerRemains(
  { rollout }: Reach,
  { name, owner, settings }: Deployed,
  account: Account,
): Promise<Remains> {
  const [layerVersions, bucket] = await Promise.all([
    rollout.layerVersions(name),
    bucketOf(rollout, name, settings, account),
  ]);
  return {
    name,
    owner,
    functionOwner: undefined,
    role: null,
    logGroup: null,
    eventSources: [],
    schedules: [],
    layerVersions,
    bucket,
  };
}

async function bucketOf(
  rollout: RolloutCloud,
  name: string,
  settings: DeploySettings | undefined,
  account: Account,
): Promise<BucketOf | null> {
  const { s3Bucket } = settings ?? {};
  const itsOwner = s3Bucket === undefined ? account.id : null;
  const found = await rollout.bucket(bucketFor(s3Bucket, account), itsOwner).catch((error: unknown) => {
    // Who deploys without S3 need not be allowed to look for a bucket that nothing says of.
    const mayNot = error instanceof CloudError && error.problem === 'denied';
    if (mayNot && settings?.s3Bucket === undefined && !settings?.s3Create) return null;
    throw error;
  });
  const folder = `${uploadFolderOf({ functionName: name, s3Prefix: settings?.s3Prefix })}/`;
  const isZip = (key: string) =>
    key.startsWith(folder) && /^[0-9a-f]{64}\.zip$/.test(key.slice(folder.length));
  const isOurs = (key: string) => (settings?.s3Key === undefined ? isZip(key) : key === settings.s3Key);
  return found && { ...found, ours: found.keys.filter(isOurs) };
}

function show(plans: readonly Plan[], context: CliContext): void {
  for (const { name, removals, stays } of plans) {
    note(
      context,
      removals.length > 0 ? `${name}: this will be taken away` : `${name}: there is nothing to take away`,
    );
    for (const removal of removals) note(context, `  - ${removalText(removal)}`);
    for (const one of stays) note(context, `  stays: ${one}`);
  }
}

async function mayGoOn({ yes }: DestroyOptions, context: CliContext): Promise<boolean> {
  if (yes) return true;
  if (!canPrompt(context)) {
    throw new UserError('usage.prompt-needed', {
      what: 'Whether all this is to be taken away would have to be asked, and there is no terminal.',
      fix: 'Say so: crablet destroy --yes',
    });
  }
  const prompts = await terminalPrompts(context);
  return prompts.confirm('Take all this away? It cannot be brought back.', false);
}

function report(
  plans: readonly Plan[],
  done: readonly string[],
  { output, dryRun }: DestroyOptions,
  context: CliContext,
): void {
  if (output !== 'json') {
    if (dryRun) note(context, 'Nothing was taken away (--dry-run).');
    return;
  }
  const functions = plans.map(({ name, removals, stays }) => ({ function: name, removals, stays }));
  print(context, JSON.stringify({ schema: 'crablet.destroy/1', functions, done: done.length }));
}
