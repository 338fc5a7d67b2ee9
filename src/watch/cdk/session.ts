import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { thisHost } from '../../build/host.js';
import { parseTarget } from '../../build/target.js';
import { UserError } from '../../errors.js';
import { createLocalLambda, type LocalLambda } from '../../local/local-lambda.js';
import { type Reaper, startReaper } from '../../process/reaper.js';
import { readEnvironment } from '../../project/environment-layer.js';
import { flagLayer } from '../../project/layers.js';
import { resolveLayers } from '../../project/resolve.js';
import { collectVariables } from '../../project/variables.js';
import type { LocalApp } from '../../template/app.js';
import { readAssembly } from '../../template/assembly.js';
import { readApp } from '../../template/read-app.js';
import type { Place } from '../../template/resolver.js';
import type { Assembly } from '../../template/template.js';
import { runOptions } from '../definitions.js';
import { FileWatcher } from '../file-watcher.js';
import type { WatchOptions } from '../options.js';
import type { WatchSession } from '../session.js';
import { type WatchState, watchStep } from '../watch-state.js';
import type { Beside } from './app-definitions.js';
import { isOfApp } from './app-files.js';
import type { AppSource } from './app-source.js';
import { Stage } from './stage.js';
import { synthesise } from './synthesise.js';

export interface CdkOptions extends WatchOptions {
  readonly source: AppSource;
  /** Values of template parameters: `Name` or `Stack:Name`. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Serves the functions of a CDK app; rebuilds them when their source changes, and reads the app again when it does. */
export async function startCdkWatch(options: CdkOptions): Promise<WatchSession> {
  const folder = await mkdtemp(join(tmpdir(), 'crablet-cdk-'));
  const reaper = startReaper([folder]);
  const app = new App(options, folder, reaper);
  let lambda: LocalLambda | undefined;
  let stage: Stage | undefined;
  const close = async () => {
    await app.close();
    await stage?.close();
    await lambda?.close();
    await stage?.remove();
    await rm(folder, { recursive: true, force: true });
    reaper.close();
  };
  try {
    const startedAt = Date.now();
    const assembly = await app.read();
    const beside = await besideOf(options);
    const watch = resolveLayers([readEnvironment(options.load.env, options.load.cwd)], false).watch;
    // The service's address is a part of what the templates say: it has to be there before they are read.
    refuseEmpty(readApp(assembly, placeOf(assembly, options, 'http://127.0.0.1:9000')), options);
    lambda = await createLocalLambda({
      ...runOptions(watch, options),
      functions: [],
      ...(assembly.region !== undefined && { region: assembly.region }),
      ...(assembly.accountId !== undefined && { accountId: assembly.accountId }),
    });
    const { url } = lambda;
    stage = new Stage(lambda, options, beside, folder);
    const stagedOn = stage;
    await stagedOn.set(readApp(assembly, placeOf(assembly, options, url)));
    await app.follow(
      startedAt,
      () => stagedOn.packageRoots,
      (next) => {
        const read = readApp(next, placeOf(next, options, url));
        refuseEmpty(read, options);
        return stagedOn.set(read);
      },
    );
    if (lambda.isolation) options.onEvent({ type: 'isolation', text: lambda.isolation });
    let closing: Promise<void> | undefined;
    return {
      lambda,
      firstBuild: stagedOn.firstBuild,
      failure: Promise.race([stagedOn.failure, app.failure]),
      rebuild: () => {
        app.changed([]);
        stagedOn.rebuild();
      },
      close: () => (closing ??= close()),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function placeOf(assembly: Assembly, { service, parameters, load }: CdkOptions, serviceUrl: string): Place {
  return {
    region: assembly.region ?? service.region ?? 'us-east-1',
    accountId: assembly.accountId ?? '123456789012',
    serviceUrl,
    queueEndpoint: load.env['AWS_ENDPOINT_URL_SQS'] ?? load.env['AWS_ENDPOINT_URL'],
    builtFor: builtFor(load),
    parameters,
  };
}

/** The architecture of `--target`, which `--arm64` is short for; else this machine's. */
function builtFor({ flags }: WatchOptions['load']): Place['builtFor'] {
  const [target] = flags?.watch?.target ?? [];
  const architecture = target === undefined ? thisHost().architecture : parseTarget(target).architecture;
  return architecture && (architecture === 'aarch64' ? 'arm64' : 'x86_64');
}

async function besideOf({ load, overrides }: CdkOptions): Promise<Beside> {
  const flags = flagLayer(load.flags ?? {}, load.cwd);
  const { variables } = await collectVariables({
    layers: [flags],
    section: 'watch',
    workspaceRoot: load.cwd,
  });
  const { watch } = resolveLayers([flags], false);
  return {
    overrides,
    environment: variables,
    layers: watch.layers ?? [],
    extensions: watch.extensions ?? [],
  };
}

function refuseEmpty(app: LocalApp, { source }: CdkOptions): void {
  if (app.functions.length > 0) return;
  const others = app.remarks.filter(({ type }) => type === 'AWS::Lambda::Function');
  const why = others.map(({ resource, why: reason }) => `\n  ${resource}: ${reason}`).join('');
  throw new UserError('cdk.no-function', {
    what: `The app (${source.kind === 'command' ? source.command : source.folder}) has no function in Rust.${why}`,
    fix: "Make one: new RustFunction(this, 'Hello', { manifestPath: './lambda/hello' }), from 'crablet/cdk'",
  });
}

/** The app: runs it, reads what it writes, and does both again when its files change. */
class App {
  readonly failure: Promise<never>;
  private state: WatchState = { kind: 'resting', healthy: true };
  private readonly ended = new AbortController();
  private readonly watcher = new FileWatcher((paths) => this.noticed(paths));
  private running: Promise<void> = Promise.resolve();
  private files: readonly string[] = [];
  private packageRoots: () => readonly string[] = () => [];
  private take: (assembly: Assembly) => Promise<void> = async () => {};
  private fail: (error: unknown) => void = () => {};

  constructor(
    private readonly options: CdkOptions,
    private readonly folder: string,
    private readonly reaper: Reaper,
  ) {
    this.failure = new Promise((_, reject) => {
      this.fail = reject;
    });
    this.failure.catch(() => {});
  }

  async read(): Promise<Assembly> {
    const { source, load, service, onEvent } = this.options;
    const folder = source.kind === 'assembly' ? source.folder : join(this.folder, 'cdk.out');
    if (source.kind === 'command') {
      onEvent({ type: 'app.running', command: source.command });
      await synthesise(source, {
        env: load.env,
        folder,
        region: service.region,
        signal: load.signal ? AbortSignal.any([this.ended.signal, load.signal]) : this.ended.signal,
        roll: this.reaper,
        onOutput: (text) => onEvent({ type: 'build.output', from: 'app', text }),
      });
    }
    const assembly = await readAssembly(folder);
    this.files = assembly.files;
    return assembly;
  }

  /** Reads the app again whenever it changes from now on; an edit since `startedAt` counts. */
  async follow(
    startedAt: number,
    packageRoots: () => readonly string[],
    take: (assembly: Assembly) => Promise<void>,
  ): Promise<void> {
    this.packageRoots = packageRoots;
    this.take = take;
    await this.observe(startedAt);
  }

  changed(paths: readonly string[]): void {
    if (this.ended.signal.aborted) return;
    const { state, build } = watchStep(this.state, { kind: 'changed' });
    this.state = state;
    if (build) this.running = this.again(paths).catch((error) => this.fail(error));
  }

  async close(): Promise<void> {
    this.ended.abort();
    await Promise.all([this.watcher.close(), this.running]);
  }

  private noticed(paths: readonly string[]): void {
    const { source } = this.options;
    const ours = paths.filter(
      (path) => source.kind === 'assembly' || isOfApp(path, source.appFolder, this.packageRoots()),
    );
    if (ours.length > 0) this.changed(ours);
  }

  private async again(changed: readonly string[]): Promise<void> {
    const { onEvent } = this.options;
    const startedAt = Date.now();
    onEvent({ type: 'app.changed', changed });
    try {
      const assembly = await this.read();
      if (this.ended.signal.aborted) return;
      await this.take(assembly);
    } catch (error) {
      if (this.ended.signal.aborted) return;
      if (!(error instanceof UserError)) throw error;
      onEvent({ type: 'project.broken', error });
    }
    await this.observe(startedAt);
    const { state, build } = watchStep(this.state, { kind: 'built', healthy: true });
    this.state = state;
    if (build) await this.again([]);
  }

  private async observe(startedAt: number): Promise<void> {
    const { ignoreChanges, source } = this.options;
    if (ignoreChanges || this.ended.signal.aborted) return;
    if (source.kind === 'assembly')
      await this.watcher.observe({ files: new Set(this.files), folders: [] }, startedAt);
    else await this.watcher.observe({ files: new Set(), folders: [source.appFolder] }, startedAt);
  }
}
