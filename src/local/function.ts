import { isDeepStrictEqual } from 'node:util';
import { Environment } from './environment.js';
import type { EnvironmentOwner } from './environment-owner.js';
import type { Artifact, EnvironmentPlace } from './environment-process.js';
import type { LocalEventListener } from './events.js';
import type { FunctionSettings } from './function-settings.js';
import type { Invocation, Refusal } from './invocation.js';
import { decide } from './schedule.js';
import type { Service } from './service.js';

/** How long an invocation waits for the poll of a runtime that has just answered, rather than start a process. */
const POLL_GRACE_MS = 10;

/** What there is to run. */
type Generation =
  | { readonly kind: 'building' }
  | { readonly kind: 'ready'; readonly artifact: Artifact }
  | { readonly kind: 'broken'; readonly text: string };

/** One function: its current generation, its environments, and the invocations that wait. */
export class LocalFunction implements EnvironmentOwner {
  private generation: Generation = { kind: 'building' };
  private readonly environments = new Set<Environment>();
  /** The most recently used last: it is taken first, so that the others can retire. */
  private idle: Environment[] = [];
  private cold: Environment[] = [];
  private warming: Environment[] = [];
  private readonly busy = new Set<Environment>();
  private readonly waiting: Invocation[] = [];
  /** Those of `waiting` that wait for a runtime's poll. */
  private readonly awaiting = new Set<Invocation>();
  private numbered = 0;
  private closed = false;

  constructor(
    private current: FunctionSettings,
    /** Unqualified. */
    readonly arn: string,
    private readonly service: Service,
  ) {}

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
    return this.environments.size;
  }

  /** Takes an invocation; its caller is answered in any case. */
  submit(invocation: Invocation): void {
    this.service.last = { functionName: this.name, payload: invocation.payload };
    this.schedule(invocation);
  }

  private schedule(invocation: Invocation, mayAwait = true): void {
    // The rest of a request may arrive when its function has already been closed.
    if (this.closed) return refuse(invocation, { kind: 'closing' });
    const { generation } = this;
    const decision = decide({
      generation: generation.kind,
      idle: this.idle.length,
      warming: this.warming.length,
      cold: this.cold.length,
      finishing: mayAwait ? this.finishing() - this.awaiting.size : 0,
      ...this.room(),
      patient: invocation.asynchronous || this.isolation.external === true,
    });
    switch (decision) {
      case 'use-idle':
        return this.give(this.idle.pop()!, invocation);
      case 'await-finishing':
        return this.awaitFinishing(invocation);
      case 'join-warming':
        return this.give(this.warming.shift()!, invocation);
      case 'restart-cold':
        return this.give(this.cold.pop()!, invocation);
      case 'start':
        return this.give(this.newEnvironment(), invocation);
      case 'hold':
      case 'queue':
        this.waiting.push(invocation);
        return;
      case 'throttle':
        return refuse(invocation, { kind: 'throttled', reason: 'ConcurrentInvocationLimitExceeded' });
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
    this.retire([...this.idle, ...this.cold, ...this.warming], 'replaced');
    this.drain();
    const alive = [...this.environments].some((environment) => this.isCurrent(environment));
    if (warmUp && !alive) this.warm(this.newEnvironment());
  }

  /** New environments have these settings; those that exist are replaced as they come to rest. */
  configure(settings: FunctionSettings): void {
    if (isDeepStrictEqual(settings, this.current)) return;
    this.current = settings;
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
    const waiting = this.waiting.splice(0);
    for (const invocation of waiting) this.awaiting.delete(invocation);
    for (const invocation of waiting) this.schedule(invocation);
  }

  get hasWaiting(): boolean {
    return this.waiting.length > 0;
  }

  retireIdleSince(oldest: number): void {
    this.retire(
      this.idle.filter((environment) => environment.idleSince < oldest),
      'idle',
    );
  }

  close(): void {
    this.closed = true;
    this.awaiting.clear();
    for (const invocation of this.waiting.splice(0)) refuse(invocation, { kind: 'closing' });
    for (const environment of [...this.environments]) {
      const unanswered = this.drop(environment, 'closing');
      if (unanswered) refuse(unanswered, { kind: 'closing' });
    }
  }

  // ── Told by environments ──────────────────────────────────────────────────────────────────────────────────────

  becameIdle(environment: Environment): void {
    this.freed(environment);
    if (this.isCurrent(environment)) this.idle.push(environment);
    else this.drop(environment, 'replaced');
    this.service.roomWasMade();
  }

  becameCold(environment: Environment): void {
    this.freed(environment);
    this.idle = this.idle.filter((other) => other !== environment);
    if (!this.isCurrent(environment)) this.drop(environment, 'replaced');
    else if (this.isolation.external) this.warm(environment);
    else this.cold.push(environment);
    this.service.roomWasMade();
  }

  // ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  private give(environment: Environment, invocation: Invocation): void {
    this.busy.add(environment);
    this.service.active += 1;
    environment.assign(invocation);
  }

  /** A function that somebody else starts is one process: nobody would start a second one. */
  private room(): { active: number; limit: number } {
    if (this.isolation.external) return { active: this.busy.size, limit: 1 };
    return { active: this.service.active, limit: this.service.concurrency };
  }

  /** How many environments of the current generation have answered and not yet asked for more. */
  private finishing(): number {
    if (this.idle.length > 0) return 0;
    let count = 0;
    for (const environment of this.busy) {
      if (environment.finishing && this.isCurrent(environment)) count += 1;
    }
    return count;
  }

  /** Waits for a poll that should come at once, and goes on without it when it does not. */
  private awaitFinishing(invocation: Invocation): void {
    this.awaiting.add(invocation);
    this.waiting.push(invocation);
    setTimeout(() => {
      if (!this.awaiting.delete(invocation)) return;
      this.waiting.splice(this.waiting.indexOf(invocation), 1);
      this.schedule(invocation, false);
    }, POLL_GRACE_MS);
  }

  private freed(environment: Environment): void {
    this.warming = this.warming.filter((other) => other !== environment);
    if (this.busy.delete(environment)) this.service.active -= 1;
  }

  private isCurrent(environment: Environment): boolean {
    return this.generation.kind === 'ready' && this.generation.artifact === environment.artifact;
  }

  private warm(environment: Environment): void {
    this.warming.push(environment);
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
    this.environments.add(environment);
    return environment;
  }

  private retire(environments: Environment[], reason: 'idle' | 'replaced'): void {
    for (const environment of environments) this.drop(environment, reason);
  }

  private drop(environment: Environment, reason: 'idle' | 'replaced' | 'closing'): Invocation | undefined {
    this.environments.delete(environment);
    this.freed(environment);
    this.idle = this.idle.filter((other) => other !== environment);
    this.cold = this.cold.filter((other) => other !== environment);
    const unanswered = environment.close(reason);
    void this.service.removeFolder(environment.tmp);
    return unanswered;
  }
}

function refuse(invocation: Invocation, refusal: Refusal): void {
  invocation.caller.refuse(refusal, invocation);
}
