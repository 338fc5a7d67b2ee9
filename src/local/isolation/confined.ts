import { highWaterMark } from '../../process/memory.js';
import type { ProcessRequest, Roll, SupervisedProcess } from '../../process/supervise.js';
import type { Confinement, ConfinementRequest, StartRequest } from '../isolation.js';
import type { Starting } from './background.js';
import type { ControlGroup } from './control-group.js';
import { aShellHandsOn, launchRequest, launchScript, type Tools, waitingRequest } from './launch.js';
import { MemoryWatch } from './memory-watch.js';
import type { ResourceLimit } from './resource-limits.js';
import type { View } from './view.js';

/** What an environment is confined by; what is left out is done with what every system has. */
export interface Means {
  readonly view: View;
  readonly group?: ControlGroup | undefined;
  readonly limits?: readonly ResourceLimit[];
  readonly starting: Starting;
  /** Needed for all but a plain view without group and limits. */
  readonly tools?: Tools;
}

export class Confined implements Confinement {
  readonly taskRoot: string;
  readonly tmp: string;
  readonly opt: readonly string[] | undefined;
  private readonly processes = new Set<SupervisedProcess>();
  private readonly memory: MemoryWatch | undefined;
  private oomKillsBefore = 0;
  private waiting: Waiting | undefined;
  /** Called when it is closed. */
  onClosed: () => void = () => {};

  constructor(
    private readonly request: ConfinementRequest,
    private readonly means: Means,
  ) {
    const { taskRoot, tmp, opt } = means.view;
    this.opt = opt;
    this.taskRoot = taskRoot;
    this.tmp = tmp;
    this.memory = means.group?.limitsMemory ? undefined : new MemoryWatch(request.memoryMb, this.processes);
  }

  ready(): Promise<void> {
    return this.means.view.ready();
  }

  start({ bootstrap, extension, env }: StartRequest, roll?: Roll): SupervisedProcess {
    const { group } = this.means;
    this.oomKillsBefore = group?.oomKills() ?? 0;
    group?.setCpu('all');
    const started =
      (extension === undefined && this.startWaiting(bootstrap, env, roll)) ||
      this.means.starting.start(this.launching(bootstrap, extension, env), roll);
    this.processes.add(started);
    started.onExit(() => this.ended(started));
    this.memory?.started();
    return started;
  }

  maxMemoryMb(pid: number): number | undefined {
    const { memory } = this;
    if (memory) return memory.maxMb(highWaterMark(pid));
    const { memoryMb } = this.request;
    if (this.ranOutOfMemory()) return memoryMb;
    const kibibytes = Math.max(highWaterMark(pid) ?? 0, this.means.group?.heldMemory() ?? 0);
    return kibibytes === 0 ? undefined : Math.min(Math.ceil(kibibytes / 1024), memoryMb);
  }

  ranOutOfMemory(): boolean {
    if (this.memory) return this.memory.exceeded;
    return (this.means.group?.oomKills() ?? 0) > this.oomKillsBefore;
  }

  freeze(): void {
    const { group } = this.means;
    this.memory?.pause();
    if (group?.freezes) group.setFrozen(true);
    else for (const process of this.processes) process.signal('SIGSTOP');
  }

  thaw(): void {
    const { group } = this.means;
    if (group?.freezes) group.setFrozen(false);
    else for (const process of this.processes) process.signal('SIGCONT');
    this.memory?.watch();
  }

  initialized(): void {
    this.means.group?.setCpu('function');
  }

  /**
   * Starts the process that will be the function's ahead: it joins its control groups, which takes the kernel some
   * 10 ms, and waits.
   */
  wait(): void {
    const { group, starting } = this.means;
    if (group) this.waiting = startWaiting((told) => starting.start(waitingRequest(group.joining, told)));
  }

  /** Whether what was made ahead is still there. */
  async isWhole(): Promise<boolean> {
    await this.ready();
    return this.waiting?.ended === false;
  }

  close(): void {
    const { group, view } = this.means;
    this.waiting?.dismiss();
    this.memory?.pause();
    group?.killAll();
    group?.remove();
    view.close();
    this.onClosed();
  }

  private startWaiting(
    program: string,
    env: Record<string, string>,
    roll: Roll | undefined,
  ): SupervisedProcess | undefined {
    const { waiting } = this;
    const { view, limits = [], tools } = this.means;
    const placing = view.placing(program);
    this.waiting = undefined;
    if (!waiting || waiting.ended || !placing.view || !tools) return undefined;
    if (!aShellHandsOn(env)) {
      waiting.dismiss();
      return undefined;
    }
    const { holder, user } = placing.view;
    const launch = { program: placing.program, env, limits };
    waiting.goOn(holder.then((pid) => launchScript(launch, { holder: pid, user }, tools)));
    const { process } = waiting;
    process.onStart((pid) => {
      roll?.add(pid);
      process.onExit(() => roll?.remove(pid));
    });
    return process;
  }

  private launching(
    program: string,
    extension: string | undefined,
    env: Record<string, string>,
  ): ProcessRequest {
    const { view, group, limits = [], tools } = this.means;
    const placing = view.placing(program, extension);
    const cwd = placing.view ? '/' : view.taskRoot;
    if (!tools) return { program: placing.program, cwd, env };
    return launchRequest({ ...placing, cwd, env, groups: group?.joining ?? [], limits }, tools);
  }

  private ended(process: SupervisedProcess): void {
    this.processes.delete(process);
    // What the function started and let go of does not meet its successor.
    if (this.processes.size === 0) this.means.group?.killAll();
  }
}

/** A process that will do what it is told. */
interface Waiting {
  readonly process: SupervisedProcess;
  readonly ended: boolean;
  goOn(script: Promise<string>): void;
  dismiss(): void;
}

function startWaiting(start: (told: Promise<string>) => SupervisedProcess): Waiting {
  let tell: (script: Promise<string>) => void = () => {};
  const told = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const process = start(told);
  let ended = false;
  process.onExit(() => {
    ended = true;
  });
  return {
    process,
    get ended() {
      return ended;
    },
    goOn: tell,
    dismiss: () => process.signal('SIGKILL'),
  };
}
