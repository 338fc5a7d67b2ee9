import { functionArn, type Home, UNPUBLISHED } from '../../lambda/function-name.js';
import { settled, type VersionConfig } from '../../lambda/functions-api/configuration.js';
import {
  type FunctionRecord,
  mainVersion,
  routed,
  versionOf,
} from '../../lambda/functions-api/function-record.js';
import { LocalFunction } from '../function.js';
import { newId } from '../ids.js';
import type { Service } from '../service.js';
import type { CodeStore } from './code-store.js';
import type { Documents } from './documents.js';
import { LayerStore } from './layer-store.js';
import { artifactOf, settingsOf } from './version-settings.js';

const KIND = 'function:';

/** A function may take 15 minutes; a little more, so that its end is over too. */
const LONGEST_INVOCATION_MS = 960_000;

/** A version that can be run. */
export interface Runnable {
  readonly fn: LocalFunction;
  readonly config: VersionConfig;
}

/**
 * The functions that were created over the API: what is known of them, and what of them runs. A version gets
 * environments of its own when it is first invoked; all versions of a function share its concurrency.
 */
export class Deployed {
  private readonly records = new Map<string, FunctionRecord>();
  private readonly running = new Map<string, Map<string, LocalFunction>>();
  readonly layers: LayerStore;
  private cancelTidying: (() => void) | undefined;
  /** Which code a version runs. */
  private readonly runs = new WeakMap<LocalFunction, string>();

  constructor(
    readonly home: Home,
    private readonly service: Service,
    readonly documents: Documents,
    readonly codes: CodeStore,
  ) {
    this.layers = new LayerStore(home, documents);
    for (const [name, document] of documents.kept) {
      if (!name.startsWith(KIND)) continue;
      const record = document as FunctionRecord;
      // What was under way when the service ended has come to its end.
      this.take({ ...record, latest: finished(record.latest), versions: record.versions.map(finished) });
    }
  }

  get all(): FunctionRecord[] {
    return [...this.records.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Every version that runs, or has. */
  get functions(): LocalFunction[] {
    return [...this.running.values()].flatMap((versions) => [...versions.values()]);
  }

  get concurrency() {
    return this.service.concurrency;
  }

  /** How much code there is, each version's counted. */
  get codeBytes(): number {
    return this.all
      .flatMap(({ latest, versions }) => [latest, ...versions])
      .reduce((sum, { CodeSize }) => sum + CodeSize, 0);
  }

  find(name: string): FunctionRecord | undefined {
    return this.records.get(name);
  }

  /** Resolves when it is kept. */
  put(record: FunctionRecord): Promise<void> {
    this.take(record);
    return this.documents.put(KIND + record.name, record);
  }

  /** Ends what an earlier service left half done, and what is not needed. Called before anybody can ask. */
  tidy(): Promise<void> {
    return this.codes.keepOnly(this.neededCode(), 0);
  }

  /** Old code goes when the last invocation that could run it must be over. */
  private tidyLater(): void {
    this.cancelTidying ??= this.service.clock.after(LONGEST_INVOCATION_MS, () => {
      this.cancelTidying = undefined;
      void this.codes.keepOnly(this.neededCode(), LONGEST_INVOCATION_MS).catch(() => {});
    });
  }

  close(): void {
    this.cancelTidying?.();
  }

  private neededCode(): string[] {
    const versions = this.all.flatMap((record) => [record.latest, ...record.versions]);
    return [
      ...versions.flatMap(({ CodeSha256, Layers }) => [
        CodeSha256,
        ...Layers.map((layer) => layer.CodeSha256),
      ]),
      ...this.layers.all.map(({ CodeSha256 }) => CodeSha256),
    ];
  }

  remove(name: string): Promise<void> {
    this.records.delete(name);
    for (const fn of this.running.get(name)?.values() ?? []) fn.close();
    this.running.delete(name);
    this.tidyLater();
    this.service.concurrency.forget(name);
    return this.documents.remove(KIND + name);
  }

  /** What an invocation of this qualifier gets, by the weights of the alias where it is one. */
  route(name: string, qualifier = UNPUBLISHED): Runnable | undefined {
    return this.runnable(name, (record) => routed(record, qualifier, Math.random()));
  }

  /** The version that a qualifier mainly leads to. */
  main(name: string, qualifier: string): Runnable | undefined {
    return this.runnable(name, (record) => mainVersion(record, qualifier));
  }

  private runnable(
    name: string,
    choose: (record: FunctionRecord) => VersionConfig | undefined,
  ): Runnable | undefined {
    const record = this.records.get(name);
    const config = record && choose(record);
    return config && { fn: this.versionFunction(record, config), config };
  }

  private take(record: FunctionRecord): void {
    const { name, reserved } = record;
    const provisioned = Object.values(record.provisioned).reduce((sum, { requested }) => sum + requested, 0);
    this.service.concurrency.claim([{ name, reserved, provisioned }]);
    this.records.set(name, record);
    for (const [version, fn] of this.running.get(name) ?? []) {
      const config = versionOf(record, version);
      if (config) this.bringUpToDate(fn, record, config);
      else this.end(name, version, fn);
    }
    // Provisioned environments do not wait for an invocation.
    for (const qualifier of Object.keys(record.provisioned)) this.main(name, qualifier);
  }

  private end(name: string, version: string, fn: LocalFunction): void {
    fn.close();
    this.running.get(name)?.delete(version);
  }

  private versionFunction(record: FunctionRecord, config: VersionConfig): LocalFunction {
    const { name } = record;
    const versions = this.running.get(name) ?? new Map<string, LocalFunction>();
    this.running.set(name, versions);
    const found = versions.get(config.Version);
    if (found) return found;
    const settings = settingsOf(record, config, this.codes);
    this.service.logs.openGroup(config.LoggingConfig.LogGroup);
    const fn = new LocalFunction(settings, functionArn(this.home, name), this.service);
    versions.set(config.Version, fn);
    this.run(fn, config);
    return fn;
  }

  private bringUpToDate(fn: LocalFunction, record: FunctionRecord, config: VersionConfig): void {
    // Invocations go on with what was before until an update has come to its end.
    if (config.update === 'InProgress') return;
    fn.configure(settingsOf(record, config, this.codes));
    if (this.runs.get(fn) !== codeOf(config)) this.run(fn, config);
  }

  private run(fn: LocalFunction, config: VersionConfig): void {
    if (this.runs.has(fn)) this.tidyLater();
    this.runs.set(fn, codeOf(config));
    fn.update(artifactOf(config, this.codes), false);
  }
}

function codeOf({ CodeSha256, Architecture }: VersionConfig): string {
  return `${CodeSha256} ${Architecture}`;
}

function finished(config: VersionConfig): VersionConfig {
  return config.state === 'Pending' || config.update === 'InProgress' ? settled(config, newId()) : config;
}
