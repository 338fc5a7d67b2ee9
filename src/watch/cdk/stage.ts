import { isDeepStrictEqual } from 'node:util';
import { Apis } from '../../local/apis/apis.js';
import type { LocalLambda } from '../../local/local-lambda.js';
import type { LocalApp } from '../../template/app.js';
import { BuildLoop } from '../build-loop.js';
import type { Cast, Role } from '../cast.js';
import { refuseStrangers } from '../definitions.js';
import { Generations } from '../generations.js';
import type { WatchOptions } from '../options.js';
import { appDefinition, type Beside } from './app-definitions.js';
import { Prebuilt } from './prebuilt.js';
import type { CdkOptions } from './session.js';
import { TargetFolders } from './target-folders.js';
import { Unpacked } from './unpacked.js';
import { manifestFolder, type Workspace, workspacesOf } from './workspaces.js';

interface Running {
  workspace: Workspace;
  readonly loop: BuildLoop;
  roles: readonly Role[];
}

/** The app as it is served just now: its functions, who builds them, its APIs. */
export class Stage {
  readonly failure: Promise<never>;
  private readonly running = new Map<string, Running>();
  private readonly targets = new TargetFolders();
  private readonly prebuilt: Prebuilt;
  private readonly unpacked: Unpacked;
  private readonly generations: Generations;
  private app: LocalApp | undefined;
  private layers = new Map<string, string>();
  private fail: (error: unknown) => void = () => {};
  private first: Promise<boolean>[] = [];

  constructor(
    private readonly lambda: LocalLambda,
    private readonly options: CdkOptions,
    private readonly beside: Beside,
    folder: string,
  ) {
    this.generations = new Generations(folder);
    this.unpacked = new Unpacked(folder);
    this.prebuilt = new Prebuilt(lambda, this.generations, this.unpacked, options);
    this.failure = new Promise((_, reject) => {
      this.fail = reject;
    });
    this.failure.catch(() => {});
  }

  get firstBuild(): Promise<boolean> {
    return Promise.all(this.first).then((all) => all.every(Boolean));
  }

  get packageRoots(): readonly string[] {
    return [...this.running.values()].flatMap(({ workspace }) => workspace.project.packageRoots);
  }

  rebuild(): void {
    for (const { loop } of this.running.values()) loop.take({ kind: 'changed' });
  }

  /** Serves this app in the place of the one before. Nothing changes if it cannot be had. */
  async set(app: LocalApp): Promise<void> {
    const { lambda, options } = this;
    refuseStrangers(
      app.functions.map(({ name }) => name),
      options.overrides,
    );
    const workspaces = await workspacesOf(app, options.source.appFolder, options.load);
    await this.unpackLayers(app);
    const before = this.app;
    this.app = app;
    const names = new Set(app.functions.map(({ name }) => name));
    for (const { name } of before?.functions ?? []) if (!names.has(name)) lambda.remove(name);
    lambda.define(...this.definitions());
    lambda.trigger(app);
    this.tell(app, before);
    await this.castAll(app, workspaces);
    const updated = await this.prebuilt.serve(app.functions);
    if (updated.length > 0) options.onEvent({ type: 'build.ended', seconds: 0, updated });
  }

  /** Ends builds; the functions may still run. */
  async close(): Promise<void> {
    await Promise.all([...this.running.values()].map(({ loop }) => loop.close()));
  }

  /** Removes what was made for the functions. */
  async remove(): Promise<void> {
    await Promise.all([this.generations.close(), this.targets.close()]);
  }

  private async castAll(app: LocalApp, workspaces: readonly Workspace[]): Promise<void> {
    for (const [root, { loop, workspace }] of this.running) {
      if (workspaces.some(({ project }) => project.workspaceRoot === root)) continue;
      this.running.delete(root);
      await loop.close();
      await this.targets.leave(workspace.project);
    }
    for (const workspace of workspaces) {
      const roles = rolesOf(app, workspace, this.options.source.appFolder);
      const known = this.running.get(workspace.project.workspaceRoot);
      if (!known) {
        await this.start(workspace, roles);
        continue;
      }
      const same =
        isDeepStrictEqual(known.roles, roles) &&
        isDeepStrictEqual(known.workspace.load.bins, workspace.load.bins);
      known.workspace = workspace;
      known.roles = roles;
      if (!same) known.loop.recast(this.castOf(workspace, roles));
    }
    await this.targets.tell(this.lambda.functionNames());
  }

  private async start(workspace: Workspace, roles: readonly Role[]): Promise<void> {
    const { lambda, options } = this;
    const { project, load } = workspace;
    const generations = await this.targets.enter(project, lambda, options);
    const own: WatchOptions = { ...options, load };
    const loop = new BuildLoop(project, this.castOf(workspace, roles), lambda, generations, own);
    loop.failure.catch((error) => this.fail(error));
    this.running.set(project.workspaceRoot, { workspace, loop, roles });
    this.first.push(loop.firstBuild);
    loop.take({ kind: 'changed' });
  }

  private castOf({ load, sources }: Workspace, roles: readonly Role[]): Cast {
    const extensions = new Set(this.app?.extensions.map(({ binaryName }) => binaryName));
    const isOne = (name: string) =>
      extensions.has(name) && sources.some(({ binaryName }) => binaryName === name);
    return {
      load,
      check() {},
      roles: (project) =>
        roles.map((role) => ({
          ...role,
          include: project.functions.find(({ name }) => name === role.binary)?.settings.include ?? [],
        })),
      extensions: (project) => project.functions.filter(({ name }) => isOne(name)),
      definitions: () => this.definitions(),
      async reloaded() {},
    };
  }

  private definitions() {
    const programOf = (extension: string) => {
      for (const { loop } of this.running.values()) {
        const program = loop.programOf(extension);
        if (program !== undefined) return program;
      }
      return undefined;
    };
    return (this.app?.functions ?? []).map((fn) =>
      appDefinition(
        { ...fn, layers: fn.layers.map((path) => this.layers.get(path) ?? path) },
        this.beside,
        programOf,
      ),
    );
  }

  private async unpackLayers({ functions }: LocalApp): Promise<void> {
    for (const path of new Set(functions.flatMap(({ layers }) => layers)))
      this.layers.set(path, await this.unpacked.at(path));
  }

  private tell(app: LocalApp, before: LocalApp | undefined): void {
    const { lambda, options } = this;
    if (before && isDeepStrictEqual(before, app)) return options.onEvent({ type: 'app.unchanged' });
    const functions = app.functions.map(({ name }) => ({ name, url: lambda.urlOf(name) }));
    options.onEvent({ type: 'serving', url: lambda.url, functions });
    const apis = app.apis.map((api) => ({ api, urls: Apis.urlOf(api, lambda.url) }));
    options.onEvent({ type: 'app.served', app, apis });
  }
}

function rolesOf({ functions }: LocalApp, { folders, sources }: Workspace, appFolder: string): Role[] {
  const roles = new Map<string, string[]>();
  for (const { name, code } of functions) {
    if (code.kind !== 'source' || !folders.has(manifestFolder(appFolder, code))) continue;
    if (sources.some(({ binaryName }) => binaryName === code.binaryName))
      roles.set(code.binaryName, [...(roles.get(code.binaryName) ?? []), name]);
  }
  return [...roles].map(([binary, names]) => ({ binary, names, include: [] }));
}
