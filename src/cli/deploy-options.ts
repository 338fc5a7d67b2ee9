import { type Command, InvalidArgumentError, Option } from 'commander';
import * as v from 'valibot';
import { UserError } from '../errors.js';
import { type BuildValues, DEPLOY_KEYS, type DeployValues } from '../project/keys.js';
import { assignments } from '../project/kinds.js';
import { type AwsOptions, addAwsOptions } from './aws-options.js';
import { type BuildOptions, buildValues } from './build-options.js';
import { addCargoOptions, collect, given, variablesFrom } from './cargo-options.js';
import { outputFormatOption } from './output-format.js';

/** `-p` chooses packages, as in every command of crablet and cargo; an AWS profile is `--profile`. */
export interface DeployOptions extends Omit<BuildOptions, 'profile' | 'output'>, AwsOptions {
  readonly changed?: true;
  readonly build?: boolean;
  readonly alias?: string;
  readonly enableFunctionUrl?: true;
  readonly disableFunctionUrl?: true;
  readonly urlAuth?: 'NONE' | 'AWS_IAM';
  readonly invokeMode?: 'BUFFERED' | 'RESPONSE_STREAM';
  readonly memory?: number;
  readonly ephemeralStorage?: number;
  readonly timeout?: number;
  readonly mergeEnv?: true;
  readonly tracing?: 'Active' | 'PassThrough';
  readonly role?: string;
  readonly layer?: string[];
  readonly subnetIds?: string[];
  readonly securityGroupIds?: string[];
  readonly ipv6AllowedForDualStack?: true;
  readonly runtime?: string;
  readonly description?: string;
  readonly logRetention?: number;
  readonly reservedConcurrency?: number;
  readonly provisionedConcurrency?: number;
  readonly kmsKey?: string;
  readonly binaryName?: string;
  readonly binaryPath?: string;
  readonly s3Bucket?: string;
  readonly s3Key?: string;
  readonly s3Prefix?: string;
  readonly s3Create?: true;
  readonly compatibleRuntimes?: string[];
  readonly tag?: string[];
  readonly canary?: string;
  readonly alarm?: string[];
  readonly smokeTest?: string;
  readonly keepVersions?: number;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly adopt?: true;
  readonly printPolicy?: true;
  readonly output: 'text' | 'json';
}

type Row = readonly [flags: string, description: string, key?: keyof typeof DEPLOY_KEYS];

const SETTINGS: readonly Row[] = [
  ['--memory <mb>', 'memory (default: 128)', 'memory'],
  ['--timeout <seconds>', 'timeout (default: 30)', 'timeout'],
  ['--ephemeral-storage <mb>', 'size of /tmp (default: 512)', 'ephemeral_storage'],
  ['--env-var <key=value>', 'a variable of the function (repeatable)', 'env_var'],
  ['--env-file <path>', 'a file of variables', 'env_file'],
  ['--merge-env', 'keep variables that only AWS has', 'merge_env'],
  ['--tracing <mode>', 'X-Ray: Active or PassThrough', 'tracing'],
  ['--runtime <runtime>', 'provided.al2023 (default) or provided.al2', 'runtime'],
  ['--description <text>', 'description of the version', 'description'],
  ['--role <arn>', 'this role, as it is (default: one is made for the function)', 'role'],
  ['--layer <arn>', 'a layer (repeatable, the order counts)', 'layer'],
  ['--subnet-ids <ids>', 'subnets of a VPC (repeatable, or with commas)', 'subnet_ids'],
  ['--security-group-ids <ids>', 'security groups in it', 'security_group_ids'],
  ['--ipv6-allowed-for-dual-stack', 'IPv6 in dual-stack subnets', 'ipv6_allowed_for_dual_stack'],
  ['--kms-key <arn>', 'the key that encrypts the variables', 'kms_key'],
  ['--log-retention <days>', 'how long logs are kept (default: for ever)', 'log_retention'],
  ['--reserved-concurrency <n>', 'environments of its own, and no more', 'reserved_concurrency'],
  ['--provisioned-concurrency <n>', 'environments that are ready ahead', 'provisioned_concurrency'],
  ['--tag <key=value>', 'a tag (repeatable, or with commas)', 'tag'],
];

const URL: readonly Row[] = [
  ['--enable-function-url', 'give it a function URL', 'enable_function_url'],
  ['--disable-function-url', 'take its function URL away', 'disable_function_url'],
];

const ROLLOUT: readonly Row[] = [
  ['-a, --alias <name>', 'the alias that is moved to the new version (default: live)', 'alias'],
  ['--canary <steps>', 'a part of the traffic first: 10%/5m, or 5%/2m,25%/5m', 'canary'],
  ['--alarm <name>', 'a CloudWatch alarm that ends a canary (repeatable)', 'alarms'],
  ['--smoke-test <file>', 'an event that the new version must answer before it gets traffic', 'smoke_test'],
  ['--keep-versions <n>', 'delete older versions, but none that an alias has', 'keep_versions'],
];

const ARTIFACT: readonly Row[] = [
  ['--binary-name <name>', 'the binary to deploy, of several', 'binary_name'],
  ['--binary-path <path>', 'a binary or zip that is built already', 'binary_path'],
  ['--s3-bucket <name>', 'upload through this bucket', 's3_bucket'],
  ['--s3-key <key>', 'under this key', 's3_key'],
  ['--s3-prefix <folder>', 'in this folder, under a key that tells the content', 's3_prefix'],
  ['--s3-create', 'make the bucket, if there is none', 's3_create'],
  ['--compatible-runtimes <names>', "of an extension's layer", 'compatible_runtimes'],
];

/** Every flag of Cargo Lambda's `deploy` with its meaning, but `-p`, and those for what it cannot do. */
export function addDeployOptions(command: Command): Command {
  command
    .addOption(
      new Option('--changed', 'only functions whose code or settings differ from AWS').helpGroup(CHOOSING),
    )
    .option('-y, --yes', 'do what the plan says without asking')
    .option('--dry-run', 'show the plan, and end')
    .option('--adopt', 'take over a function that something else made')
    .option('--print-policy', 'print the policy that whoever deploys this needs, and end')
    .addOption(new Option('--output <format>', 'how to report').choices(['text', 'json']).default('text'));
  addRows(command, 'Settings:', SETTINGS);
  addRows(command, 'Function URL:', URL);
  command.addOption(
    new Option('--url-auth <type>', 'who may call it (default: NONE, everybody)')
      .choices(['NONE', 'AWS_IAM'])
      .helpGroup('Function URL:'),
  );
  command.addOption(
    new Option('--invoke-mode <mode>', 'BUFFERED (default) or RESPONSE_STREAM')
      .choices(['BUFFERED', 'RESPONSE_STREAM'])
      .helpGroup('Function URL:'),
  );
  addRows(command, 'Versions and traffic:', ROLLOUT);
  addRows(command, 'What is deployed:', ARTIFACT);
  addAwsOptions(command);
  addCargoOptions(command, NOT_CARGOS);
  for (const [flags, description] of BUILDING)
    command.addOption(new Option(flags, description).helpGroup(COMPILING));
  command.addOption(
    new Option('-i, --include <path>', 'a file or folder for the zip, PATH or NAME:PATH (repeatable)')
      .argParser(collect)
      .helpGroup('What is deployed:'),
  );
  for (const [flags, to] of SPELLINGS) command.addOption(spelling(flags, to));
  command.addOption(new Option('--dry').hideHelp().implies({ dryRun: true }));
  command.addOption(outputFormatOption());
  return command;
}

const CHOOSING = 'Choosing functions:';
const COMPILING = 'Compiling (as cargo takes them):';

/** What is deployed is optimized, and these two words are the account's here. */
const NOT_CARGOS = ['--release', '--profile'];

const BUILDING = [
  ['--arm64', 'for arm64 (Graviton)'],
  ['--x86-64', 'for x86_64'],
  ['-c, --compiler <name>', 'what compiles (crablet build --help)'],
  ['-l, --lambda-dir <dir>', 'where artifacts are (default: target/lambda)'],
  ['--extension', 'the binary is a Lambda extension: publish it as a layer'],
  ['--internal', 'with --extension: an internal one'],
] as const;

/** Cargo Lambda's other names for a flag. */
const SPELLINGS = [
  ['--memory-size <mb>', 'memory'],
  ['--iam-role <arn>', 'role'],
  ['--layer-arn <arn>', 'layer'],
  ['--qualifier <name>', 'alias'],
  ['--tags <key=value>', 'tag'],
] as const;

function addRows(command: Command, heading: string, rows: readonly Row[]): void {
  for (const [flags, description, key] of rows) {
    const option = new Option(flags, description).helpGroup(heading);
    command.addOption(key && flags.includes('<') ? option.argParser(parserOf(key)) : option);
  }
}

function spelling(flags: string, key: (typeof SPELLINGS)[number][1]): Option {
  const option = new Option(flags).hideHelp().argParser(parserOf(key));
  // Commander keeps a flag's value under the flag's name; here it is the other flag's.
  option.attributeName = () => key;
  return option;
}

type Parser = (text: string, before: unknown) => unknown;

/** A flag takes what its key does, and says it in the same words. */
function parserOf(key: keyof typeof DEPLOY_KEYS): Parser {
  const { schema, fromText, expected, merges, isPath } = DEPLOY_KEYS[
    key
  ] as (typeof DEPLOY_KEYS)['memory'] & {
    isPath?: boolean;
  };
  // A variable's value may be anything, and a list is put together as it comes.
  if (key === 'env_var' || key === 'tag') return (text, before) => collect(text, before as string[]);
  return (text, before) => {
    const result = v.safeParse(schema, fromText(text));
    if (!result.success) throw new InvalidArgumentError(`It must be ${expected}.`);
    if (merges === 'list')
      return [...((before as unknown[]) ?? []), ...(result.output as unknown as unknown[])];
    return isPath ? text : result.output;
  };
}

/** The flags as configuration values: the strongest layer, of both sections. */
export function deployFlags(
  name: string | undefined,
  options: DeployOptions,
): { readonly build: BuildValues; readonly deploy: DeployValues } {
  // These are the function's here, and the account's; `build` would take them for cargo's.
  const { profile: _, envVar: __, envFile: ___, output: ____, ...building } = options;
  return { build: buildValues(building), deploy: deployValues(name, options) };
}

function deployValues(name: string | undefined, options: DeployOptions): DeployValues {
  const { urlAuth, invokeMode } = options;
  return given({
    name,
    profile: options.profile,
    region: options.region,
    endpoint_url: options.endpointUrl,
    retry_attempts: options.retryAttempts,
    alias: options.alias,
    enable_function_url: options.enableFunctionUrl,
    // What the command line says about one of them, it says about the other.
    disable_function_url: options.enableFunctionUrl ? false : options.disableFunctionUrl,
    function_url: urlAuth || invokeMode ? given({ auth_type: urlAuth, invoke_mode: invokeMode }) : undefined,
    memory: options.memory,
    ephemeral_storage: options.ephemeralStorage,
    timeout: options.timeout,
    env_var: variablesFrom(options.envVar),
    env_file: options.envFile,
    merge_env: options.mergeEnv,
    tracing: options.tracing,
    role: options.role,
    layer: options.layer,
    subnet_ids: options.subnetIds,
    security_group_ids: options.securityGroupIds,
    ipv6_allowed_for_dual_stack: options.ipv6AllowedForDualStack,
    runtime: options.runtime,
    description: options.description,
    log_retention: options.logRetention,
    reserved_concurrency: options.reservedConcurrency,
    provisioned_concurrency: options.provisionedConcurrency,
    kms_key: options.kmsKey,
    lambda_dir: options.lambdaDir,
    binary_name: options.binaryName,
    binary_path: options.binaryPath,
    s3_bucket: options.s3Bucket,
    s3_key: options.s3Key,
    s3_prefix: options.s3Prefix,
    s3_create: options.s3Create,
    include: options.include,
    extension: options.extension,
    internal: options.internal,
    compatible_runtimes: options.compatibleRuntimes,
    tag: options.tag && assignments(options.tag.flatMap((one) => tagAssignments(one))),
    canary: options.canary,
    alarms: options.alarm,
    smoke_test: options.smokeTest,
    keep_versions: options.keepVersions,
  });
}

/** `KEY=VALUE`, or several with commas between; a key of AWS's may hold more than a variable's name. */
function tagAssignments(written: string): string[] {
  const all = written.split(/\s*,\s*(?=[^,=]+=)/).filter((one) => one !== '');
  const wrong = all.find((one) => one.indexOf('=') < 1);
  if (wrong === undefined) return all;
  throw new UserError('usage.arguments', {
    what: `--tag '${wrong}' is not of the form KEY=VALUE.`,
    fix: `Write the key, an equals sign and the value (which may be empty): --tag ${wrong.split('=')[0] || 'team'}=value`,
  });
}

/** Flags that contradict each other. */
export function checkDeployOptions(options: DeployOptions): void {
  const pairs: readonly (readonly [keyof DeployOptions, string, keyof DeployOptions, string])[] = [
    ['enableFunctionUrl', '--enable-function-url', 'disableFunctionUrl', '--disable-function-url'],
    ['arm64', '--arm64', 'x8664', '--x86-64'],
    ['binaryName', '--binary-name', 'binaryPath', '--binary-path'],
    ['dryRun', '--dry-run', 'printPolicy', '--print-policy'],
  ];
  for (const [one, flag, other, otherFlag] of pairs) {
    if (!options[one] || !options[other]) continue;
    throw new UserError('usage.arguments', {
      what: `${flag} and ${otherFlag} are both given.`,
      fix: `Leave one of them out.`,
    });
  }
}
