import type { Pool } from './concurrency.js';
import type { EnvironmentBase } from './environment-base.js';
import type { Artifact } from './environment-process.js';
import type { FunctionSettings } from './function-settings.js';
import type { Invocation } from './invocation.js';
import { newEnvironment } from './new-environment.js';
import { Owner } from './owner.js';
import { Provisioning } from './provisioning.js';
import type { Service } from './service.js';

/** The function that environments are of. */
interface Fleeted {
  readonly name: string;
  readonly arn: string;
  readonly settings: FunctionSettings;
}

/** Where an environment is found that is to have an invocation. */
export type Place = 'provisioned' | 'idle' | 'warming' | 'cold';

type Ending = 'idle' | 'replaced' | 'closing';

/** The environments of one function, by what they can do for the next invocation. */
export class Fleet {
  /** What new environments run; those of another generation end as they come to rest. */
  private artifact: Artifact | undefined;
  private readonly all = new Set<EnvironmentBase>();
  /** How many invocations those have that serve some, or initialise for some. */
  private readonly busy = new Map<EnvironmentBase, number>();
  /** Waiting for work. The most recently used last: it is taken first, so that the others can retire. */
  private idle: EnvironmentBase[] = [];
  private provisioned: EnvironmentBase[] = [];
  /** Their process has ended. */
  private cold: EnvironmentBase[] = [];
  /** Initialising for nobody yet. */
  private warming: EnvironmentBase[] = [];
  provisioning = new Provisioning(0);
  private readonly onDemand: Owner;
  private readonly ahead: Owner;
  /** Where environments on demand are counted. */
  pool: Pool;
  private numbered = 0;

  constructor(
    private readonly fn: Fleeted,
    private readonly service: Service,
  ) {
    this.onDemand = new Owner(fn, this, service, false);
    this.ahead = new Owner(fn, this, service, true);
    this.pool = service.concurrency.poolOf(fn.name);
  }

  /** How many there are, whatever they do. */
  get size(): number {
    return this.all.size;
  }

  get provisionedIdle(): number {
    return this.provisioned.length;
  }

  get idleOnDemand(): number {
    return this.idle.length;
  }

  get warmingUp(): number {
    return this.warming.length;
  }

  get ended(): number {
    return this.cold.length;
  }

  /** How many of the current generation have answered and not yet asked for more. */
  get finishing(): number {
    if (this.idle.length > 0) return 0;
    let count = 0;
    // One that takes several invocations may have none, and wait for its polls.
    for (const environment of this.isConcurrent ? this.all : this.busy.keys()) {
      if (this.isCurrent(environment)) count += environment.finishing;
    }
    return count;
  }

  /** The polls that `finishing` counts have not come. */
  expectNoMore(): void {
    if (this.isConcurrent) for (const environment of this.all) environment.expectNoMore();
  }

  private get isConcurrent(): boolean {
    return this.onDemand.maxConcurrency > 1;
  }

  /** What the limit counts. A function that somebody else starts is one process: nobody would start a second. */
  get active(): number {
    return this.single ? this.busy.size : this.pool.active;
  }

  get limit(): number {
    return this.single ? 1 : this.pool.limit;
  }

  /** Of the runtimes' processes, of all environments. */
  get pids(): number[] {
    return [...this.all].flatMap(({ pid }) => pid ?? []);
  }

  /** Hands an invocation to an environment of that place, where there is one. */
  give(place: Place, invocation: Invocation): void {
    this.hand(this.take(place), place, invocation);
  }

  /** Makes an environment for an invocation; returns what is in the way, in the system's words. */
  giveNew(invocation: Invocation): string | undefined {
    const environment = this.make(this.onDemand);
    if (typeof environment === 'string') return environment;
    this.hand(environment, 'new', invocation);
    return undefined;
  }

  private hand(environment: EnvironmentBase, place: Place | 'new', invocation: Invocation): void {
    this.busy.set(environment, (this.busy.get(environment) ?? 0) + 1);
    if (isOnDemand(environment)) this.pool.active += 1;
    else this.provisioning.given(environment);
    const { room } = environment;
    environment.assign(invocation);
    if (room > 1) this.offer(environment, place === 'idle' || place === 'provisioned');
  }

  /** New environments run this. */
  run(artifact: Artifact): void {
    this.artifact = artifact;
    this.service.prepare(this.fn.settings, artifact);
    for (const environment of [...this.all]) this.dropUnused(environment);
    this.provisioning = new Provisioning(this.single ? 0 : (this.fn.settings.provisionedConcurrency ?? 0));
    while (this.provisioning.missing > 0) {
      const environment = this.makeAhead(this.ahead);
      if (!environment) return;
      this.provisioning.started(environment);
      environment.warm();
    }
  }

  /** Starts an environment ahead of any invocation, unless there is one. */
  warmUp(): void {
    if ([...this.all].some((environment) => this.isCurrent(environment))) return;
    const environment = this.makeAhead(this.onDemand);
    if (environment) this.warm(environment);
  }

  /** The function's settings have changed: what is active counts where it is limited now. */
  configure(): void {
    const pool = this.service.concurrency.poolOf(this.fn.name);
    let count = 0;
    for (const [environment, invocations] of this.busy) if (isOnDemand(environment)) count += invocations;
    this.pool.active -= count;
    pool.active += count;
    this.pool = pool;
  }

  retireIdleSince(oldest: number): void {
    const unused = this.idle.filter((one) => one.idleSince < oldest && !this.busy.has(one));
    for (const environment of unused) this.drop(environment, 'idle');
  }

  /** @returns the invocations whose callers still wait */
  close(): Invocation[] {
    return [...this.all].flatMap((environment) => this.drop(environment, 'closing'));
  }

  becameIdle(environment: EnvironmentBase): void {
    this.freed(environment);
    this.withhold(environment);
    if (!this.isCurrent(environment)) this.drop(environment, 'replaced');
    else this.offer(environment, true);
    this.service.roomWasMade();
  }

  hasRoom(environment: EnvironmentBase): void {
    if (!this.isCurrent(environment)) return this.dropUnused(environment);
    this.withhold(environment);
    this.offer(environment, true);
    this.service.roomWasMade();
  }

  finished(environment: EnvironmentBase): void {
    this.freed(environment, 1);
    if (!this.isCurrent(environment)) this.dropUnused(environment);
    this.service.roomWasMade();
  }

  becameUnavailable(environment: EnvironmentBase): void {
    this.withhold(environment);
  }

  becameCold(environment: EnvironmentBase): void {
    this.freed(environment);
    this.withhold(environment);
    if (!this.isCurrent(environment)) this.drop(environment, 'replaced');
    else if (this.single) this.warm(environment);
    else if (isOnDemand(environment)) this.cold.push(environment);
    else if (this.provisioning.ended(environment) === 'initialise-again') environment.warm();
    else {
      this.drop(environment, 'replaced');
      this.tell('FAILED');
    }
    this.service.roomWasMade();
  }

  private get single(): boolean {
    return this.service.isolation.single === true;
  }

  private take(place: Place): EnvironmentBase {
    const from = { provisioned: this.provisioned, idle: this.idle, cold: this.cold };
    return place === 'warming' ? this.warming.shift()! : from[place].pop()!;
  }

  private makeAhead(owner: Owner): EnvironmentBase | undefined {
    const made = this.make(owner);
    if (typeof made !== 'string') return made;
    this.service.warn(`${this.fn.name}: no environment can be started ahead: ${made}.`);
    return undefined;
  }

  private make(owner: Owner): EnvironmentBase | string {
    const { artifact } = this;
    if (!artifact) throw new Error(`function ${this.fn.name} has nothing to run`);
    this.numbered += 1;
    const environment = newEnvironment(this.service, this.fn.settings, owner, artifact, this.numbered);
    if (typeof environment !== 'string') this.all.add(environment);
    return environment;
  }

  private isCurrent(environment: EnvironmentBase): boolean {
    return environment.artifact === this.artifact;
  }

  private warm(environment: EnvironmentBase): void {
    this.warming.push(environment);
    environment.warm();
  }

  /** It can take an invocation: it is initialised, or will be. */
  private offer(environment: EnvironmentBase, initialised: boolean): void {
    if (!initialised) this.warming.push(environment);
    else if (isOnDemand(environment)) this.idle.push(environment);
    else {
      this.provisioned.push(environment);
      if (this.provisioning.ready(environment)) this.tell('READY');
    }
  }

  /** So many of its invocations are over; all of them, if none is said. */
  private freed(environment: EnvironmentBase, over = this.busy.get(environment)): void {
    const before = this.busy.get(environment);
    if (before === undefined || over === undefined) return;
    if (over < before) this.busy.set(environment, before - over);
    else this.busy.delete(environment);
    if (isOnDemand(environment)) this.pool.active -= over;
  }

  private dropUnused(environment: EnvironmentBase): void {
    if (!this.busy.has(environment)) this.drop(environment, 'replaced');
  }

  /** Takes it out of what is offered; it is still one of all. */
  private withhold(environment: EnvironmentBase): void {
    this.provisioned = without(this.provisioned, environment);
    this.warming = without(this.warming, environment);
    this.idle = without(this.idle, environment);
    this.cold = without(this.cold, environment);
  }

  private drop(environment: EnvironmentBase, reason: Ending): Invocation[] {
    this.all.delete(environment);
    this.withhold(environment);
    this.freed(environment);
    const unanswered = environment.close(reason);
    this.service.leaves(environment);
    return unanswered;
  }

  private tell(status: 'READY' | 'FAILED'): void {
    const { requested, available } = this.provisioning;
    const { name } = this.fn;
    const time = Date.now();
    this.service.listener?.({ type: 'provisioning', function: name, status, requested, available, time });
  }
}

function isOnDemand(environment: EnvironmentBase): boolean {
  return !environment.owner.provisioned;
}

/** The list itself when there is nothing to take out, which is so for each invocation. */
function without(list: EnvironmentBase[], environment: EnvironmentBase): EnvironmentBase[] {
  return list.includes(environment) ? list.filter((other) => other !== environment) : list;
}
