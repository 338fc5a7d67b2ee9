import { join } from 'node:path';
import { isDeepStrictEqual, stripVTControlCharacters } from 'node:util';
import { compile } from '../build/compile.js';
import { UserError } from '../errors.js';
import { createLocalLambda, type LocalLambda } from '../local/local-lambda.js';
import { loadProject } from '../project/load.js';
import type { Project } from '../project/project.js';
import { definitionOf, serviceOptions } from './definitions.js';
import { emulatorFor } from './emulator.js';
import { fingerprint, Generations } from './generations.js';
import { extensionsOf, functionsOf, refuseExtensionsAlone } from './members.js';
import type { WatchOptions } from './options.js';
import { Sources } from './sources.js';
import { prepareTarget } from './target-folder.js';
import { type WatchInput, type WatchState, watchStep } from './watch-state.js';

export interface WatchSession {
  readonly lambda: LocalLambda;
  /** Resolves when the first build has ended: true when it can be served. */
  readonly firstBuild: Promise<boolean>;
  /** Rejects when something went wrong that is nobody's mistake but ours; the session should be closed then. */
  readonly failure: Promise<never>;
  rebuild(): void;
  /** Ends cargo, the functions and the service, and removes what was made for them. Can be called twice. */
  close(): Promise<void>;
}

/** Builds the project's functions and serves them; rebuilds when a file changes that they depend on. */
export async function startWatch(project: Project, options: WatchOptions): Promise<WatchSession> {
  const lambda = await createLocalLambda(serviceOptions(project, options));
  const generations = new Generations(join(project.targetDirectory, 'lambda'));
  const announcement = await prepareTarget(project, lambda, generations, options).catch(async (error) => {
    await lambda.close();
    throw error;
  });
  const tellFunctions = () => {
    const functions = lambda.functionNames().map((name) => ({ name, url: lambda.urlOf(name) }));
    options.onEvent({ type: 'serving', url: lambda.url, functions });
  };
  const loop = new BuildLoop(project, lambda, generations, options, async () => {
    tellFunctions();
    await announcement?.update(lambda.functionNames());
  });
  tellFunctions();
  if (lambda.isolation) options.onEvent({ type: 'isolation', text: lambda.isolation });
  if (options.overrides.debug)
    await (await import('./launch-file.js')).warnOfSystem((text) =>
      options.onEvent({ type: 'warning', text }),
    );
  loop.take({ kind: 'changed' });
  let closing: Promise<void> | undefined;
  const close = async () => {
    await loop.close();
    await lambda.close();
    await Promise.all([generations.close(), announcement?.takeBack()]);
  };
  return {
    lambda,
    firstBuild: loop.firstBuild,
    failure: loop.failure,
    rebuild: () => loop.take({ kind: 'changed' }),
    close: () => (closing ??= close()),
  };
}

/** `superseded`: it failed, but its files were edited meanwhile, so it says nothing about them. */
type Outcome = 'served' | 'failed' | 'superseded';

interface Executable {
  readonly name: string;
  readonly path: string;
}

/** Does what the pure table says: builds, swaps, and observes what the build depends on. */
class BuildLoop {
  readonly firstBuild: Promise<boolean>;
  readonly failure: Promise<never>;
  private state: WatchState = { kind: 'resting', healthy: false };
  private readonly sources = new Sources((paths) => this.take({ kind: 'changed' }, paths));
  private readonly ended = new AbortController();
  private readonly served = new Map<string, string>();
  /** The project's own extensions, as they were built last. */
  private readonly extensions = new Map<string, { readonly print: string; readonly program: string }>();
  private running: Promise<void> = Promise.resolve();
  private changed: string[] = [];
  private projectChanged = false;
  private firstBuilt: (healthy: boolean) => void = () => {};
  private fail: (error: unknown) => void = () => {};

  constructor(
    private project: Project,
    private readonly lambda: LocalLambda,
    private readonly generations: Generations,
    private readonly options: WatchOptions,
    /** Called when the project has other functions than before. */
    private readonly onOtherFunctions: () => Promise<void>,
  ) {
    this.firstBuild = new Promise((resolve) => {
      this.firstBuilt = resolve;
    });
    this.failure = new Promise((_, reject) => {
      this.fail = reject;
    });
    this.failure.catch(() => {});
  }

  take(input: WatchInput, paths: readonly string[] = []): void {
    if (this.ended.signal.aborted) return;
    this.changed.push(...paths);
    const { state, build } = watchStep(this.state, input);
    this.state = state;
    if (build) this.running = this.build().catch((error) => this.fail(error));
  }

  async close(): Promise<void> {
    this.ended.abort();
    this.firstBuilt(false);
    await Promise.all([this.sources.close(), this.running]);
  }

  private async build(): Promise<void> {
    const changed = this.changed.splice(0);
    const startedAt = Date.now();
    let outcome: Outcome = 'failed';
    try {
      outcome = await this.buildOnce(changed, startedAt);
    } catch (error) {
      if (!(error instanceof UserError) && !this.ended.signal.aborted) throw error;
      if (error instanceof UserError) outcome = await this.broken(error, startedAt);
    }
    if (this.ended.signal.aborted) return;
    const healthy = outcome === 'served';
    if (outcome !== 'superseded') this.firstBuilt(healthy);
    const late = await this.observe(healthy, startedAt);
    this.take({ kind: 'built', healthy });
    if (late.length > 0) this.take({ kind: 'changed' }, late);
  }

  private async buildOnce(changed: string[], startedAt: number): Promise<Outcome> {
    const { options } = this;
    if (changed.some((path) => this.isAboutProject(path)) || this.projectChanged) await this.reload();
    options.onEvent({ type: 'build.started', changed });
    const result = await compile({
      project: this.project,
      section: 'watch',
      env: options.load.env,
      color: options.color,
      progressColumns: options.progressColumns,
      onDiagnostic: (text) => options.onEvent({ type: 'build.output', from: 'compiler', text }),
      onProgress: (text) => options.onEvent({ type: 'build.output', from: 'cargo', text }),
      signal: this.ended.signal,
      roll: this.lambda.roll,
    });
    const seconds = (Date.now() - startedAt) / 1000;
    switch (result.kind) {
      case 'cancelled':
        return 'failed';
      case 'failed':
        if (await this.isSuperseded(startedAt)) return 'superseded';
        this.refuse(stripVTControlCharacters(result.diagnostics));
        options.onEvent({ type: 'build.failed', seconds, stillServing: this.stillServing });
        return 'failed';
      case 'ok': {
        this.sources.take({ files: new Set(result.inputs), folders: result.inputFolders });
        const updated = await this.swap(result.executables);
        options.onEvent({ type: 'build.ended', seconds, updated });
        return 'served';
      }
    }
  }

  /** Serves what was built anew; a function whose executable is the same keeps its environments. */
  private async swap(executables: readonly Executable[]): Promise<string[]> {
    const updated = await this.swapExtensions(executables);
    if (updated.length > 0) this.define();
    const { debug } = this.options.overrides;
    if (debug) await this.offerToDebuggers(executables);
    for (const { name, path } of executables) {
      const target = functionsOf(this.project).find((one) => one.name === name);
      if (!target) continue;
      const print = (await fingerprint(path)) + JSON.stringify(target.settings.include);
      if (this.served.get(name) === print) continue;
      const artifact = await this.generations.make(name, path, target.settings.include, {
        ...(debug && { file: name }),
        emulator: await emulatorFor(path, this.options.load),
      });
      this.lambda.update(name, artifact, { warmUp: true });
      this.served.set(name, print);
      updated.push(name);
    }
    return updated;
  }

  private async offerToDebuggers(executables: readonly Executable[]): Promise<void> {
    const functions = functionsOf(this.project).map(({ name }) => name);
    const offered = executables.filter(({ name }) => functions.includes(name));
    const { writeLaunchFile } = await import('./launch-file.js');
    const text = await writeLaunchFile(this.project.workspaceRoot, offered);
    if (text !== undefined) this.options.onEvent({ type: 'warning', text });
  }

  private async swapExtensions(executables: readonly Executable[]): Promise<string[]> {
    const updated: string[] = [];
    for (const { name } of extensionsOf(this.project)) {
      const path = executables.find((one) => one.name === name)?.path;
      if (path === undefined) continue;
      const print = await fingerprint(path);
      if (this.extensions.get(name)?.print === print) continue;
      this.extensions.set(name, { print, program: await this.generations.makeExtension(name, path) });
      updated.push(name);
    }
    return updated;
  }

  /** New environments of the functions have the settings and extensions that there are now. */
  private define(): void {
    const { overrides } = this.options;
    const programs = extensionsOf(this.project).flatMap(
      ({ name }) => this.extensions.get(name)?.program ?? [],
    );
    this.lambda.define(
      ...functionsOf(this.project).map((target) => definitionOf(target, overrides, programs)),
    );
  }

  private refuse(text: string): void {
    // What was served is gone from the callers' view: the next good build must be served even if nothing differs.
    if (!this.options.keepServing) this.served.clear();
    for (const { name } of functionsOf(this.project))
      if (!this.served.has(name)) this.lambda.fail(name, text);
  }

  private get stillServing(): boolean {
    return this.options.keepServing && this.served.size > 0;
  }

  private async broken(error: UserError, startedAt: number): Promise<Outcome> {
    this.projectChanged = true;
    if (await this.isSuperseded(startedAt)) return 'superseded';
    this.refuse(`${error.message}\n${error.fix}`);
    this.options.onEvent({ type: 'project.broken', error });
    return 'failed';
  }

  /**
   * Whether a build that failed has read files that have been edited since: an editor that writes in place leaves a
   * file empty for a moment, and what cargo says of that is nothing to tell callers.
   */
  private async isSuperseded(startedAt: number): Promise<boolean> {
    if (!this.isObserving) return false;
    const late = await this.sources.editedSince(this.project, startedAt);
    const superseded = this.changed.length + late.length > 0;
    if (superseded) this.options.onEvent({ type: 'build.superseded' });
    return superseded;
  }

  private isAboutProject(path: string): boolean {
    return this.project.manifestPaths.includes(path) || this.project.configurationFiles.includes(path);
  }

  private async reload(): Promise<void> {
    const before = this.project;
    this.project = await loadProject({ ...this.options.load, signal: this.ended.signal });
    this.projectChanged = false;
    refuseExtensionsAlone(this.project);
    for (const { name } of functionsOf(before)) {
      if (functionsOf(this.project).some((one) => one.name === name)) continue;
      this.lambda.remove(name);
      this.served.delete(name);
    }
    this.define();
    this.lambda.route(this.project.router);
    const names = (project: Project) => functionsOf(project).map(({ name }) => name);
    if (!isDeepStrictEqual(names(before), names(this.project))) await this.onOtherFunctions();
  }

  private get isObserving(): boolean {
    return !(this.options.ignoreChanges || this.project.settings.watch.ignore_changes);
  }

  /** Observes what the next build depends on; returns files that were edited before they were observed. */
  private async observe(healthy: boolean, startedAt: number): Promise<string[]> {
    if (!this.isObserving) return [];
    await this.sources.observe(this.project, healthy, startedAt);
    const late = await this.sources.editedSince(this.project, startedAt);
    return late.filter((file) => !this.changed.includes(file));
  }
}
