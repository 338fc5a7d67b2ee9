import { UNPUBLISHED } from '../lambda/function-name.js';
import { extensionSpans, type InvokeTiming, runtimeSpans, type Span } from '../lambda/invoke-spans.js';
import type { Logging } from '../lambda/log-levels.js';
import type { OutcomeFacts, Phase } from '../lambda/log-lines.js';
import type { ExtensionFacts, PlatformRecord } from '../lambda/log-records.js';
import type { RuntimeApiAnswer } from '../lambda/runtime-api-answers.js';
import type { Subscription } from '../lambda/telemetry-subscription.js';
import type { EnvironmentOwner } from './environment-owner.js';
import type { EnvironmentClosed } from './events.js';
import type { Invocation } from './invocation.js';
import { TelemetryRelay } from './telemetry/relay.js';

/** What the journal wants to know of an invocation on its way through the environment. */
export interface LoggedRun {
  readonly invocation: Invocation;
  /** Which of its lines have been told; kept up to date here. */
  logged: 'nothing' | 'start' | 'end';
  readonly answered: boolean;
  readonly durationMs: number;
  readonly initMs: number | undefined;
  readonly producedBytes: number;
  readonly result: OutcomeFacts;
  /** Whether subscribers have been told that the runtime is done; kept up to date here. */
  runtimeDoneTold: boolean;
  timing(): InvokeTiming;
}

/** How often at most a process's memory is looked up, in milliseconds: it costs a file read. */
const MEMORY_READ_INTERVAL_MS = 500;

/** An invocation that takes this long, in milliseconds, is not slowed down by it, and may have changed a lot. */
const LONG_MS = 5;

/** AWS numbers the versions of its runtime; this one is none of them. */
const RUNTIME_VERSION = 'provided:al2023.local';

/** What one environment tells of itself: its events, and the log tail of an invocation whose caller wants one. */
export class Journal {
  /** The run whose lines are being written, until END has been told. */
  private run: LoggedRun | undefined;
  private maxMemoryMb: number | undefined;
  private readonly logging: Logging;
  private readonly version: string;
  /** As it was when the environment was made. */
  private readonly memoryMb: number;
  private memoryReadAt = -MEMORY_READ_INTERVAL_MS;

  /** Passes what happens on to the extensions that subscribed to the Telemetry or the Logs API. */
  readonly relay: TelemetryRelay;

  constructor(
    private readonly from: {
      readonly function: string;
      readonly environment: number;
      readonly logStream: string;
    },
    private readonly owner: Pick<
      EnvironmentOwner,
      'settings' | 'listener' | 'telemetry' | 'traces' | 'initializationType' | 'maxConcurrency'
    >,
    private readonly readMemory: () => number | undefined,
  ) {
    const { logFormat, applicationLogLevel, systemLogLevel, memoryMb, version } = owner.settings;
    this.version = version ?? UNPUBLISHED;
    this.memoryMb = memoryMb;
    this.logging = {
      format: logFormat,
      applicationLevel: applicationLogLevel,
      systemLevel: systemLogLevel,
    };
    const view = { logFormat, managed: owner.maxConcurrency > 1 };
    this.relay = new TelemetryRelay(from, view, owner.telemetry, (record) => this.log(record));
  }

  initStart(phase: Phase): void {
    this.relay.initStarted();
    this.platform({
      type: 'initStart',
      initializationType: this.owner.initializationType,
      phase,
      functionName: this.from.function,
      functionVersion: this.version,
      logStream: this.from.logStream,
      memoryMb: this.memoryMb,
      runtimeVersion: RUNTIME_VERSION,
    });
  }

  /**
   * In this order: RIE internal/lambda/rapid/handlers.go, doRuntimeDomainInit.
   * @param extensions what became of them
   */
  initEnd(
    phase: Phase,
    durationMs: number,
    result: OutcomeFacts,
    extensions: readonly ExtensionFacts[],
  ): void {
    const { initializationType } = this.owner;
    this.platform({ type: 'initRuntimeDone', initializationType, phase, ...result });
    for (const { name, state, events, errorType } of extensions)
      this.platform({ type: 'extension', name, state, events, errorType });
    this.platform({ type: 'initReport', initializationType, phase, durationMs, ...result });
    this.relay.initOver();
  }

  /** An extension subscribes to the Telemetry or the Logs API. */
  subscribe(name: string, subscription: Subscription): RuntimeApiAnswer {
    const { answer, isNew } = this.relay.subscribe(name, subscription);
    const { api, types } = subscription;
    const type = api === 'Logs' ? 'logsSubscription' : 'telemetrySubscription';
    if (isNew) this.platform({ type, name, types });
    return answer;
  }

  /**
   * A line the function wrote, or the external extension of this name.
   */
  line(line: string, extension?: string): void {
    const invocation = this.run?.invocation;
    invocation?.tail?.line(line, this.logging);
    if (this.relay.hears) {
      this.relay.tell({ kind: extension === undefined ? 'function' : 'extension', line }, Date.now());
    }
    const listener = this.owner.listener();
    if (!listener) return;
    const { function: name, environment, logStream } = this.from;
    const { logging } = this;
    const requestId = invocation?.requestId;
    const time = Date.now();
    listener({
      type: 'log',
      requestId,
      line,
      extension,
      logging,
      function: name,
      environment,
      logStream,
      time,
    });
  }

  /** START: once for each run. */
  start(run: LoggedRun): void {
    if (run.logged !== 'nothing') return;
    run.logged = 'start';
    this.owner.traces?.begun(run.invocation.traceId);
    // Of several at once nobody can say whose a line is.
    if (this.owner.maxConcurrency === 1) this.run = run;
    if (!this.heard(run)) return;
    const { requestId, arn } = run.invocation;
    this.platform({ type: 'start', requestId, functionArn: arn, version: this.version }, run);
  }

  /** The runtime has answered and asks for more, or never will: subscribers are told before extensions have finished. */
  runtimeDone(run: LoggedRun): void {
    if (!this.relay.hears || run.runtimeDoneTold) return;
    run.runtimeDoneTold = true;
    const { result, producedBytes } = run;
    const { requestId } = run.invocation;
    const timing = run.timing();
    const durationMs = timing.readyAt === undefined ? run.durationMs : timing.readyAt - timing.startedAt;
    const record = { type: 'runtimeDone', requestId, durationMs, producedBytes, ...result } as const;
    this.tell(record, run, runtimeSpans(timing));
  }

  /** END and REPORT: once for each run. */
  end(run: LoggedRun): void {
    if (run.logged !== 'start') return;
    run.logged = 'end';
    this.run = undefined;
    if (!this.heard(run)) return;
    this.sampleMemory(run.invocation.tail !== undefined || run.durationMs > LONG_MS);
    const { result, durationMs, initMs, producedBytes } = run;
    const { requestId } = run.invocation;
    const { maxMemoryMb, memoryMb } = this;
    this.trace(run);
    this.runtimeDone(run);
    this.log({ type: 'runtimeDone', requestId, durationMs, producedBytes, ...result }, run);
    const report = {
      type: 'report',
      requestId,
      durationMs,
      memoryMb,
      maxMemoryMb,
      initMs,
      initBilledApart: initMs === undefined ? undefined : this.owner.initializationType !== 'on-demand',
      ...result,
    } as const;
    this.log(report, run);
    if (!this.relay.hears) return;
    const timing = run.timing();
    const spans = this.relay.managed ? runtimeSpans(timing) : extensionSpans(timing, Date.now());
    this.tell(report, run, spans);
  }

  private trace(run: LoggedRun): void {
    const { traces } = this.owner;
    if (!traces) return;
    const { startedAt } = run.timing();
    const { requestId, arn, traceId: traceHeader } = run.invocation;
    const { initMs, result, durationMs } = run;
    const { maxMemoryMb } = this;
    const functionName = this.from.function;
    const endedAt = startedAt + durationMs;
    traces.ended({
      functionName,
      requestId,
      arn,
      traceHeader,
      startedAt,
      endedAt,
      initMs,
      result,
      maxMemoryMb,
    });
  }

  /** The environment is at rest: what the function had to say of the run has been said. */
  rested(run: LoggedRun): void {
    this.owner.traces?.rested(run.invocation.traceId);
  }

  /** The environment ends: what was answered is not left without its END, which comes a moment after the answer. */
  finish(): void {
    if (this.run?.answered) this.end(this.run);
  }

  /** Looks up the process's memory, unless that was done a moment ago. */
  sampleMemory(always: boolean): void {
    const now = performance.now();
    if (!always && now - this.memoryReadAt < MEMORY_READ_INTERVAL_MS) return;
    this.memoryReadAt = now;
    this.maxMemoryMb = this.readMemory() ?? this.maxMemoryMb;
  }

  /** The environment's last word. */
  closed(reason: EnvironmentClosed['reason']): void {
    this.owner.listener()?.({ type: 'environment.closed', reason, ...this.from, time: Date.now() });
  }

  private platform(record: PlatformRecord, run?: LoggedRun): void {
    this.log(record, run);
    if (this.relay.hears) this.tell(record, run);
  }

  private tell(record: PlatformRecord, run?: LoggedRun, spans?: readonly Span[]): void {
    this.relay.tell({ kind: 'platform', record, spans, traceId: run?.invocation.traceId }, Date.now());
  }

  // Three of these are told of each invocation. Every member is written out: a spread costs several times as much.
  private log(record: PlatformRecord, run?: LoggedRun): void {
    run?.invocation.tail?.platform(record, this.logging);
    const listener = this.owner.listener();
    if (!listener) return;
    const { function: name, environment, logStream } = this.from;
    const { logging } = this;
    listener({ type: 'platform', logging, record, function: name, environment, logStream, time: Date.now() });
  }

  private heard(run: LoggedRun): boolean {
    const { traces } = this.owner;
    return run.invocation.tail !== undefined || !!this.owner.listener() || this.relay.hears || !!traces;
  }
}
