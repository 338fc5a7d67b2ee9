import { billedOf } from '../lambda/log-lines.js';
import type { LocalEvent } from '../local/events.js';
import type { CpuName, IsolationName } from '../local/isolation/strength.js';
import { createLocalLambda, type LocalLambda } from '../local/local-lambda.js';
import { cpuTimeMs } from '../process/cpu-time.js';
import type { Outcome, Report, Target } from './outcome.js';
import type { Subject } from './subject.js';

/** How long the service gets, in milliseconds, for what it makes ahead of an environment; portable ones need nothing. */
const REST_MS = 150;

export interface StageOptions {
  readonly subjects: readonly Subject[];
  readonly isolation: IsolationName;
  readonly cpu: CpuName;
  /** Aborted, an invocation is answered at once, as one that failed. */
  readonly signal: AbortSignal;
}

/** A local Lambda in which subjects are invoked; closed by who opened it. */
export class Stage {
  private readonly reports = new Map<string, (report: Report) => void>();
  private lambda!: LocalLambda;
  private readonly interrupted: Promise<Outcome>;

  private constructor(private readonly options: StageOptions) {
    const { signal } = options;
    this.interrupted = new Promise((resolve) => {
      const answer = () => resolve({ kind: 'failed', callerMs: 0, what: 'interrupted' });
      if (signal.aborted) answer();
      else signal.addEventListener('abort', answer, { once: true });
    });
  }

  /** @throws UserError when what functions may use cannot be limited as asked for */
  static async open(options: StageOptions): Promise<Stage> {
    const stage = new Stage(options);
    stage.lambda = await createLocalLambda({
      functions: options.subjects.map((subject, at) => ({
        name: nameOf(subject, at, options.subjects),
        memoryMb: subject.memoryMb,
        timeoutSeconds: subject.timeoutSeconds,
        environment: subject.environment,
      })),
      isolation: options.isolation,
      cpu: options.cpu,
      onEvent: (event) => stage.take(event),
    });
    return stage;
  }

  /** What functions may use: a line for a person. */
  get isolation(): string | undefined {
    return this.lambda.isolation;
  }

  /** Invokes in a new environment: those that there are end. */
  async cold(at: number): Promise<Outcome> {
    await this.renew(at);
    return this.invoke(at);
  }

  /** Ends the subject's environments: its next invocation starts cold. */
  async renew(at: number): Promise<void> {
    const { bootstrap, taskRoot } = this.options.subjects[at]!;
    this.lambda.update(this.name(at), { bootstrap, taskRoot });
    if (this.options.isolation !== 'portable') await new Promise((resolve) => setTimeout(resolve, REST_MS));
  }

  invoke(at: number, payload = this.options.subjects[at]!.payload): Promise<Outcome> {
    // A function may take as long as its timeout is.
    return Promise.race([this.invoked(at, payload), this.interrupted]);
  }

  private async invoked(at: number, payload: Buffer): Promise<Outcome> {
    const startedAt = performance.now();
    try {
      const answer = await this.lambda.invoke(this.name(at), payload);
      const callerMs = performance.now() - startedAt;
      // The report is told in the same turn of the event loop in which the caller hears, or the next ones.
      const report = await this.reportOf(answer.requestId);
      if (answer.functionError !== undefined)
        return { kind: 'failed', callerMs, what: answer.payload.toString('utf8').slice(0, 500) };
      return { kind: 'answered', callerMs, report };
    } catch (error) {
      return { kind: 'failed', callerMs: performance.now() - startedAt, what: (error as Error).message };
    }
  }

  target(at: number): Target {
    return { invoke: (payload) => this.invoke(at, payload) };
  }

  /** Processor time of the subject's processes so far; undefined where the system does not tell. */
  cpuMs(at: number): number | undefined {
    return cpuTimeMs(this.lambda.pidsOf(this.name(at)));
  }

  environments(at: number): number {
    return this.lambda.environmentCount(this.name(at));
  }

  close(): Promise<void> {
    return this.lambda.close();
  }

  private name(at: number): string {
    return nameOf(this.options.subjects[at]!, at, this.options.subjects);
  }

  private readonly early = new Map<string, Report>();

  private reportOf(requestId: string): Promise<Report> {
    const told = this.early.get(requestId);
    this.early.delete(requestId);
    return told ? Promise.resolve(told) : new Promise((resolve) => this.reports.set(requestId, resolve));
  }

  private take(event: LocalEvent): void {
    if (event.type !== 'platform' || event.record.type !== 'report') return;
    const { record } = event;
    const { requestId, durationMs, memoryMb, maxMemoryMb, initMs } = record;
    const report = { durationMs, billedMs: billedOf(record), memoryMb, maxMemoryMb, initMs };
    const waiting = this.reports.get(requestId);
    this.reports.delete(requestId);
    if (waiting) waiting(report);
    else this.early.set(requestId, report);
  }
}

/** The function's own name; of two with the same, the second gets a number. */
function nameOf({ functionName }: Subject, at: number, all: readonly Subject[]): string {
  const before = all.slice(0, at).filter((one) => one.functionName === functionName).length;
  return before === 0 ? functionName : `${functionName}-${before + 1}`;
}
