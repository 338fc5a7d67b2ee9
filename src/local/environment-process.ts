import type { Exit, Roll, SupervisedProcess } from '../process/supervise.js';
import type { Endpoint } from './endpoint.js';
import { Resting } from './isolation/resting.js';
import { type Confinement, entrypointProblem, type Isolation } from './isolation.js';
import { onLines } from './output-lines.js';
import type { StartLine } from './start-line.js';

/** One built version of a function, as files: what `bootstrap` is run from. */
export interface Artifact {
  /** Absolute path of the executable. */
  readonly bootstrap: string;
  /** The folder that stands for /var/task: the process's working directory. */
  readonly taskRoot: string;
}

/** Where a process finds itself. */
export interface EnvironmentPlace {
  /** `host:port` of the Runtime API. */
  readonly runtimeApi: string;
  readonly logStream: string;
  readonly tmp: string;
  readonly taskRoot: string;
}

/** How a start ended that did not come to a running process. */
export type StartResult =
  | { readonly kind: 'started' | 'overtaken' }
  | { readonly kind: 'problem'; readonly what: string };

/** A process was killed because there was no memory left. */
export interface OutOfMemory {
  readonly kind: 'out-of-memory';
}

type Variables = Record<string, string>;

/** How processes are started, and with which environment variables. */
interface Starter {
  readonly settings: { readonly memoryMb: number; readonly ephemeralStorageMb: number };
  readonly isolation: Isolation;
  readonly roll: Roll | undefined;
  readonly startLine: StartLine;
  variables(place: EnvironmentPlace): Variables | Promise<Variables>;
}

/** The process of an environment, and the Runtime API endpoint it talks to: the endpoint stays, processes change. */
export class EnvironmentProcess {
  private process: SupervisedProcess | undefined;
  /** Counts starts and ends: what was awaited meanwhile belongs to the past. */
  private epoch = 0;
  private readonly confinement: Confinement;
  private readonly resting: Resting;

  constructor(
    private readonly artifact: Artifact,
    private readonly endpoint: Endpoint,
    private readonly starter: Starter,
    private readonly place: { readonly logStream: string; readonly tmp: string },
    private readonly told: { line(line: string): void; exited(exit: Exit | OutOfMemory): void },
  ) {
    const { memoryMb, ephemeralStorageMb } = starter.settings;
    const { taskRoot } = artifact;
    const { tmp } = place;
    const request = { memoryMb, ephemeralStorageMb, taskRoot, tmp, layers: [] };
    this.confinement = starter.isolation.confine(request);
    this.resting = new Resting(this.confinement);
  }

  /** Starts the bootstrap. An end of the process is told; an end that was asked for is not. */
  async start(): Promise<StartResult> {
    this.epoch += 1;
    const { epoch } = this;
    const { taskRoot, bootstrap } = this.artifact;
    const env = await this.variables();
    await this.confinement.ready();
    await this.starter.startLine.turn();
    if (this.epoch !== epoch) return { kind: 'overtaken' };
    const what = this.starter.isolation.external ? undefined : entrypointProblem(bootstrap);
    if (what !== undefined) return { kind: 'problem', what };
    const whenAbandoned = (listener: () => void) => {
      this.endpoint.onAbandoned = listener;
    };
    const request = { taskRoot, bootstrap, env, whenAbandoned };
    const started = this.confinement.start(request, this.starter.roll);
    this.process = started;
    for (const stream of [started.stdout, started.stderr]) onLines(stream, (line) => this.told.line(line));
    started.onExit((exit) => {
      if (this.process !== started) return;
      this.told.exited(this.confinement.ranOutOfMemory() ? { kind: 'out-of-memory' } : exit);
    });
    return { kind: 'started' };
  }

  maxMemoryMb(): number | undefined {
    return this.process?.pid === undefined ? undefined : this.confinement.maxMemoryMb(this.process.pid);
  }

  /** The runtime has asked for its first event. */
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

  /** Kills the process with its group; what it still had to say is not heard. */
  end(): void {
    this.epoch += 1;
    this.process?.signal('SIGKILL');
    this.process = undefined;
    // A frozen process dies when it is thawed.
    this.resting.wake();
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
    return this.starter.variables({ logStream: this.place.logStream, tmp, runtimeApi, taskRoot });
  }
}
