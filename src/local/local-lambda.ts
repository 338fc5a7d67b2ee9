import { dirname, isAbsolute, resolve } from 'node:path';
import { listen, portError } from '../http/listen.js';
import type { Api } from '../lambda/api-gateway/definition.js';
import type { Credentials } from '../lambda/environment-variables.js';
import type { Deliver } from '../lambda/event-record.js';
import { functionArn } from '../lambda/function-name.js';
import { DEFAULT_CONCURRENCY, EPHEMERAL_STORAGE_MB } from '../lambda/limits.js';
import { logGroupName } from '../lambda/log-lines.js';
import { portHolder } from '../process/port-holder.js';
import type { Roll } from '../process/supervise.js';
import { type Clock, systemClock } from './clock.js';
import { claimOf } from './concurrency.js';
import type { Artifact } from './environment-process.js';
import { checkEventInvoke } from './event-queue/check-settings.js';
import type { LocalEventListener } from './events.js';
import { externalExtensions } from './external-extensions.js';
import { type Front, front } from './front.js';
import { LocalFunction } from './function.js';
import type { FunctionSettings } from './function-settings.js';
import { Functions } from './functions.js';
import { type InvokeOptions, type InvokeResult, invokeDirectly } from './invoke-direct.js';
import { type ChosenIsolation, chooseIsolation } from './isolation/choose.js';
import { debuggable } from './isolation/debuggable.js';
import { openPortable } from './isolation/portable.js';
import type { CpuName, IsolationName } from './isolation/strength.js';
import type { Isolation } from './isolation.js';
import { type Kept, openKept } from './kept.js';
import { retireIdle } from './retire-idle.js';
import { Service } from './service.js';
import { type UrlRoute, UrlRouter } from './url-router.js';

/** A function to serve. Only its name is needed; a `bootstrap` can also come later, with `update`. */
export interface FunctionDefinition
  extends Partial<Omit<FunctionSettings, 'name' | 'layers' | 'extensions'>> {
  readonly name: string;
  /** Folders that AWS would unpack into /opt; every file in their `extensions/` is an external extension. */
  readonly layers?: readonly string[];
  /** More external extensions: paths of programs, each started beside the function under its file's name. */
  readonly extensions?: readonly string[];
  /** The built executable; its folder stands for /var/task. Relative paths count from the working directory. */
  readonly bootstrap?: string;
}

export interface LocalLambdaOptions {
  readonly functions: readonly FunctionDefinition[];
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** Port to listen on; default 0, which takes a free one. */
  readonly port?: number;
  /** The most invocations at once over all functions; default 1,000, as an AWS account has. */
  readonly concurrency?: number;
  /** Functions wait for a debugger: one environment each, whose time stands still while one is attached. */
  readonly debug?: boolean;
  /** Time, for tests that move it; default the system's. */
  readonly clock?: Clock;
  /** Default us-east-1: it is in ARNs and in the functions' environment. */
  readonly region?: string;
  /** Twelve digits; default 123456789012. */
  readonly accountId?: string;
  /** What functions find as their role's credentials; none when left out. */
  readonly credentials?: () => Promise<Credentials | undefined>;
  /** Variables for every function beside its own, such as AWS_ENDPOINT_URL. */
  readonly passedOn?: Readonly<Record<string, string>>;
  readonly router?: readonly UrlRoute[];
  /** How long an environment stays without work, in seconds; default 600. */
  readonly keepAliveSeconds?: number;
  /** How long a function may take to ask for its first event, in milliseconds; default as on AWS: 10,000 on demand. */
  readonly initLimitMs?: number;
  /** Port of the first environment's Runtime API, for a process that somebody else starts; default: free ones. */
  readonly runtimePort?: number;
  /** A folder for what outlives the service: events that wait. Without it they are kept in memory. */
  readonly dataDir?: string;
  /** How long to wait before a function gets an event again that it failed over; default [60000, 120000], as on AWS. */
  readonly asyncRetryDelaysMs?: readonly number[];
  /** Sends what became of events to queues, topics, event buses and functions that are not served here. */
  readonly deliver?: Deliver;
  /** Lets streamed responses leave as fast as AWS does: 6 MB at once, then 2 MB a second. */
  readonly shapeBandwidth?: boolean;
  /** Who may sign requests to URLs whose auth type is AWS_IAM, beside whom `credentials` gives. */
  readonly acceptedKeys?: readonly Credentials[];
  readonly onEvent?: LocalEventListener;
  /** A remark that belongs to no log, such as an answer that a function URL cannot send. */
  readonly onWarning?: (text: string) => void;
  /**
   * What functions may use, default `portable`: what every system has, and nothing that takes time to start. `linux`:
   * as on AWS, with bubblewrap and control groups; `auto`: as much of that as works here.
   */
  readonly isolation?: IsolationName | Isolation;
  /** `aws` gives functions the share of the processors that their memory gives them there; default `full`. */
  readonly cpu?: CpuName;
}

export interface LocalLambda {
  /** `http://host:port`, the endpoint for AWS clients. */
  readonly url: string;
  /** What functions may use: what is enforced, and what not; undefined for an isolation of your own. */
  readonly isolation: string | undefined;
  functionNames(): readonly string[];
  /** The function's own URL. */
  urlOf(functionName: string): string;
  invoke(functionName: string, payload?: unknown, options?: InvokeOptions): Promise<InvokeResult>;
  /**
   * Adds functions, or changes their settings: all of them, or none.
   * @throws UserError when they reserve more concurrency than there is
   */
  define(...definitions: FunctionDefinition[]): void;
  /** Takes other routes to the functions from now on. */
  route(routes: readonly UrlRoute[]): void;
  /** Serves these APIs from now on, and no others. */
  serveApis(apis: readonly Api[]): void;
  /** Ends a function; callers that wait are told so. */
  remove(functionName: string): void;
  /** Serves a new build from now on. With `warmUp` a first environment starts ahead of the next invocation. */
  update(functionName: string, artifact: Artifact, options?: { warmUp?: boolean }): void;
  /** Refuses invocations with this text until the next update. */
  fail(functionName: string, text: string): void;
  /** Invokes once more what was invoked last; undefined before any invocation. */
  repeatLast(): Promise<InvokeResult> | undefined;
  /** How many environments a function has. */
  environmentCount(functionName: string): number;
  /** The process groups that end with this process, even if it is killed; those of the functions are on it. */
  readonly roll: Roll;
  /** Ends every process and listener; callers that wait are told so. Can be called twice. */
  close(): Promise<void>;
}

const DEFAULTS = {
  memoryMb: 128,
  ephemeralStorageMb: EPHEMERAL_STORAGE_MB.default,
  timeoutSeconds: 30,
  environment: {},
  invokeMode: 'auto',
  urlAuth: 'NONE',
  logFormat: 'Text',
  applicationLogLevel: 'INFO',
  systemLogLevel: 'INFO',
} as const satisfies Omit<FunctionSettings, 'name' | 'layers' | 'extensions'>;

/**
 * Starts a local Lambda: the Invoke API that AWS clients speak, function URLs, and for each parallel invocation an
 * execution environment with a Runtime API of its own.
 * @throws UserError when the port cannot be listened on, more concurrency is reserved than there is, the data folder cannot be had,
 *   or what functions may use cannot be limited as asked for
 */
export async function createLocalLambda(options: LocalLambdaOptions): Promise<LocalLambda> {
  const isolation = await isolationOf(options);
  const kept = await openKept(options).catch((error) => {
    isolation.close?.();
    throw error;
  });
  const host = options.host ?? '127.0.0.1';
  const home = { region: options.region ?? 'us-east-1', accountId: options.accountId ?? '123456789012' };
  const service = new Service({
    home,
    concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
    clock: options.clock ?? systemClock,
    debug: options.debug ?? false,
    initLimitMs: options.initLimitMs,
    isolation,
    credentials: options.credentials,
    passedOn: options.passedOn ?? {},
    listener: options.onEvent,
    logs: kept.logs,
    warn: options.onWarning ?? (() => {}),
    runtimePort: options.runtimePort ?? 0,
    shapeBandwidth: options.shapeBandwidth ?? false,
    acceptedKeys: options.acceptedKeys ?? [],
  });
  const functions = new Functions(home, service, (all) => kept.eventQueue.queueOf(all));
  const define = (...definitions: FunctionDefinition[]) => {
    const given = definitions.map(({ bootstrap, ...rest }) => ({ bootstrap, settings: withDefaults(rest) }));
    for (const { settings } of given) checkEventInvoke(settings.name, settings.eventInvoke);
    service.concurrency.claim(given.map(({ settings }) => claimOf(settings)));
    for (const { bootstrap, settings } of given) {
      service.logs.openGroup(settings.logGroup ?? logGroupName(settings.name));
      const existing = functions.find(settings.name);
      const fn = existing ?? new LocalFunction(settings, functionArn(home, settings.name), service);
      if (existing) existing.configure(settings);
      else functions.add(fn);
      if (bootstrap !== undefined) fn.update(artifactAt(bootstrap), false);
      functions.eventQueue.wake(settings.name);
    }
  };
  service.roomWasMade = () => {
    for (const fn of functions.all) if (fn.hasWaiting) fn.drain();
  };
  const router = new UrlRouter(options.router ?? [], (name) => functions.find(name));
  const door = front(functions, router, service.logs);
  let port: number;
  try {
    define(...options.functions);
    port = await listen(door.server, options.port ?? 0, host).catch((error) => {
      throw portError(error, options.port ?? 0, host, portHolder(options.port ?? 0));
    });
  } catch (error) {
    await service.close();
    await kept.close();
    throw error;
  }
  kept.eventQueue.resume();
  const retiring = retireIdle(functions, (options.keepAliveSeconds ?? 600) * 1000);
  const url = `http://${urlHost(host)}:${port}`;
  let closing: Promise<void> | undefined;
  return {
    url,
    isolation: isolation.description,
    functionNames: () => functions.names,
    urlOf: (name) =>
      functions.only?.name === name ? `${url}/` : `${url}/lambda-url/${encodeURIComponent(name)}/`,
    invoke: (name, payload, how) => invokeDirectly(functions, name, payload, how),
    define,
    route: (routes) => router.replace(routes),
    serveApis: (apis) => functions.apis.replace(apis),
    remove(name) {
      functions.find(name)?.close();
      functions.remove(name);
      service.concurrency.forget(name);
    },
    update: (name, artifact, how) => known(functions, name).update(artifact, how?.warmUp ?? false),
    fail: (name, text) => known(functions, name).fail(text),
    repeatLast: () =>
      service.last && invokeDirectly(functions, service.last.functionName, service.last.payload),
    roll: service.reaper,
    environmentCount: (name) => known(functions, name).environmentCount,
    close: () => (closing ??= close(door, functions, service, retiring, kept)),
  };
}

async function isolationOf({
  isolation,
  cpu = 'full',
  debug,
}: LocalLambdaOptions): Promise<Isolation & Partial<ChosenIsolation>> {
  if (typeof isolation === 'object') return isolation;
  if (debug) return debuggable;
  if (isolation === undefined && cpu === 'full') return openPortable();
  return chooseIsolation(isolation ?? 'auto', cpu);
}

/** A setting that is there and undefined counts as left out. */
function withDefaults(given: Omit<FunctionDefinition, 'bootstrap'>): FunctionSettings {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  const layers = (given.layers ?? []).map((folder) => resolve(folder));
  const extensions = externalExtensions(layers, given.extensions ?? []);
  const settings = { ...DEFAULTS, name: given.name, ...Object.fromEntries(set), layers, extensions };
  return withConcurrency(settings);
}

/** Whoever sets the variable means the same. Such functions have their logs in JSON (developer guide, managed instances). */
function withConcurrency(settings: FunctionSettings): FunctionSettings {
  const maxConcurrency =
    settings.maxConcurrency ?? Number(settings.environment['AWS_LAMBDA_MAX_CONCURRENCY'] ?? 1);
  return maxConcurrency > 1
    ? { ...settings, maxConcurrency, logFormat: 'JSON' }
    : { ...settings, maxConcurrency: undefined };
}

function artifactAt(bootstrap: string): Artifact {
  const path = isAbsolute(bootstrap) ? bootstrap : resolve(bootstrap);
  return { bootstrap: path, taskRoot: dirname(path) };
}

function known(functions: Functions, name: string): LocalFunction {
  const found = functions.find(name);
  if (!found)
    throw new Error(`This local Lambda has no function '${name}'. It has: ${functions.names.join(', ')}`);
  return found;
}

async function close(
  door: Front,
  functions: Functions,
  service: Service,
  retiring: NodeJS.Timeout,
  kept: Kept,
): Promise<void> {
  clearInterval(retiring);
  const closed = new Promise<void>((resolve) => door.server.close(() => resolve()));
  for (const fn of functions.all) fn.close();
  const emptied = service.close();
  // Callers that were just told that we close get a moment to read it; idle connections end at once.
  door.closeIdle();
  const patience = setTimeout(() => door.closeAll(), 500);
  await Promise.all([closed, emptied]);
  clearTimeout(patience);
  await kept.close();
}

function urlHost(host: string): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return reachable.includes(':') ? `[${reachable}]` : reachable;
}
