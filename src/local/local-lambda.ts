import { dirname, isAbsolute, join, resolve } from 'node:path';
import { listen, portError } from '../http/listen.js';
import { type ShownTls, shownTls } from '../http/tls-files.js';
import { secureUrl, urlHost } from '../http/url-host.js';
import { functionArn } from '../lambda/function-name.js';
import { DEFAULT_CONCURRENCY } from '../lambda/limits.js';
import { logGroupName } from '../lambda/log-lines.js';
import { portHolder } from '../process/port-holder.js';
import { type Reaper, startReaper } from '../process/reaper.js';
import type { Roll } from '../process/supervise.js';
import { systemClock } from './clock.js';
import { claimOf } from './concurrency.js';
import type { Artifact } from './environment-process.js';
import { checkEventInvoke } from './event-queue/check-settings.js';
import { type Front, front } from './front.js';
import { LocalFunction } from './function.js';
import { Functions } from './functions.js';
import { CodeStore } from './functions-api/code-store.js';
import type { ApiContext } from './functions-api/context.js';
import { Deployed } from './functions-api/deployed.js';
import { SourceStore } from './functions-api/source-store.js';
import { RoleStore } from './identity/role-store.js';
import { type InvokeOptions, type InvokeResult, invokeDirectly } from './invoke-direct.js';
import { type ChosenIsolation, chooseIsolation } from './isolation/choose.js';
import { debuggable } from './isolation/debuggable.js';
import { openPortable } from './isolation/portable.js';
import type { Isolation } from './isolation.js';
import { type Kept, openKept } from './kept.js';
import type { FunctionDefinition, LocalLambdaOptions } from './local-lambda-options.js';
import { GroupSettings } from './logs/group-settings.js';
import { retireIdle } from './retire-idle.js';
import { Service } from './service.js';
import { type TriggerDefinitions, Triggers } from './triggers.js';
import { type UrlRoute, UrlRouter } from './url-router.js';
import { withDefaults } from './with-defaults.js';

export type { FunctionDefinition, LocalLambdaOptions };

export interface LocalLambda {
  /** `http://host:port`, or `https://…` with TLS: the endpoint for AWS clients. */
  readonly url: string;
  /** What it shows when it speaks TLS, as PEM. */
  readonly tls: ShownTls | undefined;
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
  /** Serves these APIs, queues and schedules from now on, and no others of the kinds that are given. */
  trigger(definitions: TriggerDefinitions): void;
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
  /** The processes of a function's environments; what those have started descends from them. */
  pidsOf(functionName: string): readonly number[];
  /** The process groups that end with this process, even if it is killed; those of the functions are on it. */
  readonly roll: Roll;
  /** Ends every process and listener; callers that wait are told so. Can be called twice. */
  close(): Promise<void>;
}

/**
 * Starts a local Lambda: the Invoke API that AWS clients speak, function URLs, and for each parallel invocation an
 * execution environment with a Runtime API of its own.
 * @throws UserError when the port cannot be listened on, more concurrency is reserved than there is, the data folder cannot be had,
 *   or what functions may use cannot be limited as asked for
 */
export async function createLocalLambda(options: LocalLambdaOptions): Promise<LocalLambda> {
  const reaper = startReaper();
  const isolation = await isolationOf(options, reaper).catch((error) => {
    reaper.close();
    throw error;
  });
  const kept = await openKept(options).catch((error) => {
    isolation.close?.();
    reaper.close();
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
    reaper,
    credentials: options.credentials,
    passedOn: options.passedOn ?? {},
    listener: options.onEvent,
    logs: kept.logs,
    warn: options.onWarning ?? (() => {}),
    runtimePort: options.runtimePort ?? 0,
    shapeBandwidth: options.shapeBandwidth ?? false,
    traces: options.traces,
    acceptedKeys: options.acceptedKeys ?? [],
  });
  const codes = new CodeStore(kept.codeFolder ?? join(service.root, 'code'));
  const deployed = new Deployed(home, service, kept.documents, codes);
  const functions = new Functions(home, service, deployed, (all) => kept.eventQueue.queueOf(all));
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
  service.functionIsReady = (name) => functions.isReady(name);
  const triggers = new Triggers({
    functions,
    clock: service.clock,
    queues: options.queues,
    warn: (text) => service.warn(text),
  });
  const router = new UrlRouter(options.router ?? [], (name) => functions.find(name));
  const api: ApiContext = {
    home,
    functions,
    deployed,
    clock: service.clock,
    roles: new RoleStore(kept.documents),
    sources: new SourceStore(kept.documents, triggers.eventSources),
    logs: { store: service.logs, settings: new GroupSettings(service.logs, kept.documents), home },
    fetchObject: options.fetchObject,
    warn: (text) => service.warn(text),
  };
  const { tls } = options;
  const secure = tls && (await import('./secure-front.js'));
  const open = secure?.overTls(tls!, service.traces, (text) => service.warnOnce(text));
  const door = front(api, router, service.traces, open);
  try {
    await deployed.tidy();
    const port = await listen(door.server, options.port ?? 0, host).catch((error) => {
      throw portError(error, options.port ?? 0, host, portHolder(options.port ?? 0));
    });
    service.plainUrl = `http://${urlHost(host)}:${port}`;
    service.url = tls ? secureUrl(tls.cert, host, port, (text) => service.warn(text)) : service.plainUrl;
    // Functions are told where the service is; no request comes in between.
    define(...options.functions);
  } catch (error) {
    door.server.close();
    await service.close();
    await kept.close();
    throw error;
  }
  const { url } = service;
  kept.eventQueue.resume();
  const retiring = retireIdle(functions, (options.keepAliveSeconds ?? 600) * 1000);
  let closing: Promise<void> | undefined;
  return {
    url,
    tls: tls && shownTls(tls),
    isolation: isolation.description,
    functionNames: () => functions.names,
    urlOf: (name) =>
      functions.only?.name === name ? `${url}/` : `${url}/lambda-url/${encodeURIComponent(name)}/`,
    invoke: (name, payload, how) => invokeDirectly(functions, name, payload, how),
    define,
    route: (routes) => router.replace(routes),
    trigger: (definitions) => triggers.replace(definitions),
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
    pidsOf: (name) => known(functions, name).pids,
    close: () => (closing ??= close(door, functions, triggers, service, retiring, kept)),
  };
}

async function isolationOf(
  { isolation, cpu = 'full', debug }: LocalLambdaOptions,
  reaper: Reaper,
): Promise<Isolation & Partial<ChosenIsolation>> {
  if (typeof isolation === 'object') return isolation;
  if (debug) return debuggable;
  if (isolation === undefined && cpu === 'full') return openPortable();
  return chooseIsolation(isolation ?? 'auto', cpu, reaper);
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
  triggers: Triggers,
  service: Service,
  retiring: NodeJS.Timeout,
  kept: Kept,
): Promise<void> {
  clearInterval(retiring);
  const closed = new Promise<void>((resolve) => door.server.close(() => resolve()));
  // No new invocation comes of them; those that are under way end with their functions.
  const untriggered = triggers.close();
  for (const fn of functions.all) fn.close();
  functions.deployed.close();
  const emptied = service.close();
  // Callers that were just told that we close get a moment to read it; idle connections end at once.
  door.closeIdle();
  const patience = setTimeout(() => door.closeAll(), 500);
  await Promise.all([closed, emptied, untriggered]);
  clearTimeout(patience);
  await kept.close();
}
