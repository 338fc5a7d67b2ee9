import { functionArn, type Home, UNPUBLISHED } from '../function-name.js';
import { EPHEMERAL_STORAGE_MB } from '../limits.js';
import { logGroupName } from '../log-lines.js';
import type { Input } from './operations.js';

export interface LoggingConfig {
  readonly LogFormat: 'Text' | 'JSON';
  readonly ApplicationLogLevel?: LogLevel | undefined;
  readonly SystemLogLevel?: 'DEBUG' | 'INFO' | 'WARN' | undefined;
  readonly LogGroup: string;
}

type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';

/** Why a version is not, or was not, what it was asked to be. */
export interface Reason {
  readonly text: string;
  readonly code: string;
}

export type State = 'Pending' | 'Active' | 'Failed';
export type UpdateStatus = 'InProgress' | 'Successful' | 'Failed';

/** One version of a function as it is kept, members in AWS's words. */
export interface VersionConfig {
  readonly Version: string;
  readonly Runtime: string;
  readonly Role: string;
  readonly Handler: string;
  readonly CodeSize: number;
  readonly CodeSha256: string;
  readonly Description: string;
  /** Of a version: what $LATEST's was when it was published. */
  readonly latestDescription?: string | undefined;
  readonly Timeout: number;
  readonly MemorySize: number;
  readonly LastModified: string;
  readonly RevisionId: string;
  readonly Variables?: Readonly<Record<string, string>> | undefined;
  readonly Architecture: 'x86_64' | 'arm64';
  readonly EphemeralStorageMb: number;
  readonly TracingMode: 'Active' | 'PassThrough';
  readonly LoggingConfig: LoggingConfig;
  readonly SnapStart: 'None' | 'PublishedVersions';
  readonly Layers: readonly LayerReference[];
  readonly DeadLetterArn?: string | undefined;
  readonly KMSKeyArn?: string | undefined;
  readonly VpcConfig?: VpcConfig | undefined;
  readonly FileSystemConfigs?: readonly object[] | undefined;
  readonly state: State;
  readonly stateReason?: Reason | undefined;
  readonly update?: UpdateStatus | undefined;
  readonly updateReason?: Reason | undefined;
}

export interface LayerReference {
  readonly Arn: string;
  readonly CodeSize: number;
  /** Kept, for a layer that is deleted stays with the functions that have it. */
  readonly CodeSha256: string;
}

interface VpcConfig {
  readonly SubnetIds: readonly string[];
  readonly SecurityGroupIds: readonly string[];
  readonly Ipv6AllowedForDualStack: boolean;
}

/** What was uploaded. */
export interface Code {
  readonly CodeSize: number;
  readonly CodeSha256: string;
}

/** What is new with every change. */
export interface Stamp {
  readonly RevisionId: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

const CREATING: Reason = { text: 'The function is being created.', code: 'Creating' };

/** $LATEST as CreateFunction makes it, with Lambda's defaults (SNAP:test_lambda_api#test_function_lifecycle). */
export function createdConfig(
  name: string,
  input: Input<'CreateFunction'>,
  code: Code,
  layers: readonly LayerReference[],
  stamp: Stamp,
): VersionConfig {
  const initial: VersionConfig = {
    Version: UNPUBLISHED,
    Runtime: input.Runtime ?? 'provided.al2023',
    Role: input.Role,
    Handler: input.Handler ?? 'bootstrap',
    ...code,
    Description: '',
    Timeout: 3,
    MemorySize: 128,
    ...stamped(stamp),
    Architecture: input.Architectures?.[0] ?? 'x86_64',
    EphemeralStorageMb: EPHEMERAL_STORAGE_MB.default,
    TracingMode: 'PassThrough',
    LoggingConfig: { LogFormat: 'Text', LogGroup: logGroupName(name) },
    SnapStart: 'None',
    Layers: [],
    state: 'Pending',
    stateReason: CREATING,
  };
  return { ...initial, ...changes(name, initial, input, layers) };
}

type Settings = Omit<Input<'UpdateFunctionConfiguration'>, 'FunctionName'>;

/** $LATEST with other settings, while they are being taken over. */
export function reconfigured(
  name: string,
  before: VersionConfig,
  input: Settings,
  layers: readonly LayerReference[] | undefined,
  stamp: Stamp,
): VersionConfig {
  return updating({ ...before, ...changes(name, before, input, layers) }, stamp);
}

/** $LATEST with other code. */
export function recoded(
  before: VersionConfig,
  code: Code,
  architecture: VersionConfig['Architecture'] | undefined,
  stamp: Stamp,
): VersionConfig {
  return updating({ ...before, ...code, Architecture: architecture ?? before.Architecture }, stamp);
}

function updating(config: VersionConfig, stamp: Stamp): VersionConfig {
  // Recorded with the reason of a creation (SNAP:test_lambda_api#test_function_lifecycle).
  return { ...config, ...stamped(stamp), update: 'InProgress', updateReason: CREATING };
}

/** What had been asked for is so. */
export function settled(config: VersionConfig, RevisionId: string): VersionConfig {
  const { stateReason: _, updateReason: __, ...rest } = config;
  return { ...rest, RevisionId, state: 'Active', update: 'Successful' };
}

function stamped({ RevisionId, now }: Stamp): { RevisionId: string; LastModified: string } {
  return { RevisionId, LastModified: new Date(now).toISOString().replace('Z', '+0000') };
}

function changes(
  name: string,
  before: VersionConfig,
  input: Settings,
  layers: readonly LayerReference[] | undefined,
): Partial<VersionConfig> {
  const said = <K extends keyof VersionConfig>(member: K, value: VersionConfig[K] | undefined) =>
    value === undefined ? {} : { [member]: value };
  return {
    ...said('Runtime', input.Runtime),
    ...said('Role', input.Role),
    ...said('Handler', input.Handler),
    ...said('Description', input.Description),
    ...said('Timeout', input.Timeout),
    ...said('MemorySize', input.MemorySize),
    ...said('Variables', input.Environment && (input.Environment.Variables ?? {})),
    ...said('EphemeralStorageMb', input.EphemeralStorage?.Size),
    ...said('TracingMode', input.TracingConfig?.Mode),
    ...said('SnapStart', input.SnapStart?.ApplyOn),
    ...said('Layers', layers),
    ...said('DeadLetterArn', input.DeadLetterConfig && (input.DeadLetterConfig.TargetArn ?? '')),
    ...said('KMSKeyArn', input.KMSKeyArn),
    ...said('VpcConfig', vpcConfig(input.VpcConfig)),
    ...said('FileSystemConfigs', input.FileSystemConfigs),
    ...said('LoggingConfig', loggingConfig(name, before.LoggingConfig, input.LoggingConfig)),
  };
}

function vpcConfig(given: Settings['VpcConfig']): VpcConfig | undefined {
  return (
    given && {
      SubnetIds: given.SubnetIds ?? [],
      SecurityGroupIds: given.SecurityGroupIds ?? [],
      Ipv6AllowedForDualStack: given.Ipv6AllowedForDualStack ?? false,
    }
  );
}

/** Levels go with the format JSON, and are INFO where none is said (SNAP:…TestLoggingConfig, format switch). */
function loggingConfig(
  name: string,
  before: LoggingConfig,
  given: Settings['LoggingConfig'],
): LoggingConfig | undefined {
  if (given === undefined) return undefined;
  const LogFormat = given.LogFormat ?? before.LogFormat;
  const LogGroup = given.LogGroup ?? (given.LogFormat === undefined ? before.LogGroup : logGroupName(name));
  if (LogFormat === 'Text') return { LogFormat, LogGroup };
  return {
    LogFormat,
    ApplicationLogLevel: given.ApplicationLogLevel ?? before.ApplicationLogLevel ?? 'INFO',
    SystemLogLevel: given.SystemLogLevel ?? before.SystemLogLevel ?? 'INFO',
    LogGroup,
  };
}

/**
 * A version as GetFunctionConfiguration tells it.
 * @param qualifier what its ARN ends in; AWS has one where one was asked for
 */
export function described(
  home: Home,
  name: string,
  config: VersionConfig,
  qualifier: string | undefined,
): object {
  const { stateReason, updateReason, VpcConfig: vpc } = config;
  return {
    ...listed(home, name, config, qualifier),
    State: config.state,
    ...(stateReason && { StateReason: stateReason.text, StateReasonCode: stateReason.code }),
    ...(config.update && { LastUpdateStatus: config.update }),
    ...(updateReason && {
      LastUpdateStatusReason: updateReason.text,
      LastUpdateStatusReasonCode: updateReason.code,
    }),
    ...(vpc && { VpcConfig: { ...vpc, VpcId: '' } }),
  };
}

/** As lists tell it: without its state (LS: api_utils.py, map_to_list_response). */
export function listed(
  home: Home,
  name: string,
  config: VersionConfig,
  qualifier: string | undefined,
): object {
  const { VpcConfig: vpc, DeadLetterArn, FileSystemConfigs } = config;
  return {
    FunctionName: name,
    FunctionArn: functionArn(home, name, qualifier),
    Runtime: config.Runtime,
    Role: config.Role,
    Handler: config.Handler,
    CodeSize: config.CodeSize,
    Description: config.Description,
    Timeout: config.Timeout,
    MemorySize: config.MemorySize,
    LastModified: config.LastModified,
    CodeSha256: config.CodeSha256,
    Version: config.Version,
    ...(vpc && { VpcConfig: { ...vpc, VpcId: '' } }),
    ...(DeadLetterArn && { DeadLetterConfig: { TargetArn: DeadLetterArn } }),
    ...(config.Variables && { Environment: { Variables: config.Variables } }),
    ...(config.KMSKeyArn && { KMSKeyArn: config.KMSKeyArn }),
    TracingConfig: { Mode: config.TracingMode },
    RevisionId: config.RevisionId,
    ...(config.Layers.length > 0 && {
      Layers: config.Layers.map(({ Arn, CodeSize }) => ({ Arn, CodeSize })),
    }),
    ...(FileSystemConfigs && FileSystemConfigs.length > 0 && { FileSystemConfigs }),
    PackageType: 'Zip',
    Architectures: [config.Architecture],
    EphemeralStorage: { Size: config.EphemeralStorageMb },
    SnapStart: { ApplyOn: config.SnapStart, OptimizationStatus: 'Off' },
    RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(home) },
    LoggingConfig: config.LoggingConfig,
  };
}

/** AWS's runtimes have versions, named by a hash; this one is none of them. */
export function runtimeVersionArn({ region }: Home): string {
  return `arn:aws:lambda:${region}::runtime:${'0'.repeat(64)}`;
}
