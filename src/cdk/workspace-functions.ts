import { AssetHashType } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { DescribedFunction } from '../project/describe.js';
import { nearest } from '../project/nearest.js';
import { stateOf } from './app-state.js';
import { type BundleRequest, INCLUDED } from './bundle-request.js';
import { ConstructError, isComplaint, pathOf } from './construct-error.js';
import { addDeployExtras } from './deploy-extras.js';
import { deployProps } from './deploy-props.js';
import { resolveFunction } from './function-props.js';
import { identityOf } from './identity.js';
import { injected } from './injected.js';
import { findManifest } from './manifest.js';
import { expectOutputs } from './rust-code.js';
import type { RustFunction, RustFunctionProps } from './rust-function.js';
import { type DescribedWorkspace, describeSettings } from './workspace-facts.js';
import type { RustWorkspaceProps } from './workspace-props.js';

type Make = (scope: Construct, id: string, props: RustFunctionProps) => RustFunction;

/** One function for each binary that is not an extension, with the settings of `[package.metadata.lambda.deploy]`. */
export function workspaceFunctions(
  scope: Construct,
  id: string,
  props: RustWorkspaceProps,
  make: Make,
): { [binary: string]: RustFunction } {
  const path = pathOf(scope, id);
  const { workspace, manifest } = describedWorkspace(path, props.manifestPath);
  stateOf(scope).learn(manifest, workspace);
  const holder = new Construct(scope, id);
  const wanted = workspace.functions.filter(({ deploy }) => deploy.extension === undefined);
  const unknown = Object.keys(props.overrides ?? {}).find((name) => !wanted.some((one) => one.name === name));
  if (unknown !== undefined) throw new ConstructError(path, noFunction(unknown, wanted));
  const all = wanted.map((one) => ({
    one,
    own: propsOf(new Construct(holder, `${one.name}-settings`), one, props),
  }));
  expectOutputs(
    holder,
    all.flatMap(({ one, own }) => requestByOutput(holder, one.name, own)),
  );
  const made = all.map(({ one, own }) => {
    const rust = make(holder, one.name, own);
    addDeployExtras(rust, one.deploy);
    return [one.name, rust] as const;
  });
  return named(Object.fromEntries(made), path, wanted);
}

/** What is going to be built for a function whose hash is that of its output. */
function requestByOutput(holder: Construct, name: string, own: RustFunctionProps): BundleRequest[] {
  const props = injected(identityOf('RustFunction').fqn, own, holder, name);
  if (props.code || props.bundling?.assetHashType !== AssetHashType.OUTPUT) return [];
  return [resolveFunction(holder, name, props, workspaceFunctions).request];
}

/** The workspace of a manifest with its settings, or an error that names the construct. */
export function describedWorkspace(
  path: string,
  manifestPath: string | undefined,
): { readonly workspace: DescribedWorkspace; readonly manifest: string } {
  const manifest = findManifest(manifestPath, process.cwd());
  if (isComplaint(manifest)) throw new ConstructError(path, manifest);
  const workspace = describeSettings(manifest, process.env);
  if (isComplaint(workspace)) throw new ConstructError(path, workspace);
  return { workspace, manifest };
}

function propsOf(
  scope: Construct,
  one: DescribedFunction,
  { bundling, architecture, defaults, overrides }: RustWorkspaceProps,
): RustFunctionProps {
  return {
    ...deployProps(scope, one),
    ...{ [INCLUDED]: one.settings.include },
    ...(architecture && { architecture }),
    ...(bundling && { bundling }),
    ...defaults,
    ...overrides?.[one.name],
    manifestPath: one.manifestPath,
    binaryName: one.name,
  };
}

/** A name that is mistyped is told of at once, in place of an `undefined` somewhere later. */
function named(
  functions: { [binary: string]: RustFunction },
  path: string,
  wanted: readonly DescribedFunction[],
): { [binary: string]: RustFunction } {
  return new Proxy(functions, {
    get(target, key) {
      if (
        typeof key !== 'string' ||
        Object.hasOwn(target, key) ||
        key in Object.prototype ||
        IGNORED.has(key)
      )
        return Reflect.get(target, key);
      throw new ConstructError(path, noFunction(key, wanted));
    },
  });
}

/** What promises, JSON and inspectors look for in any object. */
const IGNORED = new Set(['then', 'toJSON', 'asymmetricMatch', 'nodeType', 'inspect']);

function noFunction(name: string, wanted: readonly DescribedFunction[]) {
  const names = wanted.map((one) => one.name).sort();
  const close = nearest(name, names);
  return {
    what: `There is no function '${name}'; there ${names.length === 1 ? 'is' : 'are'}: ${names.join(', ')}.`,
    fix: close ? `Write '${close}'.` : 'Name one of them.',
  };
}
