import { isDeepStrictEqual } from 'node:util';
import { UNPUBLISHED } from '../lambda/function-name.js';
import { SCALING_RATE } from '../lambda/limits.js';
import type { DebuggerGate } from './debugging.js';
import type { Artifact } from './environment-process.js';
import { Fleet } from './fleet.js';
import type { FunctionSettings } from './function-settings.js';
import type { Invocation, Refusal } from './invocation.js';
import type { Provisioning } from './provisioning.js';
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
export class LocalFunction {
  private generation: Generation = { kind: 'building' };
  private readonly fleet: Fleet;
  readonly waiting = new Waiting();
  private readonly scaling: TokenBucket;
  /** Where invocations wait for a debugger. */
  private readonly debugger: DebuggerGate | undefined;
  private closed = false;

  constructor(
    private current: FunctionSettings,
    /** Unqualified. */
    readonly arn: string,
    private readonly service: Service,
  ) {
    this.fleet = new Fleet(this, service);
    this.debugger = service.debugging?.gate(
      () => this.fleet.pids[0],
      (pid, attached) => this.tellDebugger(pid, attached),
    );
    this.scaling = new TokenBucket(SCALING_RATE.environments, SCALING_RATE.perMs, service.clock.now());
  }

  get settings(): FunctionSettings {
    return this.current;
  }

  get name(): string {
    return this.settings.name;
  }

  /** How far what is provisioned has come. */
  get provisioning(): Provisioning {
    return this.fleet.provisioning;
  }

  /** What new environments run, if there is something. */
  get artifact(): Artifact | undefined {
    return this.generation.kind === 'ready' ? this.generation.artifact : undefined;
  }

  get version(): string {
    return this.settings.version ?? UNPUBLISHED;
  }

  /** Tells of something that belongs to no log. */
  warn(text: string): void {
    this.service.warn(text);
  }

  /** Whether there is a build that could run. */
  get isReady(): boolean {
    return this.generation.kind === 'ready';
  }

  /** How many environments exist; for tests and the status line. */
  get environmentCount(): number {
    return this.fleet.size;
  }

  get pids(): number[] {
    return this.fleet.pids;
  }

  /** Takes an invocation; its caller is answered in any case. */
  submit(invocation: Invocation): void {
    const { service } = this;
    service.last = { functionName: this.name, payload: invocation.payload };
    if (!invocation.asynchronous && !service.isolation.single) {
      const { pool } = this.fleet;
      if (!pool.admits(service.clock.now()))
        return refuse(invocation, { kind: 'throttled', reason: pool.whenTooFast });
    }
    this.schedule(invocation);
  }

  private schedule(invocation: Invocation, mayAwait = true): void {
    // The rest of a request may arrive when its function has already been closed.
    if (this.closed) return refuse(invocation, { kind: 'closing' });
    if (this.debugger?.holds(this.generation.kind === 'ready')) return this.waiting.add(invocation);
    const { generation, fleet, waiting } = this;
    const decision = decide({
      generation: generation.kind,
      provisioned: fleet.provisionedIdle,
      idle: fleet.idleOnDemand,
      warming: fleet.warmingUp,
      cold: fleet.ended,
      // Beside those that somebody waits for already.
      finishing: mayAwait ? fleet.finishing - waiting.awaitingPoll : 0,
      active: fleet.active,
      limit: fleet.limit,
      mayScale: fleet.idleOnDemand > 0 || this.scaling.has(this.service.clock.now()),
      patient: invocation.asynchronous || this.service.isolation.single === true,
    });
    switch (decision) {
      case 'use-provisioned':
        return fleet.give('provisioned', invocation);
      case 'use-idle':
        return fleet.give('idle', invocation);
      case 'await-finishing':
        return waiting.addForPoll(invocation, () => {
          fleet.expectNoMore();
          this.schedule(invocation, false);
        });
      case 'join-warming':
        return fleet.give('warming', invocation);
      case 'restart-cold':
        return fleet.give('cold', invocation);
      case 'start':
        this.scaling.take(this.service.clock.now());
        return this.giveNew(invocation);
      case 'hold':
      case 'queue':
        return waiting.add(invocation);
      case 'await-scaling':
        return this.awaitScaling(invocation);
      case 'throttle':
        return refuse(invocation, { kind: 'throttled', reason: fleet.pool.whenFull });
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
    this.fleet.run(artifact);
    this.drain();
    this.service.functionIsReady(this.name);
    if (warmUp) this.fleet.warmUp();
  }

  /** New environments have these settings; those that exist are replaced as they come to rest. */
  configure(settings: FunctionSettings): void {
    if (isDeepStrictEqual(settings, this.current)) return;
    this.current = settings;
    this.fleet.configure();
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
    this.fleet.retireIdleSince(oldest);
  }

  close(): void {
    this.closed = true;
    this.debugger?.close();
    for (const invocation of this.waiting.takeAll()) refuse(invocation, { kind: 'closing' });
    for (const invocation of this.fleet.close()) refuse(invocation, { kind: 'closing' });
    this.service.isolation.forget?.(this.name);
  }

  private giveNew(invocation: Invocation): void {
    const problem = this.fleet.giveNew(invocation);
    if (problem === undefined) return;
    this.warn(`${this.name}: no environment can be made for ${invocation.requestId}: ${problem}.`);
    refuse(invocation, { kind: 'no-place', text: problem });
  }

  private tellDebugger(pid: number, attached: boolean): void {
    this.service.listener?.({ type: 'debugger', function: this.name, pid, attached, time: Date.now() });
    if (attached) this.drain();
  }

  /** Waits until the function may have another environment. */
  private awaitScaling(invocation: Invocation): void {
    const { clock } = this.service;
    this.waiting.addForTime(invocation, clock, this.scaling.waitMs(clock.now()), () => this.drain());
  }
}

function refuse(invocation: Invocation, refusal: Refusal): void {
  invocation.caller.refuse(refusal, invocation);
}
