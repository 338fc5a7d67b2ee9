import { extensionEnvironment } from '../lambda/environment-variables.js';
import { TOO_MANY_EXTENSIONS } from '../lambda/function-errors.js';
import { MAX_EXTENSIONS } from '../lambda/limits.js';
import type { Exit, Roll } from '../process/supervise.js';
import type { Endpoint } from './endpoint.js';
import type { ShutdownPlan } from './environment-barriers.js';
import type { ExternalExtension } from './external-extensions.js';
import { Resting } from './isolation/resting.js';
import {
  type Confinement,
  type ConfinementRequest,
  entrypointProblem,
  extensionProblem,
  type Isolation,
  type StartRequest,
} from './isolation.js';
import { Member } from './member.js';
import type { StartLine } from './start-line.js';
import type { TelemetryServices } from './telemetry/relay.js';

/** One built version of a function, as files: what `bootstrap` is run from. */
export interface Artifact {
  /** Absolute path of the executable. */
  readonly bootstrap: string;
  /** The folder that stands for /var/task: the process's working directory. */
  readonly taskRoot: string;
  /** What the function is configured to run on; this machine's when left out. */
  readonly architecture?: 'x86_64' | 'arm64' | undefined;
}

/** Where a process finds itself. */
export interface EnvironmentPlace {
  /** `host:port` of the Runtime API. */
  readonly runtimeApi: string;
  readonly logStream: string;
  readonly tmp: string;
  readonly taskRoot: string;
  /** Where layers lie. */
  readonly opt: readonly string[];
}

/** Why a start did not come to a running runtime. */
export type StartProblem =
  | { readonly kind: 'problem'; readonly what: string }
  /** An external extension could not be started; `errorType` is what its EXTENSION line says. */
  | {
      readonly kind: 'extension-problem';
      readonly name: string;
      readonly errorType: string;
      readonly what: string;
    };

/** A process was killed because there was no memory left. */
export interface OutOfMemory {
  readonly kind: 'out-of-memory';
}

type Variables = Record<string, string>;

/** How processes are started, and with which environment variables. */
interface Starter {
  readonly name: string;
  readonly telemetry: TelemetryServices;
  readonly isolation: Isolation;
  readonly roll: Roll | undefined;
  readonly startLine: StartLine;
  readonly settings: {
    readonly memoryMb: number;
    readonly ephemeralStorageMb: number;
    readonly layers: readonly string[];
    readonly extensions: readonly ExternalExtension[];
  };
  variables(place: EnvironmentPlace): Variables | Promise<Variables>;
}

/** Takes what the processes write. */
interface Log {
  /** @param extension the name of the one that wrote it; the function did when it is undefined */
  line(line: string, extension?: string): void;
}

/** What is done while processes are given time to end. */
interface Farewell {
  /** Says SHUTDOWN to an extension; false if it did not subscribe to it. */
  hands(name: string, leftMs: number): boolean;
  ended(name: string, exit: Exit): void;
  /** Resolves when extensions have taken their telemetry, or this much time is over; undefined when there is none. */
  delivered(withinMs: number): Promise<void> | undefined;
}

/** How much of the time to end may be spent on telemetry that a slow extension does not take, each time. */
const DELIVERY_SHARE = 0.1;

/** Who hears of ends that nobody asked for. */
interface Told {
  exited(exit: Exit | OutOfMemory): void;
  extensionExited(exit: Exit | OutOfMemory): void;
}

/** What an environment of a function is, for those who confine it. */
export function confinementOf(
  functionName: string,
  { memoryMb, ephemeralStorageMb, layers, extensions }: Starter['settings'],
  { taskRoot }: Artifact,
  tmp: string,
): ConfinementRequest {
  const programs = Object.fromEntries(extensions.map(({ name, path }) => [name, path]));
  return { functionName, memoryMb, ephemeralStorageMb, taskRoot, tmp, layers, extensions: programs };
}

/**
 * The processes of an environment, the runtime's and those of external extensions, and the endpoint that they talk
 * to: the endpoint stays, processes change.
 */
export class EnvironmentProcess {
  private runtime: Member | undefined;
  private readonly extensions = new Map<string, Member>();
  /** Those that were asked to end and have not yet. */
  private leaving: readonly Member[] = [];
  /** Counts starts and ends: what was awaited meanwhile belongs to the past. */
  private epoch = 0;
  private readonly confinement: Confinement;
  private readonly resting: Resting;

  constructor(
    private readonly artifact: Artifact,
    private readonly endpoint: Endpoint,
    private readonly starter: Starter,
    private readonly place: { readonly logStream: string; readonly tmp: string },
    private readonly log: Log,
    private readonly told: Told,
  ) {
    const { name, settings, isolation } = starter;
    this.confinement = isolation.confine(confinementOf(name, settings, artifact, place.tmp));
    this.resting = new Resting(this.confinement);
  }

  /**
   * Starts the extensions and, when all of them have registered, the bootstrap. An end of a process is told; an end
   * that was asked for is not.
   */
  async start(allRegistered: Promise<void>): Promise<StartProblem | undefined> {
    this.epoch += 1;
    const { epoch } = this;
    const { taskRoot, bootstrap } = this.artifact;
    const env = await this.variables();
    await this.starter.telemetry.ports.vacated(this.starter.name);
    await this.starter.startLine.turn();
    if (this.epoch !== epoch) return undefined;
    if (this.starter.settings.extensions.length > 0) {
      const problem = this.startExtensions(env);
      if (problem) return problem;
      await this.confinement.ready();
      await allRegistered;
      if (this.epoch !== epoch) return undefined;
    }
    const { external } = this.starter.isolation;
    const what = external ? undefined : entrypointProblem(bootstrap, this.artifact.architecture);
    if (what !== undefined) return { kind: 'problem', what };
    const whenAbandoned = (listener: () => void) => {
      this.endpoint.onAbandoned = listener;
    };
    this.runtime = this.launch({ taskRoot, bootstrap, env, whenAbandoned }, (member, exit) => {
      if (this.runtime === member) this.told.exited(this.truth(exit));
    });
    // Until then the process waits; this tells what keeps it from going on.
    await this.confinement.ready();
    return undefined;
  }

  /** Whether no process has been started, or all have ended. */
  get isEmpty(): boolean {
    return this.runtime === undefined && this.extensions.size === 0;
  }

  get pid(): number | undefined {
    return this.runtime?.pid;
  }

  maxMemoryMb(): number | undefined {
    return this.runtime?.pid === undefined ? undefined : this.confinement.maxMemoryMb(this.runtime.pid);
  }

  /** The runtime and the extensions have asked for their first event. */
  initialized(): void {
    this.confinement.initialized();
  }

  /** Nothing in the environment runs any more until `thaw`, from a moment on. */
  freeze(): void {
    this.resting.rest();
  }

  /** To be called before the environment is given anything to do. */
  thaw(): void {
    this.resting.wake();
  }

  /** Kills the processes with their groups; what they still had to say is not heard. */
  end(): void {
    this.epoch += 1;
    const members = [this.runtime, ...this.extensions.values(), ...this.leaving];
    this.runtime = undefined;
    this.extensions.clear();
    for (const member of members) member?.signal('SIGKILL');
    // A frozen process dies when it is thawed.
    this.resting.wake();
    this.endpoint.dropConnections();
  }

  /**
   * Gives the processes time to end by themselves: the runtime after SIGTERM, then extensions after SHUTDOWN. Kills
   * those that do not, and those that want to hear nothing (RIE: internal/lambda/rapid/shutdown.go).
   */
  async shutDown(plan: ShutdownPlan, { hands, ended, delivered }: Farewell): Promise<void> {
    this.epoch += 1;
    this.resting.wake();
    const startedAt = performance.now();
    const { runtime } = this;
    const extensions = [...this.extensions];
    this.runtime = undefined;
    this.extensions.clear();
    this.leaving = [...(runtime ? [runtime] : []), ...extensions.map(([, member]) => member)];
    const patienceMs = plan.totalMs * DELIVERY_SHARE;
    const first = delivered(patienceMs);
    if (first) await first;
    runtime?.signal('SIGTERM');
    if (!this.starter.isolation.external) await runtime?.endWithin(plan.runtimeMs);
    // What the runtime said at its end goes to the extensions before they end.
    const second = delivered(patienceMs);
    if (second) await second;
    const leftMs = plan.totalMs - (performance.now() - startedAt);
    await Promise.all(
      extensions.map(async ([name, member]) => {
        const exit = await member.endWithin(hands(name, leftMs) ? leftMs : 0);
        ended(name, exit);
      }),
    );
    this.leaving = [];
    this.endpoint.dropConnections();
  }

  close(): void {
    this.end();
    this.resting.close();
    this.confinement.close();
    this.endpoint.close();
  }

  private async variables(): Promise<Variables> {
    const { taskRoot, tmp } = this.confinement;
    const runtimeApi = await this.endpoint.listen();
    const opt = this.confinement.opt ?? ['/opt'];
    return this.starter.variables({ logStream: this.place.logStream, tmp, runtimeApi, taskRoot, opt });
  }

  private truth(exit: Exit): Exit | OutOfMemory {
    const killed = exit.kind === 'signal' && exit.signal === 'SIGKILL';
    return killed && this.confinement.ranOutOfMemory() ? { kind: 'out-of-memory' } : exit;
  }

  private startExtensions(functionEnv: Variables): StartProblem | undefined {
    const env = extensionEnvironment(functionEnv);
    const { taskRoot } = this.artifact;
    for (const { name, path } of this.starter.settings.extensions) {
      const refused = (errorType: string, what: string): StartProblem => {
        return { kind: 'extension-problem', name, errorType, what };
      };
      if (this.extensions.size >= MAX_EXTENSIONS) return refused('TooManyExtensions', TOO_MANY_EXTENSIONS);
      const problem = extensionProblem(name, path);
      if (problem) return refused(problem.errorType, problem.what);
      const request = { taskRoot, bootstrap: path, extension: name, env, whenAbandoned() {} };
      const member = this.launch(request, (ended, exit) => {
        if (this.extensions.get(name) === ended) this.told.extensionExited(this.truth(exit));
      });
      this.extensions.set(name, member);
    }
    return undefined;
  }

  private launch(request: StartRequest, exited: (member: Member, exit: Exit) => void): Member {
    const line = (text: string) => this.log.line(text, request.extension);
    return new Member(this.confinement.start(request, this.starter.roll), { line, exited });
  }
}
