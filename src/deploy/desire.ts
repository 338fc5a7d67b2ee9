import { UserError } from '../errors.js';
import type { Cors as UrlCors } from '../lambda/cors.js';
import { MAX_ZIPPED_BYTES } from '../lambda/limits.js';
import type { DeploySettings, RoleSettings } from '../project/deploy-settings.js';
import type { EventSource as SourceSettings } from '../project/event-source.js';
import {
  type Configuration,
  type Cors,
  corsOrNone,
  type EventSettings,
  type EventSource,
  type Logging,
  type UrlSettings,
} from './configuration.js';
import type { Account, Code, Desired, DesiredLayer, DesiredRole, Provenance } from './desired.js';
import { destinationArn, policyOf, TRUST } from './policy.js';
import { shortened } from './shortened.js';
import { versionDescription } from './version-description.js';

/** What is known of a function before AWS is asked. */
export interface Wish {
  readonly settings: DeploySettings;
  /** Of the package that it is built from. */
  readonly packageName: string;
  /** Where it goes through S3 is decided here. */
  readonly code: Omit<Code, 's3'>;
  readonly provenance: Provenance;
  readonly account: Account;
}

/** IAM is one for all regions, and a function is one for each: the region is part of the role's name. */
export function roleNameOf(functionName: string, region: string): string {
  return shortened(`crablet-${functionName}-${region}`, 64);
}

/** All functions of an account and a region go through one bucket, unless they name another. */
export function bucketFor(named: string | undefined, { id, region }: Pick<Account, 'id' | 'region'>): string {
  return named ?? `crablet-${id}-${region}`;
}

/** Where in the bucket the zips of a function are. */
export function uploadFolderOf({
  s3Prefix,
  functionName,
}: Pick<DeploySettings, 's3Prefix' | 'functionName'>): string {
  return s3Prefix === undefined ? functionName : `${s3Prefix}/${functionName}`;
}

export function ownerOf(packageName: string, { binary }: DeploySettings): string {
  return `${packageName}/${binary}`;
}

/** Pure. */
export function desire(wish: Wish): Desired {
  const { settings, provenance, account } = wish;
  const name = checkedName(settings.functionName, account);
  const code: Code = { ...wish.code, s3: placeOf(wish) };
  if (settings.extension) return layerOf(wish, name, code);
  const role = roleOf(settings, account);
  return {
    kind: 'function',
    name,
    arn: `arn:${account.partition}:lambda:${account.region}:${account.id}:function:${name}`,
    owner: ownerOf(wish.packageName, settings),
    code,
    configuration: configurationOf(settings, code, roleArnOf(settings.role, role, account)),
    mergeEnv: settings.mergeEnvironment,
    role,
    alias: settings.alias,
    provenance,
    tags: settings.tags,
    logRetentionDays: settings.logRetentionDays ?? null,
    reservedConcurrency: settings.reservedConcurrency ?? null,
    codeSigningConfigArn: settings.codeSigningConfig ?? null,
    url: urlOf(settings),
    events: eventsOf(settings, account),
    provisionedConcurrency: settings.provisionedConcurrency ?? null,
    eventSources: settings.eventSources.map(sourceOf),
    schedules: settings.schedules.map((one) => ({
      name: one.name,
      expression: one.expression,
      enabled: one.enabled,
      description: one.description ?? '',
      input: one.input ?? null,
    })),
  };
}

/** What AWS takes as a name (botocore, lambda, FunctionName); an ARN or a name with a version is not one to deploy to. */
function checkedName(name: string, { region }: Account): string {
  if (/^[a-zA-Z0-9-_]{1,64}$/.test(name)) return name;
  const clean = name.replace(/[^a-zA-Z0-9-_]+/g, '-').slice(0, 64);
  throw new UserError('usage.arguments', {
    what: `AWS takes no function named '${name}' (in ${region}): a name has 1 to 64 letters, digits, '-' and '_'.`,
    fix: `Give it another: crablet deploy ${clean || 'my-function'} --bin …, or name = "${clean || 'my-function'}" under [package.metadata.lambda.deploy]`,
  });
}

function placeOf({ settings, code, account }: Wish): Code['s3'] {
  const { s3Bucket, s3Key, s3Create } = settings;
  // "Zipped size must be smaller than 52428800 bytes" (SNAP:test_lambda_api, RequestEntityTooLargeException).
  const isLarge = code.bytes >= MAX_ZIPPED_BYTES;
  if (s3Bucket === undefined && !isLarge) return null;
  if (s3Bucket === undefined && !s3Create) {
    throw new UserError('deploy.too-large', {
      what: `The zip of '${settings.functionName}' has ${(code.bytes / 1_048_576).toFixed(1)} MB; a call to Lambda takes less than 50 MB.`,
      fix: 'Send it through S3: --s3-bucket NAME, or --s3-create, which makes a bucket for it',
    });
  }
  return {
    bucket: bucketFor(s3Bucket, account),
    // Named after its content: what is there already need not be sent again.
    key: s3Key ?? `${uploadFolderOf(settings)}/${Buffer.from(code.sha256, 'base64').toString('hex')}.zip`,
    create: s3Create,
    owner: s3Bucket === undefined ? account.id : null,
  };
}

function layerOf({ settings, packageName, provenance }: Wish, name: string, code: Code): DesiredLayer {
  return {
    kind: 'layer',
    name,
    owner: ownerOf(packageName, settings),
    code,
    description: versionDescription(settings.description ?? '', provenance),
    compatibleRuntimes: settings.extension?.compatibleRuntimes ?? [],
    provenance,
  };
}

function roleOf(settings: DeploySettings, account: Account): DesiredRole | null {
  const { role } = settings;
  if (role.use === 'given') return null;
  const name = roleNameOf(settings.functionName, account.region);
  return {
    name,
    arn: `arn:${account.partition}:iam::${account.id}:role/${name}`,
    trust: TRUST,
    policy: policyOf(settings, account),
    attached: role.policies.map((one) => policyArnOf(one, account)).sort(),
    permissionsBoundary: role.permissionsBoundary ?? null,
  };
}

function policyArnOf(policy: string, { partition }: Account): string {
  return policy.startsWith('arn:') ? policy : `arn:${partition}:iam::aws:policy/${policy}`;
}

function roleArnOf(settings: RoleSettings, own: DesiredRole | null, { partition, id }: Account): string {
  if (settings.use === 'own' || own) return own?.arn ?? '';
  return settings.role.startsWith('arn:')
    ? settings.role
    : `arn:${partition}:iam::${id}:role/${settings.role}`;
}

function configurationOf(settings: DeploySettings, code: Code, roleArn: string): Configuration {
  const { vpc } = settings;
  return {
    runtime: settings.runtime,
    handler: 'bootstrap',
    architecture: code.architecture,
    roleArn,
    description: settings.description ?? '',
    memoryMb: settings.memoryMb,
    timeoutSeconds: settings.timeoutSeconds,
    ephemeralStorageMb: settings.ephemeralStorageMb,
    environment: settings.environment,
    tracing: settings.tracing,
    layers: settings.layers,
    vpc: vpc
      ? {
          subnetIds: [...vpc.subnetIds].sort(),
          securityGroupIds: [...vpc.securityGroupIds].sort(),
          ipv6AllowedForDualStack: vpc.ipv6,
        }
      : null,
    logging: loggingOf(settings),
    deadLetterArn: settings.eventInvoke.deadLetter ?? null,
    kmsKeyArn: settings.kmsKey ?? null,
    fileSystems: settings.fileSystems,
  };
}

function loggingOf({ logging, functionName }: DeploySettings): Logging {
  const isJson = logging.logFormat === 'JSON';
  return {
    format: logging.logFormat,
    applicationLevel: isJson ? logging.applicationLogLevel : null,
    systemLevel: isJson ? logging.systemLogLevel : null,
    group: logging.logGroup ?? `/aws/lambda/${functionName}`,
  };
}

function urlOf({ functionUrl }: DeploySettings): UrlSettings | 'leave' | null {
  if (functionUrl === 'leave') return 'leave';
  if (functionUrl === 'remove') return null;
  const { authType, invokeMode, cors } = functionUrl;
  return { auth: authType, invokeMode, cors: cors ? corsOf(cors) : null };
}

function corsOf(cors: UrlCors): Cors | null {
  return corsOrNone({
    allowOrigins: cors.allowOrigins ?? [],
    allowMethods: cors.allowMethods ?? [],
    allowHeaders: cors.allowHeaders ?? [],
    exposeHeaders: cors.exposeHeaders ?? [],
    allowCredentials: cors.allowCredentials ?? false,
    maxAgeSeconds: cors.maxAge ?? null,
  });
}

function eventsOf({ eventInvoke }: DeploySettings, account: Account): EventSettings | null {
  const arn = (target: string | undefined) => (target === undefined ? null : destinationArn(target, account));
  const settings: EventSettings = {
    maximumRetryAttempts: eventInvoke.maximumRetryAttempts ?? null,
    maximumEventAgeSeconds: eventInvoke.maximumEventAgeSeconds ?? null,
    onSuccess: arn(eventInvoke.onSuccess),
    onFailure: arn(eventInvoke.onFailure),
  };
  return Object.values(settings).every((value) => value === null) ? null : settings;
}

function sourceOf(source: SourceSettings): EventSource {
  return {
    sourceArn: source.arn,
    topics: source.topics ?? [],
    queues: source.queues ?? [],
    enabled: source.enabled,
    batchSize: source.batchSize ?? null,
    batchingWindowSeconds: source.batchingWindowSeconds ?? null,
    filters: source.filters,
    reportBatchItemFailures: source.reportBatchItemFailures,
    maximumConcurrency: source.maximumConcurrency ?? null,
    startingPosition: source.startingPosition ?? null,
    parallelizationFactor: source.parallelizationFactor ?? null,
    maximumRetryAttempts: source.maximumRetryAttempts ?? null,
    maximumRecordAgeSeconds: source.maximumRecordAgeSeconds ?? null,
    bisectBatchOnError: source.bisectBatchOnFunctionError ?? false,
    tumblingWindowSeconds: source.tumblingWindowSeconds ?? null,
    onFailure: source.onFailure ?? null,
  };
}
