import { type CanaryStep, parseCanary } from '../lambda/canary.js';
import type { Cors } from '../lambda/cors.js';
import { refuseContradictions } from './deploy-contradictions.js';
import { type EventInvokeValues, eventInvokeOf } from './event-invoke.js';
import { type EventSource, eventSourceOf } from './event-source.js';
import type { DeployValues } from './keys.js';
import type { Variables } from './kinds.js';
import type { LoggingSettings } from './logging.js';
import type { FunctionTarget } from './project.js';
import { type Schedule, scheduleOf } from './schedule.js';

/** The alias that gets the traffic where none is named. */
export const DEFAULT_ALIAS = 'live';
const DEFAULT_RUNTIME = 'provided.al2023';
/** MB; AWS's own default (botocore, lambda, EphemeralStorage). */
const DEFAULT_EPHEMERAL_STORAGE_MB = 512;

export interface Vpc {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly ipv6: boolean;
}

export interface UrlSettings {
  readonly authType: 'NONE' | 'AWS_IAM';
  readonly invokeMode: 'BUFFERED' | 'RESPONSE_STREAM';
  readonly cors?: Cors | undefined;
}

export interface Statement {
  readonly sid?: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: unknown;
}

/** A role of the user's, or one that deploy makes and keeps. */
export type RoleSettings =
  | { readonly use: 'given' /** Its ARN or its name. */; readonly role: string }
  | {
      readonly use: 'own';
      /** ARNs, or names of AWS's own. */
      readonly policies: readonly string[];
      readonly statements: readonly Statement[];
      readonly permissionsBoundary?: string | undefined;
    };

/**
 * All that a function should be on AWS, with AWS's defaults for what is not written: what is taken out of the
 * configuration goes back to them. What is absent (`undefined`) should not exist.
 */
export interface DeploySettings {
  readonly functionName: string;
  /** The binary it is built from. */
  readonly binary: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly ephemeralStorageMb: number;
  /** Of each version, as `--description` is with Cargo Lambda. */
  readonly description?: string | undefined;
  readonly environment: Variables;
  /** Variables that AWS has and the project does not stay. */
  readonly mergeEnvironment: boolean;
  readonly tracing: 'Active' | 'PassThrough';
  /** In the order in which they are unpacked. */
  readonly layers: readonly string[];
  readonly vpc?: Vpc | undefined;
  readonly fileSystems: readonly { readonly arn: string; readonly localMountPath: string }[];
  readonly kmsKey?: string | undefined;
  readonly codeSigningConfig?: string | undefined;
  readonly logging: LoggingSettings;
  /** Absent: its logs are kept for ever. */
  readonly logRetentionDays?: number | undefined;
  /** Retries, age, destinations and dead-letter queue. */
  readonly eventInvoke: EventInvokeValues;
  readonly reservedConcurrency?: number | undefined;
  /** Of the alias. */
  readonly provisionedConcurrency?: number | undefined;
  /** `leave`: nothing is said of it. */
  readonly functionUrl: 'leave' | 'remove' | UrlSettings;
  readonly eventSources: readonly EventSource[];
  readonly schedules: readonly Schedule[];
  readonly role: RoleSettings;
  readonly tags: Variables;
  readonly alias: string;
  readonly keepVersions?: number | undefined;
  readonly canary: readonly CanaryStep[];
  /** CloudWatch alarms that are watched during a canary. */
  readonly alarms: readonly string[];
  /** The file of an event that the new version is invoked with before it gets any traffic. */
  readonly smokeTest?: string | undefined;
  readonly s3Bucket?: string | undefined;
  readonly s3Key?: string | undefined;
  /** Before the keys that deploy makes. */
  readonly s3Prefix?: string | undefined;
  /** The bucket may be made. */
  readonly s3Create: boolean;
  /** Then it is a layer, of which only name, description and runtimes count. */
  readonly extension?:
    | { readonly internal: boolean; readonly compatibleRuntimes: readonly string[] }
    | undefined;
}

/** Pure; flags are the strongest layer of what `loadProject` has put together. */
export function deploySettings(target: FunctionTarget): DeploySettings {
  const { settings } = target;
  const { deploy, build } = settings;
  refuseContradictions(deploy, settings.origins);
  const extension = deploy.extension ?? build.extension ?? false;
  return {
    functionName: deploy.name ?? target.name,
    binary: deploy.binary_name ?? target.name,
    runtime: deploy.runtime ?? DEFAULT_RUNTIME,
    memoryMb: settings.memoryMb,
    timeoutSeconds: settings.timeoutSeconds,
    ephemeralStorageMb: deploy.ephemeral_storage ?? DEFAULT_EPHEMERAL_STORAGE_MB,
    description: deploy.description,
    environment: settings.environment,
    mergeEnvironment: deploy.merge_env ?? false,
    tracing: deploy.tracing ?? 'PassThrough',
    layers: deploy.layer ?? [],
    vpc: vpcOf(deploy),
    fileSystems: (deploy.file_systems ?? []).map((one) => ({
      arn: one.arn,
      localMountPath: one.local_mount_path,
    })),
    kmsKey: deploy.kms_key,
    codeSigningConfig: deploy.code_signing_config,
    logging: settings.logging,
    logRetentionDays: deploy.log_retention,
    eventInvoke: eventInvokeOf(deploy),
    reservedConcurrency: deploy.reserved_concurrency,
    // AWS has no configuration for none.
    provisionedConcurrency: deploy.provisioned_concurrency || undefined,
    functionUrl: urlOf(deploy),
    eventSources: (deploy.event_sources ?? []).map(eventSourceOf),
    schedules: (deploy.schedules ?? []).map(scheduleOf),
    role: roleOf(deploy),
    tags: deploy.tag ?? {},
    alias: deploy.alias ?? DEFAULT_ALIAS,
    keepVersions: deploy.keep_versions,
    canary: parseCanary(deploy.canary ?? '') ?? [],
    alarms: deploy.alarms ?? [],
    smokeTest: deploy.smoke_test,
    s3Bucket: deploy.s3_bucket,
    s3Key: deploy.s3_key,
    s3Prefix: deploy.s3_prefix,
    s3Create: deploy.s3_create ?? false,
    extension: extension
      ? {
          internal: deploy.internal ?? build.internal ?? false,
          compatibleRuntimes: deploy.compatible_runtimes ?? ['provided.al2', DEFAULT_RUNTIME],
        }
      : undefined,
  };
}

function vpcOf(deploy: DeployValues): Vpc | undefined {
  const subnetIds = deploy.subnet_ids ?? deploy.vpc?.subnet_ids ?? [];
  const securityGroupIds = deploy.security_group_ids ?? deploy.vpc?.security_group_ids ?? [];
  if (subnetIds.length === 0 && securityGroupIds.length === 0) return undefined;
  const ipv6 = deploy.ipv6_allowed_for_dual_stack ?? deploy.vpc?.ipv6_allowed_for_dual_stack ?? false;
  return { subnetIds, securityGroupIds, ipv6 };
}

function urlOf(deploy: DeployValues): DeploySettings['functionUrl'] {
  if (deploy.disable_function_url) return 'remove';
  if (!deploy.enable_function_url) return 'leave';
  const { auth_type, invoke_mode, cors } = deploy.function_url ?? {};
  return {
    authType: auth_type ?? 'NONE',
    invokeMode: invoke_mode ?? 'BUFFERED',
    ...(cors && {
      cors: {
        allowOrigins: cors.allow_origins,
        allowMethods: cors.allow_methods,
        allowHeaders: cors.allow_headers,
        exposeHeaders: cors.expose_headers,
        allowCredentials: cors.allow_credentials,
        maxAge: cors.max_age,
      },
    }),
  };
}

function roleOf({ role, policies, statements, permissions_boundary }: DeployValues): RoleSettings {
  if (role !== undefined) return { use: 'given', role };
  return {
    use: 'own',
    policies: policies ?? [],
    statements: (statements ?? []).map((one) => ({ ...one, effect: one.effect ?? 'Allow' })),
    permissionsBoundary: permissions_boundary,
  };
}
