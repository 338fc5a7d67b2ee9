import { type Command, Option } from 'commander';
import { openCloud } from '../aws/deploy/cloud.js';
import { rolloutCloud } from '../aws/deploy/rollout.js';
import { ownerOf } from '../deploy/desire.js';
import { explained } from '../deploy/explain.js';
import type { RolloutCloud } from '../deploy/rollout-cloud.js';
import { UserError } from '../errors.js';
import { DEFAULT_ALIAS, type DeploySettings, deploySettings } from '../project/deploy-settings.js';
import type { DeployValues } from '../project/keys.js';
import { loadProject } from '../project/load.js';
import { nearest } from '../project/nearest.js';
import type { Project } from '../project/project.js';
import { type AwsOptions, addAwsOptions } from './aws-options.js';
import { type CargoOptions, choosing, collect, given } from './cargo-options.js';
import type { CliContext } from './context.js';

/** The flags of commands that look at, or change, what is deployed already. */
export interface ReachOptions extends AwsOptions {
  readonly alias?: string;
  readonly manifestPath?: string;
  readonly package?: string[];
  readonly bin?: string[];
  readonly global?: string;
  readonly context?: string;
  readonly output: 'text' | 'json';
}

export function addReachOptions(command: Command): Command {
  const project = 'Choosing functions:';
  const options = [
    new Option('-a, --alias <name>', 'the alias (default: deploy.alias, or live)'),
    new Option('--output <format>', 'how to report').choices(['text', 'json']).default('text'),
    new Option('-p, --package <spec>', 'only functions of this package (repeatable)')
      .argParser(collect)
      .helpGroup(project),
    new Option('--bin <name>', 'only this binary (repeatable)').argParser(collect).helpGroup(project),
    new Option('--manifest-path <path>', 'the Cargo.toml to take').helpGroup(project),
    new Option('--global <path>', 'the configuration file (default: CargoLambda.toml)').helpGroup(project),
    new Option('-x, --context <name>', 'a context of the configuration file').helpGroup(project),
  ];
  for (const option of options) command.addOption(option);
  return addAwsOptions(command);
}

/** A function that may be on AWS. */
export interface Deployed {
  readonly name: string;
  readonly alias: string;
  /** Undefined for one that was only named. */
  readonly settings?: DeploySettings;
  /** Value of the tag by which it is known as this project's. */
  readonly owner?: string;
}

export interface Reach {
  readonly cloud: ReturnType<typeof openCloud>;
  readonly rollout: RolloutCloud;
  readonly functions: readonly Deployed[];
  /** Says what was being done when AWS refuses it. */
  readonly tell: <T>(what: string, call: Promise<T>) => Promise<T>;
}

/** The functions of the project, or the one that is named, which need not be of any; who calls it closes the cloud. */
export async function reach(
  name: string | undefined,
  options: ReachOptions,
  context: CliContext,
): Promise<Reach> {
  const flags: DeployValues = given({
    profile: options.profile,
    region: options.region,
    endpoint_url: options.endpointUrl,
    retry_attempts: options.retryAttempts,
    alias: options.alias,
  });
  const project = await projectOf(name, options, flags, context);
  const functions = project ? chosen(project, name) : [];
  const deploy = project?.settings.deploy ?? flags;
  const { env } = context;
  const cloud = openCloud({
    env,
    profile: deploy.profile,
    region: deploy.region,
    endpointUrl: deploy.endpoint_url,
    retryAttempts: deploy.retry_attempts,
  });
  const profile = deploy.profile ?? env['AWS_PROFILE'];
  const region = deploy.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  return {
    cloud,
    rollout: rolloutCloud(cloud.clients),
    functions:
      functions.length > 0 || name === undefined
        ? functions
        : [{ name, alias: options.alias ?? deploy.alias ?? DEFAULT_ALIAS }],
    async tell(what, call) {
      try {
        return await call;
      } catch (error) {
        throw explained(error, { what, profile, region });
      }
    },
  };
}

async function projectOf(
  name: string | undefined,
  options: ReachOptions,
  flags: DeployValues,
  { cwd, env, interrupted: signal }: CliContext,
): Promise<Project | undefined> {
  try {
    // `--profile` is the account's here, and cargo's there.
    const { profile: _, ...rest } = options;
    return await loadProject({
      ...choosing(rest satisfies Partial<CargoOptions>),
      cwd,
      env,
      section: 'deploy',
      flags: { deploy: flags },
      signal,
    });
  } catch (error) {
    const isNone = error instanceof UserError && /^(project\.no-|environment\.no-rust)/.test(error.code);
    if (name !== undefined && isNone && options.manifestPath === undefined) return undefined;
    throw error;
  }
}

/** By the function's name on AWS, or its binary's. */
function chosen(project: Project, name: string | undefined): Deployed[] {
  const all = project.functions.map((target): Deployed => {
    const settings = deploySettings(target);
    const owner = ownerOf(target.packageName, settings);
    return { name: settings.functionName, alias: settings.alias, settings, owner };
  });
  if (name === undefined) return all;
  return all.filter((one) => one.name === name || one.settings?.binary === name);
}

/** The only one that is in reach; `command` is what a person would write with its name. */
export function theOnly(functions: readonly Deployed[], command: (name: string) => string): Deployed {
  const [only, ...more] = functions;
  if (only && more.length === 0) return only;
  throw new UserError('usage.arguments', {
    what: 'Which function is meant was not said, and there are several.',
    fix: `Name one: ${functions.map(({ name }) => command(name)).join(', ')}`,
  });
}

export function notThere(name: string, near: readonly string[] = []): UserError {
  const close = nearest(name, near);
  return new UserError('deploy.nothing-there', {
    what: `There is no function '${name}' on AWS in this account and region.`,
    fix: close ? `Did you mean: ${close}` : 'Deploy it (crablet deploy), or name its region: --region',
  });
}
