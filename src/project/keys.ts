import { LOG_LEVELS, SYSTEM_LOG_LEVELS } from '../lambda/log-levels.js';
import { compiler } from './compiler.js';
import {
  canary,
  codeSigningConfig,
  eventSources,
  fileSystems,
  kmsKey,
  logRetention,
  permissionsBoundary,
  policies,
  roleArn,
  s3Prefix,
  schedules,
  statements,
  vpc,
} from './deploy-kinds.js';
import { functionUrl } from './function-url.js';
import { imageName } from './image-name.js';
import {
  anything,
  choice,
  duration,
  eventTarget,
  filePaths,
  flag,
  logGroup,
  path,
  paths,
  text,
  texts,
  type Values,
  variables,
  whole,
  word,
} from './kinds.js';
import { routes } from './router.js';

/**
 * Every configuration key, spelt as Cargo Lambda 1.9.2 spells it (cargo-lambda-metadata/src/cargo/*.rs and the
 * option groups of cargo-options), and a few of our own. One table per section serves reading, checking and help.
 */

const MANY = Number.MAX_SAFE_INTEGER;

const ENVIRONMENT = { env_var: variables, env_file: path } as const;

const CARGO = {
  quiet: flag,
  jobs: word,
  keep_going: flag,
  profile: text,
  features: texts,
  all_features: flag,
  no_default_features: flag,
  target: texts,
  target_dir: path,
  message_format: texts,
  verbose: whole(0, 2),
  color: choice('auto', 'always', 'never'),
  frozen: flag,
  locked: flag,
  offline: flag,
  config: paths,
  unstable_flags: texts,
  timings: anything,
  manifest_path: path,
  release: flag,
  ignore_rust_version: flag,
  unit_graph: flag,
  packages: texts,
  bin: texts,
  example: texts,
} as const;

const TLS = { tls_cert: path, tls_key: path, tls_ca: path } as const;

const BUILD_KEYS = {
  ...CARGO,
  ...ENVIRONMENT,
  output_format: choice('binary', 'zip', 'oci'),
  // Ours: what an image is built upon.
  base_image: imageName,
  lambda_dir: path,
  arm64: flag,
  x86_64: flag,
  extension: flag,
  internal: flag,
  flatten: text,
  skip_target_check: flag,
  compiler,
  disable_optimizations: flag,
  include: paths,
  workspace: flag,
  all: flag,
  exclude: texts,
  lib: flag,
  bins: flag,
  examples: flag,
  test: texts,
  tests: flag,
  bench: texts,
  benches: flag,
  all_targets: flag,
  artifact_dir: path,
  build_plan: flag,
  future_incompat_report: flag,
} as const;

const WATCH_KEYS = {
  ...CARGO,
  ...ENVIRONMENT,
  ...TLS,
  ignore_changes: flag,
  only_lambda_apis: flag,
  invoke_address: text,
  invoke_port: whole(0, 65_535),
  print_traces: flag,
  wait: flag,
  disable_cors: flag,
  timeout: whole(1, MANY),
  concurrency: whole(1, MANY),
  // Ours: how long an environment of the local service stays without work.
  keep_alive: duration,
  router: routes,
  args: texts,
  // Ours: how a Function URL of the local service answers.
  invoke_mode: choice('BUFFERED', 'RESPONSE_STREAM', 'auto'),
  // Ours: what the local service puts beside the function.
  layers: filePaths,
  extensions: filePaths,
  shape_bandwidth: flag,
  // Ours: what functions may use.
  isolation: choice('auto', 'linux', 'portable'),
  cpu: choice('aws', 'full'),
  // Ours: where the local service keeps what outlives it.
  data_dir: path,
} as const;

export const DEPLOY_KEYS = {
  ...ENVIRONMENT,
  name: text,
  profile: text,
  region: text,
  alias: text,
  retry_attempts: whole(0, MANY),
  endpoint_url: text,
  enable_function_url: flag,
  disable_function_url: flag,
  function_url: functionUrl,
  memory: whole(128, 10_240),
  // Ours: the size of /tmp in MB.
  ephemeral_storage: whole(512, 10_240),
  // Ours: AWS has no other words for them, and Cargo Lambda no keys.
  reserved_concurrency: whole(0, MANY),
  provisioned_concurrency: whole(0, MANY),
  max_concurrency: whole(1, MANY),
  timeout: whole(1, 900),
  merge_env: flag,
  tracing: choice('Active', 'PassThrough'),
  role: roleArn,
  // Ours: of a role that deploy makes.
  policies,
  statements,
  permissions_boundary: permissionsBoundary,
  layer: texts,
  vpc,
  subnet_ids: texts,
  security_group_ids: texts,
  ipv6_allowed_for_dual_stack: flag,
  runtime: text,
  description: text,
  log_retention: logRetention,
  // Ours, after AWS's LoggingConfig.
  log_format: choice('Text', 'JSON'),
  application_log_level: choice(...LOG_LEVELS),
  system_log_level: choice(...SYSTEM_LOG_LEVELS),
  log_group: logGroup,
  // Ours, after AWS's EventInvokeConfig and DeadLetterConfig; ages in seconds.
  maximum_retry_attempts: whole(0, 2),
  maximum_event_age: whole(60, 21_600),
  on_success: eventTarget('on-success'),
  on_failure: eventTarget('on-failure'),
  dead_letter_queue: eventTarget('dead-letter'),
  // Ours, after AWS's own words for each.
  kms_key: kmsKey,
  code_signing_config: codeSigningConfig,
  file_systems: fileSystems,
  event_sources: eventSources,
  schedules,
  // Ours: how a version gets its traffic, and how many stay.
  canary,
  alarms: texts,
  smoke_test: path,
  keep_versions: whole(1, MANY),
  lambda_dir: path,
  manifest_path: path,
  binary_name: text,
  binary_path: path,
  s3_bucket: text,
  s3_key: text,
  // Ours, as AWS SAM has it: before the keys that deploy makes.
  s3_prefix: s3Prefix,
  // Ours: make the bucket where there is none.
  s3_create: flag,
  include: paths,
  extension: flag,
  internal: flag,
  compatible_runtimes: texts,
  output_format: choice('text', 'json'),
  tag: variables,
  dry: flag,
} as const;

export const SECTIONS = { build: BUILD_KEYS, watch: WATCH_KEYS, deploy: DEPLOY_KEYS } as const;

export type Section = keyof typeof SECTIONS;

/** A table inside of a section that means the same as its keys beside it: Cargo Lambda's guide has it, 1.9.2 does not read it. */
export const INNER_TABLES: Readonly<Partial<Record<Section, string>>> = { deploy: 'remote_config' };

/** Other spellings of a key that Cargo Lambda takes, or that people carry over from a flag's name. */
export const ALIASES: Readonly<Record<string, string>> = {
  package: 'packages',
  env: 'env_var',
  env_vars: 'env_var',
  no_reload: 'ignore_changes',
  // As Cargo Lambda's guide has them; 1.9.2 reads neither.
  routes: 'router',
  invoke_timeout: 'timeout',
  memory_size: 'memory',
  iam_role: 'role',
  layers: 'layer',
  layer_arn: 'layer',
  tags: 'tag',
  alarm: 'alarms',
  event_source: 'event_sources',
  schedule: 'schedules',
  statement: 'statements',
  policy: 'policies',
  file_system: 'file_systems',
  dry_run: 'dry',
  qualifier: 'alias',
};

export type BuildValues = Values<typeof BUILD_KEYS>;
export type WatchValues = Values<typeof WATCH_KEYS>;
export type DeployValues = Values<typeof DEPLOY_KEYS>;
export type CargoValues = Values<typeof CARGO>;

export interface SectionValues {
  readonly build: BuildValues;
  readonly watch: WatchValues;
  readonly deploy: DeployValues;
}
