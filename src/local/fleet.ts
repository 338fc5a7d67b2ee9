import type { Pool } from './concurrency.js';
import { Environment } from './environment.js';
import type { Artifact } from './environment-process.js';
import type { FunctionSettings } from './function-settings.js';
import type { Invocation } from './invocation.js';
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
export type Place = 'provisioned' | 'idle' | 'warming' | 'cold' | 'new';

type Ending = 'idle' | 'replaced' | 'closing';

/** The environments of one function, by what they can do for the next invocation. */
export class Fleet {
  /** What new environments run; those of another generation end as they come to rest. */
  private artifact: Artifact | undefined;
  private readonly all = new Set<Environment>();
  /** Serving an invocation, or initialising for one. */
  private readonly busy = new Set<Environment>();
  /** Waiting for work. The most recently used last: it is taken first, so that the others can retire. */
  private idle: Environment[] = [];
  private provisioned: Environment[] = [];
  /** Their process has ended. */
  private cold: Environment[] = [];
  /** Initialising for nobody yet. */
  private warming: Environment[] = [];
  private provisioning = new Provisioning(0);
  private readonly onDemand: Owner;
  private readonly ahead: Owner;
  /** Where environments on demand are counted. */
  pool: Pool;
  private numbered = 0;

  constructor(
    private readonly fn: Fleeted,
    private readonly service: Service,
  ) {
    this.onDemand = new Owner(fn, this, service, 'on-demand');
    this.ahead = new Owner(fn, this, service, 'provisioned-concurrency');
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
    for (const environment of this.busy) {
      if (environment.finishing && this.isCurrent(environment)) count += 1;
    }
    return count;
  }

  /** What the limit counts. A function that somebody else starts is one process: nobody would start a second. */
  get active(): number {
    return this.external ? this.busy.size : this.pool.active;
  }

  get limit(): number {
    return this.external ? 1 : this.pool.limit;
  }

  /** Hands an invocation to an environment of that place, where there is one. */
  give(place: Place, invocation: Invocation): void {
    const environment = this.take(place);
    this.busy.add(environment);
    if (isOnDemand(environment)) this.pool.active += 1;
    else this.provisioning.given(environment);
    environment.assign(invocation);
  }

  /** New environments run this. */
  run(artifact: Artifact): void {
    this.artifact = artifact;
    this.retire([...this.all].filter((environment) => !this.busy.has(environment)));
    this.provisioning = new Provisioning(this.external ? 0 : (this.fn.settings.provisionedConcurrency ?? 0));
    while (this.provisioning.missing > 0) {
      const environment = this.make(this.ahead);
      this.provisioning.started(environment);
      environment.warm();
    }
  }

  /** Starts an environment ahead of any invocation, unless there is one. */
  warmUp(): void {
    if (![...this.all].some((environment) => this.isCurrent(environment)))
      this.warm(this.make(this.onDemand));
  }

  /** The function's settings have changed: what is active counts where it is limited now. */
  configure(): void {
    const pool = this.service.concurrency.poolOf(this.fn.name);
    const count = [...this.busy].filter(isOnDemand).length;
    this.pool.active -= count;
    pool.active += count;
    this.pool = pool;
  }

  retireIdleSince(oldest: number): void {
    for (const environment of this.idle.filter(({ idleSince }) => idleSince < oldest))
      this.drop(environment, 'idle');
  }

  /** @returns the invocations whose callers still wait */
  close(): Invocation[] {
    return [...this.all].flatMap((environment) => this.drop(environment, 'closing') ?? []);
  }

  // ── Told by environments ──────────────────────────────────────────────────────────────────────────────────────

  becameIdle(environment: Environment): void {
    this.freed(environment);
    this.withhold(environment);
    if (!this.isCurrent(environment)) this.drop(environment, 'replaced');
    else if (isOnDemand(environment)) this.idle.push(environment);
    else {
      this.provisioned.push(environment);
      if (this.provisioning.ready(environment)) this.tell('READY');
    }
    this.service.roomWasMade();
  }

  becameUnavailable(environment: Environment): void {
    this.withhold(environment);
  }

  becameCold(environment: Environment): void {
    this.freed(environment);
    this.withhold(environment);
    if (!this.isCurrent(environment)) this.drop(environment, 'replaced');
    else if (this.external) this.warm(environment);
    else if (isOnDemand(environment)) this.cold.push(environment);
    else if (this.provisioning.ended(environment) === 'initialise-again') environment.warm();
    else {
      this.drop(environment, 'replaced');
      this.tell('FAILED');
    }
    this.service.roomWasMade();
  }

  // ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  private get external(): boolean {
    return this.service.isolation.external === true;
  }

  private take(place: Place): Environment {
    switch (place) {
      case 'provisioned':
        return this.provisioned.pop()!;
      case 'idle':
        return this.idle.pop()!;
      case 'warming':
        return this.warming.shift()!;
      case 'cold':
        return this.cold.pop()!;
      case 'new':
        return this.make(this.onDemand);
    }
  }

  private make(owner: Owner): Environment {
    const { artifact } = this;
    if (!artifact) throw new Error(`function ${this.fn.name} has nothing to run`);
    this.numbered += 1;
    const { logStream, tmp, endpoint } = this.service.placeFor(this.fn.settings, this.numbered);
    const environment = new Environment(owner, artifact, this.numbered, logStream, tmp, endpoint);
    this.service.connected(endpoint, environment);
    this.all.add(environment);
    return environment;
  }

  private isCurrent(environment: Environment): boolean {
    return environment.artifact === this.artifact;
  }

  private warm(environment: Environment): void {
    this.warming.push(environment);
    environment.warm();
  }

  private freed(environment: Environment): void {
    if (this.busy.delete(environment) && isOnDemand(environment)) this.pool.active -= 1;
  }

  /** Takes it out of what is offered; it is still one of all. */
  private withhold(environment: Environment): void {
    this.provisioned = without(this.provisioned, environment);
    this.warming = without(this.warming, environment);
    this.idle = without(this.idle, environment);
    this.cold = without(this.cold, environment);
  }

  private retire(environments: Environment[]): void {
    for (const environment of environments) this.drop(environment, 'replaced');
  }

  private drop(environment: Environment, reason: Ending): Invocation | undefined {
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

function isOnDemand(environment: Environment): boolean {
  return environment.owner.initializationType === 'on-demand';
}

/** The list itself when there is nothing to take out, which is so for each invocation. */
function without(list: Environment[], environment: Environment): Environment[] {
  return list.includes(environment) ? list.filter((other) => other !== environment) : list;
}
