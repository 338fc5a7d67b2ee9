import type { AppFunction, Code, FunctionUrl, SourceCode } from './app.js';
import type { AppReader, Properties } from './reader.js';
import { isTrue, type JsonObject, listOf, textOf, textsOf } from './template.js';

/** AWS's own defaults, which hold where a template says nothing (CloudFormation, AWS::Lambda::Function). */
const MEMORY_MB = 128;
const TIMEOUT_SECONDS = 3;

/** Only a deploy can do these; a function runs without them. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  VpcConfig: 'its VPC is not emulated: it reaches whatever this machine reaches',
  FileSystemConfigs: 'its EFS file system is not mounted',
  ImageConfig: 'settings of a container image are not emulated',
};

/** Every function of the app that the local service can run; a remark about each that it cannot. */
export function readFunctions(app: AppReader): AppFunction[] {
  const functions = app.all('AWS::Lambda::Function').flatMap((one) => readFunction(app, one) ?? []);
  const seen = new Set<string>();
  return functions.filter(({ name }) => !seen.has(name) && seen.add(name));
}

function readFunction(app: AppReader, one: Properties): AppFunction | undefined {
  const code = codeOf(app, one);
  if (!code) return undefined;
  for (const [property, why] of Object.entries(LEFT_OUT)) if (one.has(property)) app.remark(one, why);
  const name = app.nameOf(one);
  const architecture = one.texts('Architectures')[0] === 'arm64' ? 'arm64' : 'x86_64';
  remarkOnCode(app, one, code, architecture);
  const logging = one.object('LoggingConfig');
  const level = (property: string) => logging.text(property)?.toUpperCase();
  const { layers, extensions } = layersOf(app, one);
  return {
    name,
    code,
    memoryMb: one.number('MemorySize') ?? MEMORY_MB,
    timeoutSeconds: one.number('Timeout') ?? TIMEOUT_SECONDS,
    ephemeralStorageMb: one.object('EphemeralStorage').number('Size'),
    environment: environmentOf(app, one),
    architecture,
    layers,
    extensions,
    reservedConcurrency: one.number('ReservedConcurrentExecutions'),
    provisionedConcurrency: provisionedOf(app, name),
    logFormat: logging.text('LogFormat') === 'JSON' ? 'JSON' : logging.has('LogFormat') ? 'Text' : undefined,
    applicationLogLevel: level('ApplicationLogLevel'),
    systemLogLevel: level('SystemLogLevel'),
    logGroup: logging.text('LogGroup'),
    url: urlOf(app, name),
    eventInvoke: {
      ...eventInvokeOf(app, name),
      deadLetter: one.object('DeadLetterConfig').text('TargetArn'),
    },
  };
}

/** How it is other here than deployed, in what it is made of. */
function remarkOnCode(
  app: AppReader,
  one: Properties,
  code: Code,
  architecture: AppFunction['architecture'],
): void {
  const { builtFor } = app.place;
  if (code.kind === 'prebuilt') {
    app.remark(
      one,
      'its asset is served as the app made it, and not rebuilt on save: RustFunction of crablet/cdk tells where its source is',
    );
  } else if (builtFor !== undefined && builtFor !== architecture) {
    app.remark(
      one,
      `it is deployed for ${architecture}, and built here for ${builtFor}: --${architecture.replace('_', '-')} builds all functions for it, and runs them with QEMU where this machine is another`,
    );
  }
}

/** Its source, where the construct told it; else what the asset holds, if the runtime is one that runs that. */
function codeOf(app: AppReader, one: Properties): Code | undefined {
  const source = sourceOf(one.found.resource.Metadata);
  if (source) return { kind: 'source', ...source };
  const runtime = one.text('Runtime');
  if (one.text('PackageType') === 'Image' || one.object('Code').has('ImageUri')) {
    app.remark(one, 'a container image is not run');
    return undefined;
  }
  if (!runtime?.startsWith('provided')) {
    app.remark(one, `its runtime is ${runtime ?? 'not known'}: only functions in Rust are run`);
    return undefined;
  }
  const path = assetOf(one, one.object('Code'));
  if (path === undefined) {
    app.remark(one, 'its code is not an asset of the app');
    return undefined;
  }
  return { kind: 'prebuilt', path };
}

function sourceOf(metadata: JsonObject | undefined): SourceCode | undefined {
  const manifestPath = textOf(metadata?.['crablet:manifestPath']);
  const binaryName = textOf(metadata?.['crablet:binaryName']);
  if (manifestPath === undefined || binaryName === undefined) return undefined;
  const features = textsOf(metadata?.['crablet:features']);
  return {
    manifestPath,
    binaryName,
    packageName: textOf(metadata?.['crablet:packageName']),
    features: features.length > 0 ? features : undefined,
  };
}

/** The asset's file or folder: CDK names an object of its bucket after the asset's hash. */
function assetOf({ found }: Properties, code: Properties): string | undefined {
  const key = code.text('S3Key');
  const hash = key === undefined ? undefined : /([0-9a-f]{32,64})(\.\w+)?$/.exec(key)?.[1];
  return hash === undefined ? undefined : found.stack.assets[hash];
}

function environmentOf(app: AppReader, one: Properties): Record<string, string> {
  const variables = one.object('Environment').object('Variables');
  const environment: Record<string, string> = {};
  for (const name of Object.keys(variables.raw)) {
    const found = variables.attempt(name);
    const text = found.kind === 'known' ? textOf(found.value) : undefined;
    if (text !== undefined) environment[name] = text;
    else {
      const why = found.kind === 'unknown' ? found.why : 'it is no text';
      app.remark(one, `its variable ${name} is not set: ${why}. Set it yourself: --env-var ${name}=VALUE`);
    }
  }
  return environment;
}

function layersOf(app: AppReader, one: Properties): { layers: string[]; extensions: SourceCode[] } {
  const layers: string[] = [];
  const extensions: SourceCode[] = [];
  const versions = app.all('AWS::Lambda::LayerVersion');
  for (const reference of listOf(one.value('Layers'))) {
    const arn = textOf(reference) ?? '';
    const version = versions.find((layer) => app.reference(layer) === arn);
    const source = version && sourceOf(version.found.resource.Metadata);
    const path = version && assetOf(version, version.object('Content'));
    if (source) {
      if (!isTrue(version?.found.resource.Metadata?.['crablet:internal'])) extensions.push(source);
    } else if (path !== undefined) layers.push(path);
    else
      app.remark(one, `its layer ${arn} is not of this app, so it is left out; have it with --layer FOLDER`);
  }
  return { layers, extensions };
}

function provisionedOf(app: AppReader, name: string): number | undefined {
  for (const type of ['AWS::Lambda::Alias', 'AWS::Lambda::Version']) {
    for (const one of app.all(type)) {
      const count = one.object('ProvisionedConcurrencyConfig').number('ProvisionedConcurrentExecutions');
      if (count !== undefined && one.function('FunctionName')?.name === name) return count;
    }
  }
  return undefined;
}

function urlOf(app: AppReader, name: string): FunctionUrl | undefined {
  const url = app.all('AWS::Lambda::Url').find((one) => one.function('TargetFunctionArn')?.name === name);
  if (!url) return undefined;
  const cors = url.object('Cors');
  return {
    authType: url.text('AuthType') === 'AWS_IAM' ? 'AWS_IAM' : 'NONE',
    invokeMode: url.text('InvokeMode') === 'RESPONSE_STREAM' ? 'RESPONSE_STREAM' : 'BUFFERED',
    cors: url.has('Cors') ? corsOf(cors) : undefined,
  };
}

/** Functions' URLs and HTTP APIs have the same members. */
export function corsOf(cors: Properties): FunctionUrl['cors'] {
  const list = (name: string) => (cors.has(name) ? cors.texts(name) : undefined);
  return {
    allowOrigins: list('AllowOrigins'),
    allowMethods: list('AllowMethods'),
    allowHeaders: list('AllowHeaders'),
    exposeHeaders: list('ExposeHeaders'),
    allowCredentials: cors.has('AllowCredentials') ? isTrue(cors.value('AllowCredentials')) : undefined,
    maxAge: cors.number('MaxAge'),
  };
}

function eventInvokeOf(app: AppReader, name: string): AppFunction['eventInvoke'] {
  const config = app
    .all('AWS::Lambda::EventInvokeConfig')
    .find((one) => one.function('FunctionName')?.name === name);
  if (!config) return {};
  const destinations = config.object('DestinationConfig');
  const target = (which: string) => destinations.object(which).text('Destination');
  return {
    maximumRetryAttempts: config.number('MaximumRetryAttempts'),
    maximumEventAgeSeconds: config.number('MaximumEventAgeInSeconds'),
    onSuccess: target('OnSuccess'),
    onFailure: target('OnFailure'),
  };
}
