import { setImmediate } from 'node:timers/promises';
import { loadSdk } from '../aws/deploy/clients.js';
import { openCloud } from '../aws/deploy/cloud.js';
import { bounded } from '../deploy/bounded.js';
import type { Cloud } from '../deploy/cloud.js';
import { desire } from '../deploy/desire.js';
import type { Account, Desired } from '../deploy/desired.js';
import type { OnDeployEvent } from '../deploy/events.js';
import { explained } from '../deploy/explain.js';
import { observe } from '../deploy/observe.js';
import type { Observed } from '../deploy/observed.js';
import { otherMaker, plan } from '../deploy/plan.js';
import type { Step } from '../deploy/step.js';
import type { Waiting } from '../deploy/wait.js';
import { UserError } from '../errors.js';
import { type DeploySettings, deploySettings } from '../project/deploy-settings.js';
import { loadProject } from '../project/load.js';
import type { Project } from '../project/project.js';
import { choosing } from './cargo-options.js';
import type { CliContext } from './context.js';
import { type Artifact, makeArtifacts } from './deploy-artifacts.js';
import { checkDeployOptions, type DeployOptions, deployFlags } from './deploy-options.js';
import { wallPace } from './wall-pace.js';

/** How many functions are read, and changed, at once: Lambda's own API takes 15 calls a second for an account. */
export const AT_ONCE = 4;

/** Of one function or extension: what is wanted, what is there, and what has to be done. */
export interface FunctionPlan {
  readonly settings: DeploySettings;
  readonly artifact: Artifact;
  readonly desired: Desired;
  readonly observed: Observed;
  readonly steps: readonly Step[];
  /** Why it is not this project's; null when it is, or is not there yet. */
  readonly otherMaker: string | null;
}

export interface Plans {
  readonly cloud: ReturnType<typeof openCloud>;
  readonly account: Account;
  readonly project: Project;
  readonly plans: readonly FunctionPlan[];
  /** What a person reads of an error of AWS's. */
  readonly explained: (error: unknown, what: string) => unknown;
}

/** Builds, asks AWS what is there, and plans; nothing is changed on AWS. Who calls it closes the cloud. */
export async function preparePlans(
  name: string | undefined,
  options: DeployOptions,
  context: CliContext,
  onEvent: OnDeployEvent,
): Promise<Plans> {
  checkDeployOptions(options);
  const loading = loadForDeploy(name, options, context);
  const { project, flags } = await whileCargoAnswers(loading);
  const deploy = project.settings.deploy;
  const settings = new Map(project.functions.map((one) => [one, deploySettings(one)]));
  refuseTwins(name, [...settings.values()]);
  const profile = deploy.profile ?? context.env['AWS_PROFILE'];
  const region = deploy.region ?? context.env['AWS_REGION'] ?? context.env['AWS_DEFAULT_REGION'];
  const cloud = openCloud({
    env: context.env,
    profile: deploy.profile,
    region: deploy.region,
    endpointUrl: deploy.endpoint_url,
    retryAttempts: deploy.retry_attempts,
  });
  const told = (error: unknown, what: string) => explained(error, { what, profile, region });
  try {
    // Who is not let in need not wait for the compiler.
    const account = await cloud.account().catch((error) => {
      throw told(error, 'tell which account this is');
    });
    const artifacts = await makeArtifacts(project, flags.build, context);
    const waiting = waitingOf(onEvent, context);
    const plans = await bounded(artifacts, AT_ONCE, (artifact) => {
      const own = settings.get(artifact.function) ?? deploySettings(artifact.function);
      return planOne(cloud, account, artifact, own, waiting(own.functionName)).catch((error) => {
        throw told(error, `look at '${own.functionName}'`);
      });
    });
    return { cloud, account, project, plans, explained: told };
  } catch (error) {
    cloud.close();
    throw error;
  }
}

/** A good part of a deploy that has nothing to do is to load the SDK: that is done while cargo tells of the project. */
async function whileCargoAnswers<T>(loading: Promise<T>): Promise<T> {
  const [loaded] = await Promise.allSettled([loading, setImmediate().then(loadSdk)]);
  if (loaded.status === 'rejected') throw loaded.reason;
  return loaded.value;
}

export async function loadForDeploy(name: string | undefined, options: DeployOptions, context: CliContext) {
  const flags = deployFlags(name, options);
  const { profile: _, ...others } = options;
  const chosen = choosing(others);
  const building = { ...flags.build, release: true, output_format: 'zip' as const };
  const load = (bins?: readonly string[]) =>
    loadProject({
      ...chosen,
      ...(bins && { bins }),
      cwd: context.cwd,
      env: context.env,
      section: 'deploy',
      flags: { ...flags, build: building },
      signal: context.interrupted,
    });
  const all = await load(options.binaryName === undefined ? undefined : [options.binaryName]);
  // `deploy orders` of a workspace means the function of that name, not all of them under it.
  const isOneOf = all.functions.length > 1 && all.functions.some((one) => one.name === name);
  const project = name !== undefined && isOneOf ? await load([name]) : all;
  return { project, flags: { ...flags, build: building } };
}

/** A name on the command line, or in the configuration of all, is one function's. */
function refuseTwins(name: string | undefined, settings: readonly DeploySettings[]): void {
  const names = settings.map(({ functionName }) => functionName);
  const twin = names.find((one, index) => names.indexOf(one) !== index);
  if (twin === undefined) return;
  const binaries = settings.filter(({ functionName }) => functionName === twin).map(({ binary }) => binary);
  throw new UserError('usage.arguments', {
    what: `${binaries.join(' and ')} would both be deployed as '${twin}'.`,
    fix: name
      ? `Say which of them: crablet deploy ${name} --bin ${binaries[0]}`
      : 'Give each a name of its own: name = "…" under [package.metadata.lambda.bin.<binary>.deploy]',
  });
}

function waitingOf(onEvent: OnDeployEvent, { interrupted, pace = wallPace }: CliContext) {
  return (name: string): Waiting => ({
    pace,
    signal: interrupted,
    onWait: (why, waitedMs) => onEvent({ kind: 'waiting', function: name, why, waitedMs }),
  });
}

async function planOne(
  cloud: Cloud,
  account: Account,
  artifact: Artifact,
  settings: DeploySettings,
  waiting: Waiting,
): Promise<FunctionPlan> {
  const desired = desire({
    settings,
    packageName: artifact.function.packageName,
    code: artifact.code,
    provenance: artifact.provenance,
    account,
  });
  const observed = await observe(cloud, desired, waiting);
  return {
    settings,
    artifact,
    desired,
    observed,
    steps: plan(desired, observed),
    otherMaker: otherMaker(desired, observed),
  };
}
