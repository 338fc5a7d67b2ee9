import { mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Credentials,
  functionEnvironment,
  HANDLER,
  type InitializationType,
} from '../lambda/environment-variables.js';
import { type Home, UNPUBLISHED } from '../lambda/function-name.js';
import { logGroupName, logStreamName } from '../lambda/log-lines.js';
import { TRACE_HEX_DIGITS, traceHeader } from '../lambda/trace.js';
import { type Reaper, reapedFolder } from '../process/reaper.js';
import type { Clock } from './clock.js';
import { Concurrency } from './concurrency.js';
import { ConcurrentEnvironment } from './concurrent-environment.js';
import { type AnyEnvironment, Connections } from './connections.js';
import { Debugging } from './debugging.js';
import { Endpoint } from './endpoint.js';
import type { EnvironmentBase } from './environment-base.js';
import { type Artifact, confinementOf, type EnvironmentPlace } from './environment-process.js';
import type { LocalEventListener } from './events.js';
import type { FunctionSettings } from './function-settings.js';
import { randomHex } from './ids.js';
import type { Isolation } from './isolation.js';
import type { LogStore } from './logs/log-store.js';
import { PlainConnection } from './plain-connection.js';
import { runtimeApi } from './runtime-api.js';
import { type Shape, ShapedStream } from './shaped-stream.js';
import { StartLine } from './start-line.js';
import { DestinationPorts } from './telemetry/destination-ports.js';
import type { TelemetryServices } from './telemetry/relay.js';
import { type TraceOptions, Traces, traceVariables } from './traces/traces.js';
import type { UrlKeys } from './url-auth.js';

export interface ServiceOptions {
  readonly home: Home;
  /** The most invocations at once, over all functions. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly debug: boolean;
  /** AWS's when left out. */
  readonly initLimitMs: number | undefined;
  readonly isolation: Isolation;
  /** Started before anything is made; closed with the service. */
  readonly reaper: Reaper;
  /** What functions find as their role's credentials; asked before each process starts. */
  readonly credentials: (() => Promise<Credentials | undefined>) | undefined;
  /** Variables that every function gets beside its own, such as AWS_ENDPOINT_URL. */
  readonly passedOn: Readonly<Record<string, string>>;
  readonly listener: LocalEventListener | undefined;
  readonly logs: LogStore;
  readonly warn: (text: string) => void;
  /** Port of the first environment's Runtime API, the next function's being the next one; 0 for free ones. */
  readonly runtimePort: number;
  /** Whether streamed responses leave at AWS's speed. */
  readonly shapeBandwidth: boolean;
  /** Set when invocations are traced. */
  readonly traces: TraceOptions | undefined;
  /** Who may sign requests to URLs, beside whom `credentials` gives. */
  readonly acceptedKeys: readonly Credentials[];
}

/** What the functions of one local Lambda share: the account's concurrency, the Runtime API, temporary files. */
export class Service {
  /** The newest invocation, to be repeated on a person's wish. */
  last: { readonly functionName: string; readonly payload: Buffer } | undefined;
  readonly root: string;
  readonly reaper: Reaper;
  readonly startLine = new StartLine();
  readonly concurrency: Concurrency;
  /** Set when functions are debugged. */
  readonly debugging: Debugging | undefined;
  readonly telemetry: TelemetryServices;
  readonly traces: Traces | undefined;
  /** Where the service answers, once it does. */
  url = '';
  /** The same, where functions send their spans: without TLS. */
  plainUrl = '';
  /** Tells whoever listens, and keeps what belongs to a log. */
  readonly listener: LocalEventListener;
  /** Environments that were closed and are not gone. */
  private readonly leaving = new Set<Promise<void>>();
  private endpoints = 0;
  private readonly told = new Set<string>();
  private readonly connections = new Connections();
  private readonly runtimeApi: Server;
  /** Called when an invocation ends: somebody may wait for room. */
  roomWasMade: () => void = () => {};
  /** Called when a function has a build that can run. */
  functionIsReady: (name: string) => void = () => {};

  constructor(private readonly options: ServiceOptions) {
    this.debugging = options.debug ? new Debugging(() => options.clock.now()) : undefined;
    this.concurrency = new Concurrency(options.concurrency, () => options.clock.now());
    this.reaper = options.reaper;
    this.root = reapedFolder(this.reaper, realpathSync(tmpdir()), 'crablet-');
    this.runtimeApi = runtimeApi(this.connections);
    const { clock, warn } = options;
    this.telemetry = { clock, warn, ports: new DestinationPorts() };
    const { listener, logs } = options;
    this.listener = (event) => {
      logs.take(event);
      listener?.(event);
    };
    const { listener: tell } = this;
    const warnOnce = (text: string) => this.warnOnce(text);
    this.traces = options.traces && new Traces(options.traces, { clock, tell, warnOnce });
  }

  get home(): Home {
    return this.options.home;
  }

  get logs(): LogStore {
    return this.options.logs;
  }

  get clock(): Clock {
    return this.options.clock;
  }

  get initLimitMs(): number | undefined {
    return this.options.initLimitMs;
  }

  get isolation(): Isolation {
    return this.options.isolation;
  }

  warn(text: string): void {
    this.options.warn(text);
  }

  /** Where one remark is as good as many. */
  warnOnce(text: string): void {
    if (this.told.has(text)) return;
    this.told.add(text);
    this.warn(text);
  }

  newTrace(incoming: string | undefined): string {
    const { traces } = this;
    return traces
      ? traces.newHeader(incoming)
      : traceHeader(Date.now(), randomHex(TRACE_HEX_DIGITS), incoming);
  }

  readonly shape: Shape = (stream) =>
    this.options.shapeBandwidth ? new ShapedStream(stream, this.clock) : stream;

  get urlKeys(): UrlKeys {
    const { home, acceptedKeys, credentials } = this.options;
    const accepted = async () => {
      const own = await credentials?.();
      return own ? [...acceptedKeys, own] : acceptedKeys;
    };
    return { ...home, accepted };
  }

  /** Lets what confines the function's next environment be made ahead. */
  prepare(settings: FunctionSettings, artifact: Artifact): void {
    const { isolation, root } = this;
    isolation.prepare?.(confinementOf(settings.name, settings, artifact, join(root, settings.name)));
  }

  /** A place for a new environment: files, log stream, Runtime API endpoint. */
  placeFor(
    { name, logGroup, version = UNPUBLISHED }: FunctionSettings,
    number: number,
  ): { tmp: string; logStream: string; endpoint: Endpoint } {
    // Unique, for the folder of a function that was removed and came back may still be there.
    const tmp = mkdtempSync(join(this.root, `${name}-${number}-`));
    const prefix = logGroup === undefined ? '' : name;
    const logStream = logStreamName(Date.now(), version, randomHex(32), prefix);
    this.logs.openStream(logGroup ?? logGroupName(name), logStream);
    return {
      tmp,
      logStream,
      endpoint: new Endpoint(this.nextRuntimePort()),
    };
  }

  private nextRuntimePort(): number {
    const { runtimePort } = this.options;
    if (runtimePort === 0) return 0;
    this.endpoints += 1;
    return runtimePort + this.endpoints - 1;
  }

  connected(endpoint: Endpoint, environment: AnyEnvironment): void {
    endpoint.onConnection = (socket) => {
      if (environment instanceof ConcurrentEnvironment) {
        this.connections.belongsTo(socket, environment);
        this.runtimeApi.emit('connection', socket);
        return;
      }
      new PlainConnection(socket, environment, (unread) => {
        this.connections.belongsTo(socket, environment);
        socket.unshift(unread);
        this.runtimeApi.emit('connection', socket);
      });
    };
  }

  variables(
    settings: FunctionSettings,
    place: EnvironmentPlace,
    type: InitializationType,
  ): Record<string, string> | Promise<Record<string, string>> {
    const { credentials } = this.options;
    if (!credentials) return this.variablesWith(settings, place, type, undefined);
    return credentials().then((found) => this.variablesWith(settings, place, type, found));
  }

  private variablesWith(
    settings: FunctionSettings,
    place: EnvironmentPlace,
    initializationType: InitializationType,
    credentials: Credentials | undefined,
  ): Record<string, string> {
    return functionEnvironment({
      functionName: settings.name,
      version: settings.version ?? UNPUBLISHED,
      memoryMb: settings.memoryMb,
      region: this.home.region,
      logGroup: settings.logGroup ?? logGroupName(settings.name),
      logStream: place.logStream,
      runtimeApi: place.runtimeApi,
      taskRoot: place.taskRoot,
      opt: place.opt,
      handler: settings.handler ?? HANDLER,
      initializationType,
      credentials,
      logFormat: settings.logFormat,
      maxConcurrency: settings.maxConcurrency,
      applicationLogLevel: settings.applicationLogLevel,
      user: {
        ...temporaryFiles(place.tmp),
        ...(this.traces && traceVariables(this.plainUrl)),
        ...this.options.passedOn,
        ...settings.environment,
      },
    });
  }

  /**
   * Not synchronously: a function may have left a hundred thousand files. Tried again when some appear meanwhile,
   * for the process that makes them has been killed; the reaper removes what is left in the end.
   */
  async removeFolder(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 10 }).catch(() => {});
  }

  /** An environment was closed: its processes may still be ending. */
  leaves({ ended, tmp }: EnvironmentBase): void {
    const left = Promise.resolve(ended).then(() => this.removeFolder(tmp));
    this.leaving.add(left);
    void left.then(() => this.leaving.delete(left));
  }

  async close(): Promise<void> {
    await Promise.all(this.leaving);
    await this.traces?.close();
    this.runtimeApi.close();
    this.logs.close();
    await this.removeFolder(this.root);
    this.options.isolation.close?.();
    this.reaper.close();
  }
}

/** Lambda has no such variable; where /tmp is not the environment's own, it leads most programs to what is. */
function temporaryFiles(tmp: string): Record<string, string> {
  return tmp === '/tmp' ? {} : { TMPDIR: tmp };
}
