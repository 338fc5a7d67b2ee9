import { HttpApi, type HttpApiProps, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { addConstructMetadata } from 'aws-cdk-lib/core/lib/metadata-resource';
import type { Construct } from 'constructs';
import type { Route } from '../project/project.js';
import { ConstructError } from './construct-error.js';
import { identityOf, JSII_RTTI } from './identity.js';
import { injected } from './injected.js';
import { RustFunction } from './rust-function.js';
import { describedWorkspace } from './workspace-functions.js';
import type { RustWorkspaceProps } from './workspace-props.js';

/** An HTTP API with the routes that `crablet watch` serves. */
export interface RustApiProps extends HttpApiProps {
  /**
   * The folder of the Cargo.toml, or the file itself, whose `[package.metadata.lambda.watch.router]` has the routes.
   * @default - the Cargo.toml in the folder in which the app runs
   */
  readonly manifestPath?: string;
  /**
   * The functions, by the names that the routes have for them.
   * @default - those of RustFunction.fromWorkspace for the same manifest
   */
  readonly functions?: { [binary: string]: IFunction };
  /**
   * How the functions are made, when they are made here.
   * @default - with the settings of the manifest
   */
  readonly workspace?: RustWorkspaceProps;
}

/** An HTTP API in front of Rust functions: the routes of the watch router, or the only function for everything. */
export class RustApi extends HttpApi {
  /** By which property injectors know this construct. */
  static override readonly PROPERTY_INJECTION_ID: string = 'crablet.RustApi';
  static readonly [JSII_RTTI] = identityOf('RustApi');

  /** The functions behind it, by the names of their binaries. */
  readonly functions: { [binary: string]: IFunction };

  constructor(scope: Construct, id: string, props: RustApiProps = {}) {
    const own = injected(RustApi.PROPERTY_INJECTION_ID, props, scope, id);
    const { manifestPath, functions, workspace: how, ...rest } = own;
    super(scope, id, rest);
    addConstructMetadata(this, own);
    const { workspace } = describedWorkspace(this.node.path, manifestPath);
    this.functions =
      functions ??
      RustFunction.fromWorkspace(this, 'Functions', {
        ...how,
        ...(manifestPath !== undefined && { manifestPath }),
      });
    const routes =
      workspace.router.length > 0
        ? workspace.router
        : [onlyRoute(Object.keys(this.functions), this.node.path)];
    for (const route of routes) this.addRustRoute(route);
  }

  private addRustRoute({ path, methods, function: name }: Route): void {
    const handler = Object.hasOwn(this.functions, name) ? this.functions[name] : undefined;
    if (!handler) {
      throw new ConstructError(this.node.path, {
        what: `The route ${path} leads to '${name}', which is not among the functions: ${Object.keys(this.functions).join(', ')}.`,
        fix: 'Mend the route in [package.metadata.lambda.watch.router], or give the function as functions.',
      });
    }
    this.addRoutes({
      path: apiPath(path),
      methods: (methods ?? ['ANY']).map((method) => HttpMethod[method as keyof typeof HttpMethod]),
      integration: new HttpLambdaIntegration(`${name}-integration`, handler),
    });
  }
}

/** `{*rest}` of the router is `{rest+}` here (API Gateway developer guide, "Routes for HTTP APIs"). */
function apiPath(path: string): string {
  return path.replace(/\{\*(\w+)\}/g, '{$1+}');
}

function onlyRoute(names: readonly string[], path: string): Route {
  const [name, ...others] = names;
  if (name !== undefined && others.length === 0) return { path: '/{*proxy}', function: name };
  throw new ConstructError(path, {
    what: `There are ${names.length} functions (${names.join(', ')}) and no routes to them.`,
    fix: `Write routes, which crablet watch serves, too: [workspace.metadata.lambda.watch.router] "/${name ?? 'path'}" = "${name ?? 'function'}"`,
  });
}
