import { statSync } from 'node:fs';
import { Token } from 'aws-cdk-lib';
import {
  ApplicationLogLevel,
  Architecture,
  AssetCode,
  type FunctionProps,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type BundleRequest, INCLUDED } from './bundle-request.js';
import { type Complaint, ConstructError, pathOf } from './construct-error.js';
import { checkFolder } from './gate.js';
import { lambdaName, type Resolved, resolveRequest } from './resolve-request.js';
import { RustCode } from './rust-code.js';
import type { RustFunctionProps } from './rust-function.js';

/** What a `lambda.Function` is made with for a Rust function. */
export function functionProps(
  scope: Construct,
  id: string,
  props: RustFunctionProps,
  above: unknown,
): FunctionProps {
  const {
    runtime: named,
    bundling,
    binaryName: _binary,
    manifestPath: _manifest,
    gitRemote: _remote,
    gitReference: _reference,
    gitForceClone: _force,
    code,
    ...rest
  } = props;
  const runtime = runtimeOf(scope, id, named, above);
  const fixed = { ...rest, ...logging(props), runtime, handler: 'bootstrap' };
  if (code) {
    const architecture = props.architecture ?? bundling?.architecture ?? Architecture.X86_64;
    const wrong = prebuiltProblem(code, runtime, architecture, props);
    if (wrong) throw new ConstructError(pathOf(scope, id), wrong, above);
    return { ...fixed, code, architecture };
  }
  const { request, architecture } = resolveFunction(scope, id, props, above);
  return { ...fixed, code: new RustCode(request), architecture };
}

/** What a function's asset is made of, where it is built. */
export function resolveFunction(
  scope: Construct,
  id: string,
  props: RustFunctionProps,
  above: unknown,
): Resolved {
  return resolveRequest(
    scope,
    id,
    {
      kind: 'function',
      bundling: props.bundling,
      binaryName: props.binaryName,
      manifestPath: props.manifestPath,
      gitRemote: props.gitRemote,
      gitReference: props.gitReference,
      gitForceClone: props.gitForceClone,
      architecture: props.architecture,
      runtime: runtimeOf(scope, id, props.runtime, above).name,
      hasLayers: (props.layers ?? []).length > 0,
      included: (props as { readonly [INCLUDED]?: BundleRequest['included'] })[INCLUDED] ?? [],
    },
    above,
  );
}

const RUNTIMES = ['provided.al2023', 'provided.al2'];

function runtimeOf(
  scope: Construct,
  id: string,
  named: RustFunctionProps['runtime'],
  above: unknown,
): Runtime {
  const name = typeof named === 'object' ? named.name : (named ?? 'provided.al2023');
  if (RUNTIMES.includes(name)) return typeof named === 'object' ? named : new Runtime(name);
  const complaint: Complaint = {
    what: `runtime is ${name}, which does not start a binary.`,
    fix: `Write one of: ${RUNTIMES.map((one) => `'${one}'`).join(', ')}; or leave it out.`,
  };
  throw new ConstructError(pathOf(scope, id), complaint, above);
}

/** Rust's tracing writes JSON as soon as Lambda is told to; levels are what makes it worth it. Unless the props say otherwise. */
function logging(props: RustFunctionProps): Partial<FunctionProps> {
  const isText = props.loggingFormat === LoggingFormat.TEXT || props.logFormat === 'Text';
  if (isText) return {};
  return {
    ...(props.logFormat === undefined && { loggingFormat: LoggingFormat.JSON }),
    ...(props.applicationLogLevel === undefined && {
      applicationLogLevelV2: props.applicationLogLevelV2 ?? ApplicationLogLevel.INFO,
    }),
    ...(props.systemLogLevel === undefined && {
      systemLogLevelV2: props.systemLogLevelV2 ?? SystemLogLevel.INFO,
    }),
  };
}

/** Only a folder on this machine can be looked at. */
function prebuiltProblem(
  code: NonNullable<RustFunctionProps['code']>,
  runtime: Runtime,
  architecture: Architecture,
  props: RustFunctionProps,
): Complaint | undefined {
  if (!(code instanceof AssetCode) || Token.isUnresolved(code.path)) return undefined;
  if (!statSync(code.path, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  return checkFolder(code.path, 'bootstrap', {
    architecture: lambdaName(architecture),
    runtime: runtime.name,
    hasLayers: (props.layers ?? []).length > 0,
  });
}
