import type { Logging } from '../lambda/log-levels.js';
import type { OutcomeFacts, Phase } from '../lambda/log-lines.js';
import type { ExtensionFacts, PlatformRecord } from '../lambda/log-records.js';
import type { EnvironmentOwner } from './environment-owner.js';
import type { EnvironmentClosed, LocalEventListener } from './events.js';
import type { Invocation } from './invocation.js';

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
}

/** How often at most a process's memory is looked up, in milliseconds: it costs a file read. */
const MEMORY_READ_INTERVAL_MS = 500;

/** AWS numbers the versions of its runtime; this one is none of them. */
const RUNTIME_VERSION = 'provided:al2023.local';

/** What one environment tells of itself: its events, and the log tail of an invocation whose caller wants one. */
export class Journal {
  /** The run whose lines are being written, until END has been told. */
  private run: LoggedRun | undefined;
  private maxMemoryMb: number | undefined;
  private readonly logging: Logging;
  private memoryReadAt = -MEMORY_READ_INTERVAL_MS;

  constructor(
    private readonly from: {
      readonly function: string;
      readonly environment: number;
      readonly logStream: string;
    },
    private readonly settings: EnvironmentOwner['settings'],
    private readonly readMemory: () => number | undefined,
    /** Undefined while nobody listens: then nothing is made that nobody reads. */
    private readonly listener: () => LocalEventListener | undefined,
  ) {
    const { logFormat, applicationLogLevel, systemLogLevel } = settings;
    this.logging = {
      format: logFormat,
      applicationLevel: applicationLogLevel,
      systemLevel: systemLogLevel,
    };
  }

  initStart(phase: Phase): void {
    this.platform({
      type: 'initStart',
      initializationType: 'on-demand',
      phase,
      functionName: this.from.function,
      functionVersion: '$LATEST',
      logStream: this.from.logStream,
      memoryMb: this.settings.memoryMb,
      runtimeVersion: RUNTIME_VERSION,
    });
  }

  /** @param extensions what became of them: told before the report (RIE: rapid/handlers.go, logAgentsInitStatus) */
  initEnd(
    phase: Phase,
    durationMs: number,
    result: OutcomeFacts,
    extensions: readonly ExtensionFacts[],
  ): void {
    for (const { name, state, events, errorType } of extensions)
      this.platform({ type: 'extension', name, state, events, errorType });
    this.platform({ type: 'initReport', initializationType: 'on-demand', phase, durationMs, ...result });
  }

  /**
   * A line the function wrote, or the external extension of this name.
   */
  line(line: string, extension?: string): void {
    const invocation = this.run?.invocation;
    invocation?.tail?.add(`${line}\n`);
    const listener = this.listener();
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
    this.run = run;
    if (!this.heard(run)) return;
    const { requestId, arn } = run.invocation;
    this.platform({ type: 'start', requestId, functionArn: arn, version: '$LATEST' }, run);
  }

  /** END and REPORT: once for each run. */
  end(run: LoggedRun): void {
    if (run.logged !== 'start') return;
    run.logged = 'end';
    this.run = undefined;
    if (!this.heard(run)) return;
    this.sampleMemory(run.invocation.tail !== undefined);
    const { result, durationMs, initMs, producedBytes } = run;
    const { requestId } = run.invocation;
    const { maxMemoryMb } = this;
    const { memoryMb } = this.settings;
    this.platform({ type: 'runtimeDone', requestId, durationMs, producedBytes, ...result }, run);
    this.platform({ type: 'report', requestId, durationMs, memoryMb, maxMemoryMb, initMs, ...result }, run);
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
    this.listener()?.({ type: 'environment.closed', reason, ...this.from, time: Date.now() });
  }

  // Three of these are told of each invocation. Every member is written out: a spread costs several times as much.
  private platform(record: PlatformRecord, run?: LoggedRun): void {
    run?.invocation.tail?.platform(record);
    const listener = this.listener();
    if (!listener) return;
    const { function: name, environment, logStream } = this.from;
    const { logging } = this;
    listener({ type: 'platform', logging, record, function: name, environment, logStream, time: Date.now() });
  }

  private heard(run: LoggedRun): boolean {
    return run.invocation.tail !== undefined || this.listener() !== undefined;
  }
}
