import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { ancestors } from '../project/ancestors.js';
import type { Description } from '../project/describe.js';
import { Bundler } from './bundler.js';
import { callingCommand } from './calling-command.js';
import { isComplaint } from './construct-error.js';
import { isFile } from './content-hash.js';
import { InputReader } from './input-files.js';
import { shouldBundle } from './when-to-bundle.js';
import { describeManifest, type Refused } from './workspace-facts.js';

/** What the constructs of one app share, for as long as the app lives. */
export class AppState {
  readonly bundler = new Bundler();
  readonly reader = new InputReader();
  private readonly descriptions = new Map<string, Description | Refused>();
  private command: { readonly name: string | undefined } | undefined;

  /** One answer is enough for all members of a workspace. */
  describe(manifest: string, env: NodeJS.ProcessEnv): Description | Refused {
    const known =
      this.descriptions.get(manifest) ?? this.ofItsWorkspace(manifest) ?? describeManifest(manifest, env);
    this.descriptions.set(manifest, known);
    return known;
  }

  /** What was found out about a manifest in another way. */
  learn(manifest: string, description: Description): void {
    this.descriptions.set(manifest, description);
  }

  private ofItsWorkspace(manifest: string): Description | undefined {
    const folder = dirname(manifest);
    for (const [asked, known] of this.descriptions) {
      if (isComplaint(known) || !isOf(folder, known)) continue;
      if (![asked, manifest].some((one) => hasConfiguration(dirname(one), known.workspaceRoot))) return known;
    }
    return undefined;
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

function isOf(folder: string, { workspaceRoot, packages }: Description): boolean {
  return folder === workspaceRoot || packages.some(({ isMember, root }) => isMember && root === folder);
}

/** Cargo's own, below the workspace's root: asked from there, cargo may have another target folder. */
function hasConfiguration(folder: string, workspaceRoot: string): boolean {
  return ancestors(folder)
    .filter((one) => one.startsWith(`${workspaceRoot}${sep}`))
    .some((one) => ['config', 'config.toml'].some((name) => isFile(join(one, '.cargo', name))));
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
