import { shutdownEvent } from '../lambda/extension-events.js';
import {
  describeExtensionExit,
  exitError,
  extensionError,
  invalidEntrypoint,
} from '../lambda/function-errors.js';
import type { OutcomeName } from '../lambda/log-lines.js';
import type { Exit } from '../process/supervise.js';
import { initIsOver, invokeIsOver, shutdownPlan, shutdownReason } from './environment-barriers.js';
import type { EnvironmentProcess, OutOfMemory, StartProblem } from './environment-process.js';
import { Extensions } from './extensions.js';
import type { ExternalExtension } from './external-extensions.js';
import type { Failure } from './invocation.js';
import type { Poll } from './poll.js';
import { type RuntimeInput, type RuntimeState, type Step, step } from './runtime-state.js';
import type { TelemetryRelay } from './telemetry/relay.js';

/** Who takes part in one start of an environment, the runtime and extensions, and what each is doing. */
export class Parties {
  readonly extensions: Extensions;
  private runtime: RuntimeState = 'Started';
  private poll: Poll | undefined;
  /** What the runtime said of its init before it exits. */
  private initErrorReport: Failure | undefined;
  /** The first error that an extension reported: it names the failure that follows (RIE: appctx, FirstFatalError). */
  private fatal: string | undefined;

  /** @param external those that are started beside the runtime */
  constructor(external: readonly ExternalExtension[]) {
    this.extensions = new Extensions(external);
  }

  /** Moves the runtime's state on, or says why not. */
  advance(input: RuntimeInput): Step {
    const result = step(this.runtime, input);
    if (result.allowed) this.runtime = result.state;
    return result;
  }

  /** Whether the runtime may do this now. */
  allows(input: RuntimeInput): boolean {
    return step(this.runtime, input).allowed;
  }

  /** Whether the runtime has been handed an event that it has not answered. */
  get runtimeIsRunning(): boolean {
    return this.runtime === 'Running';
  }

  /** The runtime waits for an event. Extensions can register no more once it has done so. */
  keep(poll: Poll): void {
    this.poll = poll;
    this.extensions.closeRegistration();
  }

  takePoll(): Poll | undefined {
    const { poll } = this;
    this.poll = undefined;
    return poll;
  }

  get initIsOver(): boolean {
    return initIsOver(this.runtime, this.extensions.list);
  }

  get invokeIsOver(): boolean {
    return invokeIsOver(this.runtime, this.extensions.invokeSubscribers);
  }

  initErrorReported(failure: Failure): void {
    this.initErrorReport = failure;
  }

  /** An extension cannot go on. Its process is expected to exit, and is waited for. */
  extensionReported(errorType: 'Extension.InitError' | 'Extension.ExitError'): void {
    this.fatal ??= errorType;
  }

  // ── What its callers are told when it ends ────────────────────────────────────────────────────────────────────

  startFailure(requestId: string, problem: StartProblem): Failure {
    if (problem.kind === 'problem') return invalidEntrypoint(requestId, problem.what);
    this.extensions.launchFailed(problem.name, problem.errorType);
    return extensionError(requestId, 'Extension.LaunchError', problem.what);
  }

  /** The runtime's process has ended; a report of its init is passed on as it is. */
  exitFailure(requestId: string, exit: Exit | OutOfMemory, initializing: boolean): Failure {
    return (initializing && this.initErrorReport) || exitError(requestId, exit, this.fatal);
  }

  extensionExitFailure(requestId: string, exit: Exit | OutOfMemory): Failure {
    return extensionError(requestId, this.fatal ?? 'Extension.Crash', describeExtensionExit(exit));
  }

  /**
   * Ends the processes: without extensions at once, else in the time that they are given.
   * @param why how that what went on has ended: `success` where the environment is closed in peace
   * @param telemetry is delivered before those end who want it
   * @returns what to wait for; undefined when there is nothing
   */
  end(process: EnvironmentProcess, why: OutcomeName, telemetry: TelemetryRelay): Promise<void> | undefined {
    this.poll = undefined;
    const { extensions } = this;
    const reason = shutdownReason(why);
    const plan = process.isEmpty ? undefined : shutdownPlan(extensions.list);
    if (plan) {
      return process.shutDown(plan, {
        hands: (name, leftMs) =>
          extensions.handShutdown(name, shutdownEvent(Math.round(Date.now() + leftMs), reason)),
        ended: (name, exit) => extensions.ended(name, exit),
        delivered: (withinMs) => (telemetry.hears ? telemetry.flush(withinMs) : undefined),
      });
    }
    process.end();
    return undefined;
  }
}
