import type { InitializationType } from '../lambda/environment-variables.js';
import { initLimitMs } from '../lambda/limits.js';
import type { EnvironmentBase } from './environment-base.js';
import type { EnvironmentOwner } from './environment-owner.js';
import type { EnvironmentPlace } from './environment-process.js';
import type { LocalEventListener } from './events.js';
import type { FunctionSettings } from './function-settings.js';
import type { Service } from './service.js';

/** What the environments are of. */
interface Owning {
  readonly name: string;
  readonly arn: string;
  readonly settings: FunctionSettings;
}

/** Whom environments tell what becomes of them. */
interface Told {
  becameIdle(environment: EnvironmentBase): void;
  hasRoom(environment: EnvironmentBase): void;
  finished(environment: EnvironmentBase): void;
  becameUnavailable(environment: EnvironmentBase): void;
  becameCold(environment: EnvironmentBase): void;
}

/** A function as its environments of one kind see it: those on demand, or the provisioned ones. */
export class Owner implements EnvironmentOwner {
  constructor(
    private readonly fn: Owning,
    private readonly told: Told,
    private readonly service: Service,
    /** Whether its environments are kept ready. */
    readonly provisioned: boolean,
  ) {}

  get initializationType(): InitializationType {
    if (this.maxConcurrency > 1) return 'lambda-managed-instances';
    return this.provisioned ? 'provisioned-concurrency' : 'on-demand';
  }

  get maxConcurrency(): number {
    return this.settings.maxConcurrency ?? 1;
  }

  get settings(): FunctionSettings {
    return this.fn.settings;
  }

  get name(): string {
    return this.fn.name;
  }

  get arn(): string {
    return this.fn.arn;
  }

  get timeoutMs(): number {
    return this.settings.timeoutSeconds * 1000;
  }

  get initLimitMs(): number {
    return this.service.initLimitMs ?? initLimitMs(this.initializationType, this.timeoutMs);
  }

  get isolation() {
    return this.service.isolation;
  }

  get startLine() {
    return this.service.startLine;
  }

  get traces() {
    return this.service.traces;
  }

  get telemetry() {
    return this.service.telemetry;
  }

  get debugging() {
    return this.service.debugging;
  }

  get roll() {
    return this.service.reaper;
  }

  listener(): LocalEventListener | undefined {
    return this.service.listener;
  }

  variables(place: EnvironmentPlace): Record<string, string> | Promise<Record<string, string>> {
    return this.service.variables(this.settings, place, this.initializationType);
  }

  warn(text: string): void {
    this.service.warn(text);
  }

  neverAskedForWork(): void {
    this.warn(
      `${this.name} has not asked for an event within ${this.initLimitMs / 1000} s of its start. ` +
        'See that main() gets to run(service_fn(handler)).await, and does nothing long before it.',
    );
  }

  becameIdle(environment: EnvironmentBase): void {
    this.told.becameIdle(environment);
  }

  hasRoom(environment: EnvironmentBase): void {
    this.told.hasRoom(environment);
  }

  finished(environment: EnvironmentBase): void {
    this.told.finished(environment);
  }

  becameUnavailable(environment: EnvironmentBase): void {
    this.told.becameUnavailable(environment);
  }

  becameCold(environment: EnvironmentBase): void {
    this.told.becameCold(environment);
  }
}
