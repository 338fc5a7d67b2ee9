import type { OutcomeFacts, OutcomeName, Phase } from '../lambda/log-lines.js';
import type { Exit } from '../process/supervise.js';
import { stopTimer, type Timer } from './debugging.js';
import type { Endpoint } from './endpoint.js';
import type { EnvironmentOwner } from './environment-owner.js';
import {
  type Artifact,
  EnvironmentProcess,
  type OutOfMemory,
  type StartProblem,
} from './environment-process.js';
import type { Failure, Invocation } from './invocation.js';
import { Journal } from './journal.js';
import { Parties } from './parties.js';
import { errorOutcome, TIMEOUT } from './run.js';

/** An init phase that goes on. */
export interface Init {
  readonly phase: Phase;
  readonly startedAt: number;
}

/**
 * One execution environment: its own /tmp, its own Runtime API endpoint, at most one runtime at a time. It outlives
 * its processes: after a crash the next invocation starts new ones in it. How many invocations it takes at a time is
 * what its two kinds differ in.
 */
export abstract class EnvironmentBase {
  /** When it was last seen without an invocation, of `performance.now()`. */
  idleSince = 0;
  /** Those of the current start. */
  parties = new Parties([]);
  /** Resolves when the processes of a closed environment have ended; undefined when that was at once. */
  ended: Promise<void> | undefined;
  readonly journal: Journal;
  protected readonly process: EnvironmentProcess;
  private initTimer: Timer | undefined;

  constructor(
    readonly owner: EnvironmentOwner,
    readonly artifact: Artifact,
    readonly number: number,
    logStream: string,
    readonly tmp: string,
    endpoint: Endpoint,
  ) {
    const from = { function: owner.name, environment: number, logStream };
    this.journal = new Journal(from, owner, () => this.process.maxMemoryMb());
    this.process = new EnvironmentProcess(artifact, endpoint, owner, { logStream, tmp }, this.journal, this);
  }

  /** Of the runtime's process, while there is one. */
  get pid(): number | undefined {
    return this.process.pid;
  }

  /** How many invocations it could be given now, whether it is initialised or not. */
  abstract readonly room: number;
  /** How many polls should come at once, for what they follow on has been answered. */
  abstract readonly finishing: number;
  /** Gives it work. Only called while it has room. */
  abstract assign(invocation: Invocation): void;
  /** Starts the process ahead of any invocation. */
  abstract warm(): void;
  /** Ends the processes and the endpoint; returns the invocations whose callers still wait. */
  abstract close(reason: 'idle' | 'replaced' | 'closing'): Invocation[];
  /** The polls that `finishing` counts have not come. */
  expectNoMore(): void {}
  /** Somebody asks for an event: that may have been what init or the invocation waited for. */
  abstract mayGoOn(): void;

  /** The init phase that goes on, if one does. */
  protected abstract readonly init: Init | undefined;
  /** @param again whether another try could end differently */
  protected abstract initFailed(result: OutcomeFacts, failure: Failure | undefined, again?: boolean): void;
  /** One of its processes has ended and nobody had asked for it. */
  protected abstract failed(failure: Failure): void;
  /** Whose failure it is when a process ends; empty when nobody waits. */
  protected abstract waitingRequestId(): string;

  // ── What the processes do (environment-process.ts), and say (runtime-api.ts) ──────────────────────────────────

  exited(exit: Exit | OutOfMemory): void {
    this.failed(this.parties.exitFailure(this.waitingRequestId(), exit, this.init !== undefined));
  }

  extensionExited(exit: Exit | OutOfMemory): void {
    this.failed(this.parties.extensionExitFailure(this.waitingRequestId(), exit));
  }

  /** `POST …/init/error` was received. The process is expected to exit then; it is not waited for. */
  initErrorReported(failure: Failure): void {
    this.parties.initErrorReported(failure);
    if (this.init) this.initFailed(errorOutcome(failure), failure);
  }

  /** Tells the person at the terminal something of this function that belongs to no log. */
  remark(text: string): void {
    this.owner.warn(`${this.owner.name} ${text}`);
  }

  // ── Init ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** @param limited false when the init is on the time of an invocation */
  protected startProcesses({ phase, startedAt }: Init, limited: boolean): void {
    this.process.end();
    this.parties = new Parties(this.owner.settings.extensions);
    const { initLimitMs } = this.owner;
    if (limited && Number.isFinite(initLimitMs))
      this.initTimer = this.timer(initLimitMs, () => this.initFailed(TIMEOUT, undefined));
    this.journal.initStart(phase);
    this.process.start(this.parties.extensions.allRegistered).then(
      (problem) => problem && this.cannotStart(startedAt, problem),
      (error: Error) => this.cannotStart(startedAt, { kind: 'problem', what: error.message }),
    );
  }

  private cannotStart(startedAt: number, problem: StartProblem): void {
    if (this.init?.startedAt !== startedAt) return;
    const failure = this.parties.startFailure(this.waitingRequestId(), problem);
    // A second try would end the same way.
    this.initFailed(errorOutcome(failure), failure, false);
  }

  protected initEnded({ phase, startedAt }: Init, result: OutcomeFacts): number {
    stopTimer(this.initTimer);
    const durationMs = performance.now() - startedAt;
    this.journal.initEnd(phase, durationMs, result, this.parties.extensions.list);
    return durationMs;
  }

  /** Time stands still while a debugger is attached. */
  protected timer(milliseconds: number, callback: () => void): Timer {
    const { debugging } = this.owner;
    if (!debugging) return setTimeout(callback, milliseconds);
    return debugging.timer(milliseconds, () => this.pid, callback);
  }

  // ── End ───────────────────────────────────────────────────────────────────────────────────────────────────────

  protected endProcesses(why: OutcomeName): Promise<void> | undefined {
    stopTimer(this.initTimer);
    this.journal.relay.endsSoon();
    return this.parties.end(this.process, why, this.journal.relay);
  }

  /** @param ending of the processes, where that takes time */
  protected leave(reason: 'idle' | 'replaced' | 'closing', ending: Promise<void> | undefined): void {
    const close = () => {
      this.process.close();
      this.journal.relay.detach();
      this.journal.closed(reason);
    };
    if (ending) this.ended = ending.then(close);
    else close();
  }
}
