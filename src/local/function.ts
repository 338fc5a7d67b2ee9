import { isDeepStrictEqual } from 'node:util';
import { SCALING_RATE } from '../lambda/limits.js';
import type { Pool } from './concurrency.js';
import { Environment } from './environment.js';
import type { EnvironmentOwner } from './environment-owner.js';
import type { Artifact, EnvironmentPlace } from './environment-process.js';
import type { LocalEventListener } from './events.js';
import { Fleet } from './fleet.js';
import type { FunctionSettings } from './function-settings.js';
import type { Invocation, Refusal } from './invocation.js';
import { decide } from './schedule.js';
import type { Service } from './service.js';
import { TokenBucket } from './token-bucket.js';
import { Waiting } from './waiting.js';

/** What there is to run. */
type Generation =
  | { readonly kind: 'building' }
  | { readonly kind: 'ready'; readonly artifact: Artifact }
  | { readonly kind: 'broken'; readonly text: string };

/** One function: its current generation, its environments, and the invocations that wait. */
export class LocalFunction implements EnvironmentOwner {
  private generation: Generation = { kind: 'building' };
  private readonly fleet = new Fleet();
  readonly waiting = new Waiting();
  private readonly scaling: TokenBucket;
  private pool: Pool;
  private numbered = 0;
  private closed = false;

  constructor(
    private current: FunctionSettings,
    /** Unqualified. */
    readonly arn: string,
    private readonly service: Service,
  ) {
    this.pool = service.concurrency.poolOf(current.name);
    this.scaling = new TokenBucket(SCALING_RATE.environments, SCALING_RATE.perMs, service.clock.now());
  }

  get settings(): FunctionSettings {
    return this.current;
  }

  get name(): string {
    return this.settings.name;
  }

  get timeoutMs(): number {
    return this.settings.timeoutSeconds * 1000;
  }

  get initLimitMs(): number {
    return this.service.initLimitMs;
  }

  get isolation() {
    return this.service.isolation;
  }

  get startLine() {
    return this.service.startLine;
  }

  get telemetry() {
    return this.service.telemetry;
  }

  get roll() {
    return this.service.reaper;
  }

  /** Tells of something that belongs to no log. */
  warn(text: string): void {
    this.service.warn(text);
  }

  listener(): LocalEventListener | undefined {
    return this.service.listener;
  }

  variables(place: EnvironmentPlace): Record<string, string> | Promise<Record<string, string>> {
    return this.service.variables(this.settings, place);
  }

  neverAskedForWork(): void {
    this.warn(
      `${this.name} has not asked for an event within ${this.initLimitMs / 1000} s of its start. ` +
        'See that main() gets to run(service_fn(handler)).await, and does nothing long before it.',
    );
  }

  /** How many environments exist; for tests and the status line. */
  get environmentCount(): number {
    return this.fleet.all.size;
  }

  /** Takes an invocation; its caller is answered in any case. */
  submit(invocation: Invocation): void {
    this.service.last = { functionName: this.name, payload: invocation.payload };
    if (!this.isolation.external && !invocation.asynchronous && !this.pool.admits(this.service.clock.now()))
      return refuse(invocation, { kind: 'throttled', reason: this.pool.whenTooFast });
    this.schedule(invocation);
  }

  private schedule(invocation: Invocation, mayAwait = true): void {
    // The rest of a request may arrive when its function has already been closed.
    if (this.closed) return refuse(invocation, { kind: 'closing' });
    const { generation } = this;
    const external = this.isolation.external === true;
    const decision = decide({
      generation: generation.kind,
      provisioned: 0,
      idle: this.fleet.idle.length,
      warming: this.fleet.warming.length,
      cold: this.fleet.cold.length,
      finishing: mayAwait && generation.kind === 'ready' ? this.finishing(generation.artifact) : 0,
      active: external ? this.fleet.busy.size : this.pool.active,
      // A function that somebody else starts is one process: nobody would start a second one.
      limit: external ? 1 : this.pool.limit,
      mayScale: this.fleet.idle.length > 0 || this.scaling.has(this.service.clock.now()),
      patient: external || invocation.asynchronous,
    });
    switch (decision) {
      case 'use-idle':
        return this.give(this.fleet.idle.pop()!, invocation);
      case 'await-finishing':
        return this.waiting.addForPoll(invocation, () => this.schedule(invocation, false));
      case 'join-warming':
        return this.give(this.fleet.warming.shift()!, invocation);
      case 'restart-cold':
        return this.give(this.fleet.cold.pop()!, invocation);
      case 'start':
        this.scaling.take(this.service.clock.now());
        return this.give(this.newEnvironment(), invocation);
      case 'hold':
      case 'queue':
        return this.waiting.add(invocation);
      case 'await-scaling':
        return this.awaitScaling(invocation);
      case 'throttle':
        return refuse(invocation, { kind: 'throttled', reason: this.pool.whenFull });
      case 'refuse':
        return refuse(invocation, {
          kind: 'broken',
          text: generation.kind === 'broken' ? generation.text : '',
        });
    }
  }

  /** New invocations run this from now on; running ones finish on what they run on. */
  update(artifact: Artifact, warmUp: boolean): void {
    this.generation = { kind: 'ready', artifact };
    this.retire(this.fleet.resting, 'replaced');
    this.drain();
    const alive = [...this.fleet.all].some((environment) => this.isCurrent(environment));
    if (warmUp && !alive) this.warm(this.newEnvironment());
  }

  /** New environments have these settings; those that exist are replaced as they come to rest. */
  configure(settings: FunctionSettings): void {
    if (isDeepStrictEqual(settings, this.current)) return;
    this.current = settings;
    this.join(this.service.concurrency.poolOf(this.name));
    if (this.generation.kind === 'ready') this.update({ ...this.generation.artifact }, false);
  }

  /** New invocations are refused with this text until the next update. */
  fail(text: string): void {
    this.generation = { kind: 'broken', text };
    this.drain();
  }

  /** New invocations wait for the next update. */
  hold(): void {
    this.generation = { kind: 'building' };
  }

  /** Hands waiting invocations out as far as there is room. */
  drain(): void {
    // An invocation that must go on waiting comes back to the end of the queue; each is looked at once.
    for (const invocation of this.waiting.takeAll()) this.schedule(invocation);
  }

  get hasWaiting(): boolean {
    return this.waiting.size > 0;
  }

  retireIdleSince(oldest: number): void {
    this.retire(
      this.fleet.idle.filter((environment) => environment.idleSince < oldest),
      'idle',
    );
  }

  close(): void {
    this.closed = true;
    for (const invocation of this.waiting.takeAll()) refuse(invocation, { kind: 'closing' });
    for (const environment of [...this.fleet.all]) {
      const unanswered = this.drop(environment, 'closing');
      if (unanswered) refuse(unanswered, { kind: 'closing' });
    }
  }

  // ── Told by environments ──────────────────────────────────────────────────────────────────────────────────────

  becameIdle(environment: Environment): void {
    this.freed(environment);
    this.fleet.withhold(environment);
    if (this.isCurrent(environment)) this.fleet.idle.push(environment);
    else this.drop(environment, 'replaced');
    this.service.roomWasMade();
  }

  becameUnavailable(environment: Environment): void {
    this.fleet.withhold(environment);
  }

  becameCold(environment: Environment): void {
    this.freed(environment);
    this.fleet.withhold(environment);
    if (!this.isCurrent(environment)) this.drop(environment, 'replaced');
    else if (this.isolation.external) this.warm(environment);
    else this.fleet.cold.push(environment);
    this.service.roomWasMade();
  }

  // ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** What is active counts where it is limited. */
  private join(pool: Pool): void {
    this.pool.active -= this.fleet.busy.size;
    pool.active += this.fleet.busy.size;
    this.pool = pool;
  }

  private give(environment: Environment, invocation: Invocation): void {
    this.fleet.busy.add(environment);
    this.pool.active += 1;
    environment.assign(invocation);
  }

  /** Waits until the function may have another environment. */
  private awaitScaling(invocation: Invocation): void {
    const { clock } = this.service;
    this.waiting.addForTime(invocation, clock, this.scaling.waitMs(clock.now()), () => this.drain());
  }

  /** How many environments are about to ask for more, beside those that somebody waits for. */
  private finishing(artifact: Artifact): number {
    return this.fleet.finishing(artifact) - this.waiting.awaitingPoll;
  }

  private freed(environment: Environment): void {
    if (this.fleet.busy.delete(environment)) this.pool.active -= 1;
  }

  private isCurrent(environment: Environment): boolean {
    return this.generation.kind === 'ready' && this.generation.artifact === environment.artifact;
  }

  private warm(environment: Environment): void {
    this.fleet.warming.push(environment);
    environment.warm();
  }

  private newEnvironment(): Environment {
    if (this.generation.kind !== 'ready') throw new Error(`function ${this.name} has nothing to run`);
    this.numbered += 1;
    const place = this.service.placeFor(this.settings, this.numbered);
    const environment = new Environment(
      this,
      this.generation.artifact,
      this.numbered,
      place.logStream,
      place.tmp,
      place.endpoint,
    );
    this.service.connected(place.endpoint, environment);
    this.fleet.all.add(environment);
    return environment;
  }

  private retire(environments: Environment[], reason: 'idle' | 'replaced'): void {
    for (const environment of environments) this.drop(environment, reason);
  }

  private drop(environment: Environment, reason: 'idle' | 'replaced' | 'closing'): Invocation | undefined {
    this.fleet.remove(environment);
    this.freed(environment);
    const unanswered = environment.close(reason);
    this.service.leaves(environment);
    return unanswered;
  }
}

function refuse(invocation: Invocation, refusal: Refusal): void {
  invocation.caller.refuse(refusal, invocation);
}
