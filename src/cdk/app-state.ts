import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { sep } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Description } from '../project/describe.js';
import { Bundler } from './bundler.js';
import { callingCommand } from './calling-command.js';
import { InputReader } from './input-files.js';
import { shouldBundle } from './when-to-bundle.js';
import { describeManifest, type Refused } from './workspace-facts.js';

/** What the constructs of one app share, for as long as the app lives. */
export class AppState {
  readonly bundler = new Bundler();
  readonly reader = new InputReader();
  private readonly descriptions = new Map<string, Description | Refused>();
  private command: { readonly name: string | undefined } | undefined;

  describe(manifest: string, env: NodeJS.ProcessEnv): Description | Refused {
    const known = this.descriptions.get(manifest) ?? describeManifest(manifest, env);
    this.descriptions.set(manifest, known);
    return known;
  }

  /** Whether the assets of a construct's stack are going to be needed. */
  shouldBundle(scope: IConstruct, env: NodeJS.ProcessEnv): boolean {
    return shouldBundle({
      wish: env['CRABLET_BUNDLE'],
      stackIsMeant: Stack.of(scope).bundlingRequired,
      stacksAreNamed: scope.node.tryGetContext('aws:cdk:bundling-stacks') !== undefined,
      outdirOfCli: env['CDK_OUTDIR'],
      outdirIsTemporary: isTemporary(Stage.of(scope)?.assetOutdir ?? ''),
      command: () => {
        this.command ??= { name: callingCommand() };
        return this.command.name;
      },
    });
  }
}

/** The folder that an app makes for itself when it is told none (aws-cdk-lib core/lib/stage.ts: `mkdtemp` of `cdk.out`). */
function isTemporary(outdir: string): boolean {
  return [tmpdir(), realpathSync(tmpdir())].some((folder) => outdir.startsWith(`${folder}${sep}cdk.out`));
}

const STATES = new WeakMap<IConstruct, AppState>();

export function stateOf(scope: IConstruct): AppState {
  const { root } = scope.node;
  const known = STATES.get(root) ?? new AppState();
  STATES.set(root, known);
  return known;
}
