import { stripVTControlCharacters } from 'node:util';
import { compile } from '../build/compile.js';
import { UserError } from '../errors.js';
import type { LocalLambda } from '../local/local-lambda.js';
import { loadProject } from '../project/load.js';
import type { Project } from '../project/project.js';
import type { Cast } from './cast.js';
import { emulatorFor } from './emulator.js';
import { fingerprint, type Generations } from './generations.js';
import type { WatchOptions } from './options.js';
import { Sources } from './sources.js';
import { type WatchInput, type WatchState, watchStep } from './watch-state.js';

/** `superseded`: it failed, but its files were edited meanwhile, so it says nothing about them. */
type Outcome = 'served' | 'failed' | 'superseded';

interface Executable {
  readonly name: string;
  readonly path: string;
}

/** Does what the pure table says: builds, swaps, and observes what the build depends on. */
export class BuildLoop {
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
    private cast: Cast,
    private readonly lambda: LocalLambda,
    private readonly generations: Generations,
    private readonly options: WatchOptions,
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

  /** The project's binaries play other parts from now on: it is read again, and built. */
  recast(cast: Cast): void {
    this.cast = cast;
    this.projectChanged = true;
    this.take({ kind: 'changed' });
  }

  /** The program of one of the project's extensions, once it has been built. */
  programOf(extension: string): string | undefined {
    return this.extensions.get(extension)?.program;
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
    const { args } = this.project.settings.watch;
    if (debug) await this.offerToDebuggers(executables);
    for (const { binary, names, include } of this.cast.roles(this.project)) {
      const path = executables.find(({ name }) => name === binary)?.path;
      if (path === undefined) continue;
      const print = (await fingerprint(path)) + JSON.stringify([include, args]);
      for (const name of names) {
        if (this.served.get(name) === print) continue;
        const artifact = await this.generations.make(name, path, include, {
          ...(debug && { file: binary }),
          emulator: await emulatorFor(path, this.options.load),
          args,
        });
        this.lambda.update(name, artifact, { warmUp: true });
        this.served.set(name, print);
        updated.push(name);
      }
    }
    return updated;
  }

  private async offerToDebuggers(executables: readonly Executable[]): Promise<void> {
    const functions = this.cast.roles(this.project).map(({ binary }) => binary);
    const offered = executables.filter(({ name }) => functions.includes(name));
    const { writeLaunchFile } = await import('./launch-file.js');
    const text = await writeLaunchFile(this.project.workspaceRoot, offered);
    if (text !== undefined) this.options.onEvent({ type: 'warning', text });
  }

  private async swapExtensions(executables: readonly Executable[]): Promise<string[]> {
    const updated: string[] = [];
    for (const { name } of this.cast.extensions(this.project)) {
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
    this.lambda.define(...this.cast.definitions(this.project, (extension) => this.programOf(extension)));
  }

  private get names(): readonly string[] {
    return this.cast.roles(this.project).flatMap(({ names }) => names);
  }

  private refuse(text: string): void {
    // What was served is gone from the callers' view: the next good build must be served even if nothing differs.
    if (!this.options.keepServing) this.served.clear();
    for (const name of this.names) if (!this.served.has(name)) this.lambda.fail(name, text);
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
    const project = await loadProject({ ...this.cast.load, signal: this.ended.signal });
    this.cast.check(project);
    this.project = project;
    this.projectChanged = false;
    for (const name of this.served.keys()) if (!this.names.includes(name)) this.served.delete(name);
    await this.cast.reloaded(before, project, (extension) => this.programOf(extension));
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
