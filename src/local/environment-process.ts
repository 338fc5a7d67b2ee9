import type { Exit, Roll, SupervisedProcess } from '../process/supervise.js';
import type { Endpoint } from './endpoint.js';
import { entrypointProblem, type Isolation } from './isolation.js';
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

type Variables = Record<string, string>;

/** How processes are started, and with which environment variables. */
interface Starter {
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

  constructor(
    private readonly artifact: Artifact,
    private readonly endpoint: Endpoint,
    private readonly starter: Starter,
    private readonly place: { readonly logStream: string; readonly tmp: string },
    private readonly told: { line(line: string): void; exited(exit: Exit): void },
  ) {}

  /** Starts the bootstrap. An end of the process is told; an end that was asked for is not. */
  async start(): Promise<StartResult> {
    this.epoch += 1;
    const { epoch } = this;
    const runtimeApi = await this.endpoint.listen();
    const { taskRoot, bootstrap } = this.artifact;
    const env = await this.starter.variables({ ...this.place, runtimeApi, taskRoot });
    await this.starter.startLine.turn();
    if (this.epoch !== epoch) return { kind: 'overtaken' };
    const what = this.starter.isolation.external ? undefined : entrypointProblem(bootstrap);
    if (what !== undefined) return { kind: 'problem', what };
    const whenAbandoned = (listener: () => void) => {
      this.endpoint.onAbandoned = listener;
    };
    const started = this.starter.isolation.start(
      { taskRoot, bootstrap, env, whenAbandoned },
      this.starter.roll,
    );
    this.process = started;
    for (const stream of [started.stdout, started.stderr]) onLines(stream, (line) => this.told.line(line));
    started.onExit((exit) => {
      if (this.process === started) this.told.exited(exit);
    });
    return { kind: 'started' };
  }

  maxMemoryMb(): number | undefined {
    return this.process?.pid === undefined ? undefined : this.starter.isolation.maxMemoryMb(this.process.pid);
  }

  /** Kills the process with its group; what it still had to say is not heard. */
  end(): void {
    this.epoch += 1;
    this.process?.signal('SIGKILL');
    this.process = undefined;
    this.endpoint.dropConnections();
  }

  close(): void {
    this.end();
    this.endpoint.close();
  }
}
