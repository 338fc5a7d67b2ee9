import type { Home } from '../lambda/function-name.js';
import { Apis } from './apis/apis.js';
import type { EventQueue } from './event-queue/event-queue.js';
import type { LocalFunction } from './function.js';
import type { Deployed } from './functions-api/deployed.js';
import type { Serving } from './serving.js';

/** The functions of one local Lambda: those that are built here by name, and beside them what was deployed. */
export class Functions {
  private readonly byName = new Map<string, LocalFunction>();

  private readonly awaited = new Map<string, (() => void)[]>();

  readonly eventQueue: EventQueue;
  /** What leads to them beside their own URLs. */
  readonly apis = new Apis();

  constructor(
    readonly home: Home,
    readonly serving: Serving,
    /** Those that were created over the API. */
    readonly deployed: Deployed,
    queueOf: (functions: Functions) => EventQueue,
  ) {
    this.eventQueue = queueOf(this);
  }

  add(fn: LocalFunction): void {
    this.byName.set(fn.name, fn);
  }

  remove(name: string): void {
    this.byName.delete(name);
  }

  find(name: string): LocalFunction | undefined {
    return this.byName.get(name);
  }

  /** The function that answers when none is named: the only one there is. */
  get only(): LocalFunction | undefined {
    return this.byName.size === 1 ? this.byName.values().next().value : undefined;
  }

  /** As a caller names it: Cargo Lambda's users say '_' to the only one. */
  called(name: string): LocalFunction | undefined {
    return this.find(name) ?? (name === '_' ? this.only : undefined);
  }

  /** Whether there is one of that name, wherever it comes from. */
  has(name: string): boolean {
    return this.byName.has(name) || this.deployed.find(name) !== undefined;
  }

  /** Calls back once, when a function of this name can run again after it could not. */
  onReady(name: string, callback: () => void): void {
    this.awaited.set(name, [...(this.awaited.get(name) ?? []), callback]);
  }

  isReady(name: string): void {
    const callbacks = this.awaited.get(name) ?? [];
    this.awaited.delete(name);
    for (const callback of callbacks) callback();
  }

  /** Everything that runs, each version of what was created over the API for itself. */
  get all(): LocalFunction[] {
    return [...this.byName.values(), ...this.deployed.functions];
  }

  /** What is built here. */
  get served(): LocalFunction[] {
    return [...this.byName.values()];
  }

  get names(): string[] {
    return [...this.byName.keys()].sort();
  }
}
