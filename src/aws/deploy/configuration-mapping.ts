import type {
  CreateFunctionCommandInput,
  FunctionConfiguration,
  LoggingConfig,
  UpdateFunctionConfigurationCommandInput,
  VpcConfigResponse,
} from '@aws-sdk/client-lambda';
import type { Configuration, Logging, Vpc } from '../../deploy/configuration.js';

/** AWS's answer in our words; what it leaves out has AWS's default. */
export function configurationFrom(answer: FunctionConfiguration): Configuration {
  return {
    runtime: answer.Runtime ?? '',
    handler: answer.Handler ?? '',
    architecture: answer.Architectures?.[0] ?? 'x86_64',
    roleArn: answer.Role ?? '',
    description: answer.Description ?? '',
    memoryMb: answer.MemorySize ?? 128,
    timeoutSeconds: answer.Timeout ?? 3,
    ephemeralStorageMb: answer.EphemeralStorage?.Size ?? 512,
    environment: answer.Environment?.Variables ?? {},
    tracing: answer.TracingConfig?.Mode ?? 'PassThrough',
    layers: (answer.Layers ?? []).map(({ Arn }) => Arn ?? ''),
    vpc: vpcFrom(answer.VpcConfig),
    logging: loggingFrom(answer.LoggingConfig, answer.FunctionName ?? ''),
    deadLetterArn: answer.DeadLetterConfig?.TargetArn || null,
    kmsKeyArn: answer.KMSKeyArn || null,
    fileSystems: (answer.FileSystemConfigs ?? []).map(({ Arn, LocalMountPath }) => ({
      arn: Arn ?? '',
      localMountPath: LocalMountPath ?? '',
    })),
  };
}

function vpcFrom(answer: VpcConfigResponse | undefined): Vpc | null {
  if (!answer?.SubnetIds?.length) return null;
  return {
    subnetIds: [...answer.SubnetIds].sort(),
    securityGroupIds: [...(answer.SecurityGroupIds ?? [])].sort(),
    ipv6AllowedForDualStack: answer.Ipv6AllowedForDualStack ?? false,
  };
}

function loggingFrom(answer: LoggingConfig | undefined, name: string): Logging {
  const isJson = answer?.LogFormat === 'JSON';
  return {
    format: isJson ? 'JSON' : 'Text',
    applicationLevel: isJson ? (answer.ApplicationLogLevel ?? 'INFO') : null,
    systemLevel: isJson ? (answer.SystemLogLevel ?? 'INFO') : null,
    group: answer?.LogGroup ?? `/aws/lambda/${name}`,
  };
}

type Input = Omit<UpdateFunctionConfigurationCommandInput, 'FunctionName'>;

/** How each setting is written; what takes one away is what AWS takes for that. */
const INPUTS: { [K in Exclude<keyof Configuration, 'architecture'>]: (value: Configuration[K]) => Input } = {
  runtime: (value) => ({ Runtime: value as NonNullable<Input['Runtime']> }),
  handler: (value) => ({ Handler: value }),
  roleArn: (value) => ({ Role: value }),
  description: (value) => ({ Description: value }),
  memoryMb: (value) => ({ MemorySize: value }),
  timeoutSeconds: (value) => ({ Timeout: value }),
  ephemeralStorageMb: (value) => ({ EphemeralStorage: { Size: value } }),
  environment: (value) => ({ Environment: { Variables: { ...value } } }),
  tracing: (value) => ({ TracingConfig: { Mode: value } }),
  layers: (value) => ({ Layers: [...value] }),
  vpc: (value) => ({
    VpcConfig: {
      SubnetIds: [...(value?.subnetIds ?? [])],
      SecurityGroupIds: [...(value?.securityGroupIds ?? [])],
      ...(value && { Ipv6AllowedForDualStack: value.ipv6AllowedForDualStack }),
    },
  }),
  logging: (value) => ({ LoggingConfig: loggingInput(value) }),
  deadLetterArn: (value) => ({ DeadLetterConfig: { TargetArn: value ?? '' } }),
  kmsKeyArn: (value) => ({ KMSKeyArn: value ?? '' }),
  fileSystems: (value) => ({
    FileSystemConfigs: value.map(({ arn, localMountPath }) => ({
      Arn: arn,
      LocalMountPath: localMountPath,
    })),
  }),
};

/** AWS refuses levels beside the format Text. */
function loggingInput({ format, applicationLevel, systemLevel, group }: Logging): LoggingConfig {
  return {
    LogFormat: format,
    LogGroup: group,
    ...(applicationLevel !== null && {
      ApplicationLogLevel: applicationLevel as NonNullable<LoggingConfig['ApplicationLogLevel']>,
    }),
    ...(systemLevel !== null && {
      SystemLogLevel: systemLevel as NonNullable<LoggingConfig['SystemLogLevel']>,
    }),
  };
}

export function configurationInput(change: Partial<Configuration>): Input {
  const parts = Object.entries(change).map(([key, value]) => {
    const write = INPUTS[key as keyof typeof INPUTS] as ((value: unknown) => Input) | undefined;
    return write?.(value) ?? {};
  });
  return Object.assign({}, ...parts) as Input;
}

/** For a new function what is AWS's default is left out: an emulator may not know it, and no permission is needed. */
export function creationInput(
  configuration: Configuration,
): Omit<CreateFunctionCommandInput, 'FunctionName' | 'Code' | 'Role'> & { readonly Role: string } {
  const { architecture, ...rest } = configuration;
  const needed = Object.entries(rest).filter(([, value]) => !isEmpty(value));
  return {
    ...configurationInput(Object.fromEntries(needed) as Partial<Configuration>),
    Role: configuration.roleArn,
    Architectures: [architecture],
  };
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
