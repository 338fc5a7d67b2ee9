/**
 * The variables that a `provided.al2023` function finds in its environment, all of them and no others: recorded
 * from AWS with a Rust binary that prints its own (SNAP:test_lambda_common#test_introspection_invoke
 * [provided.al2023], 13 Jan 2026). `AWS_EXECUTION_ENV`, `HOME`, `USER`, `PWD` and `SHLVL` are absent on purpose.
 */
import { MAX_ENVIRONMENT_BYTES } from './limits.js';
import { invalidParameterValue, type WireError } from './wire-errors.js';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export type InitializationType =
  | 'on-demand'
  | 'provisioned-concurrency'
  | 'snap-start'
  | 'lambda-managed-instances';

export interface EnvironmentFacts {
  readonly functionName: string;
  readonly version: string;
  readonly memoryMb: number;
  readonly region: string;
  readonly logGroup: string;
  readonly logStream: string;
  /** `host:port`, a path may follow. */
  readonly runtimeApi: string;
  /** Where the function's files lie; `/var/task` on AWS. */
  readonly taskRoot: string;
  /** Where layers lie, the first to look at first; `/opt` on AWS. */
  readonly opt?: readonly string[] | undefined;
  /** The function's Handler setting. */
  readonly handler: string;
  readonly initializationType: InitializationType;
  readonly credentials?: Credentials | undefined;
  readonly logFormat?: 'Text' | 'JSON' | undefined;
  /** As the function's LoggingConfig spells it, such as `INFO`; used with `JSON` only. */
  readonly applicationLogLevel?: string | undefined;
  /** How many invocations the environment takes at once, when it is more than one. */
  readonly maxConcurrency?: number | undefined;
  /** The function's own variables. */
  readonly user: Readonly<Record<string, string>>;
}

/**
 * What the process is started with. A user's variable wins over a default (`PATH`, `TZ`, …) and loses against
 * what the platform reserves; a name that starts with `_` is the platform's (RIE: rapidcore/env/environment.go).
 */
export function functionEnvironment(facts: EnvironmentFacts): Record<string, string> {
  const environment = defaults(facts);
  for (const [name, value] of Object.entries(facts.user)) {
    if (!name.startsWith('_')) environment[name] = value;
  }
  return Object.assign(environment, credentialVariables(facts.credentials), platformVariables(facts));
}

/** The Handler setting of a function that is a bootstrap: nothing reads it. */
export const HANDLER = 'bootstrap';

/** What extensions do not find beside names that start with `_` (RIE: AgentExecEnv; DG22: runtimes-extensions-api). */
const NOT_FOR_EXTENSIONS = new Set([
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_MAX_CONCURRENCY',
  'AWS_XRAY_CONTEXT_MISSING',
  'AWS_XRAY_DAEMON_ADDRESS',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

/** What an external extension is started with: the function's variables and credentials without what is the runtime's. */
export function extensionEnvironment(ofFunction: Readonly<Record<string, string>>): Record<string, string> {
  const theirs = Object.entries(ofFunction).filter(
    ([name]) => !name.startsWith('_') && !NOT_FOR_EXTENSIONS.has(name),
  );
  return Object.fromEntries(theirs);
}

function defaults(facts: EnvironmentFacts): Record<string, string> {
  const opt = facts.opt ?? ['/opt'];
  const environment: Record<string, string> = {
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '169.254.100.1:2000',
    LANG: 'en_US.UTF-8',
    LD_LIBRARY_PATH: `/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:${facts.taskRoot}:${facts.taskRoot}/lib:${opt.map((folder) => `${folder}/lib`).join(':')}`,
    // `/usr/bin/` with its slash is as recorded.
    PATH: `/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:${opt.map((folder) => `${folder}/bin`).join(':')}`,
    // That of managed instances is in localstack's invocation/execution_environment.py.
    TZ: facts.maxConcurrency === undefined ? ':UTC' : ':/etc/localtime',
  };
  if (facts.logFormat === 'JSON') {
    environment['AWS_LAMBDA_LOG_FORMAT'] = 'JSON';
    if (facts.applicationLogLevel) environment['AWS_LAMBDA_LOG_LEVEL'] = facts.applicationLogLevel;
  }
  return environment;
}

function credentialVariables(credentials: Credentials | undefined): Record<string, string> {
  if (credentials === undefined) return {};
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
  };
}

function platformVariables(facts: EnvironmentFacts): Record<string, string> {
  return {
    AWS_DEFAULT_REGION: facts.region,
    AWS_REGION: facts.region,
    AWS_LAMBDA_FUNCTION_NAME: facts.functionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(facts.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: facts.version,
    AWS_LAMBDA_INITIALIZATION_TYPE: facts.initializationType,
    ...(facts.maxConcurrency !== undefined && { AWS_LAMBDA_MAX_CONCURRENCY: String(facts.maxConcurrency) }),
    AWS_LAMBDA_LOG_GROUP_NAME: facts.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: facts.logStream,
    AWS_LAMBDA_RUNTIME_API: facts.runtimeApi,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LAMBDA_TASK_ROOT: facts.taskRoot,
    _AWS_XRAY_DAEMON_ADDRESS: '169.254.100.1',
    _AWS_XRAY_DAEMON_PORT: '2000',
    _HANDLER: facts.handler,
  };
}

/** Names a function's configuration may not set (developer guide, configuration-envvars: reserved variables). */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

const UNABLE =
  'Lambda was unable to configure your environment variables because the environment variables you have provided';

/** AWS's refusal of reserved names, `undefined` when there are none (text by analogy: no recording shows it). */
export function rejectReserved(user: Readonly<Record<string, string>>): WireError | undefined {
  const reserved = Object.keys(user).filter((name) => RESERVED_NAMES.has(name));
  if (reserved.length === 0) return undefined;
  return invalidParameterValue(
    `${UNABLE} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
  );
}

/** AWS's refusal of too many characters (SNAP:test_lambda_api#test_create_lambda_exceptions). */
export function rejectOversized(user: Readonly<Record<string, string>>): WireError | undefined {
  const measured = JSON.stringify(user);
  if (Buffer.byteLength(measured) <= MAX_ENVIRONMENT_BYTES) return undefined;
  return invalidParameterValue(`${UNABLE} exceeded the 4KB limit. String measured: ${measured}`);
}
