import type { EnvironmentBase } from './environment-base.js';

/** What becomes of a provisioned environment whose process has ended. */
export type Fate = 'initialise-again' | 'give-up';

/**
 * The provisioned environments of one generation of a function: which of them exist, and which have shown that they
 * can work. One that cannot initialise, or ends before it has served anything, would do so for ever.
 */
export class Provisioning {
  private readonly kept = new Set<EnvironmentBase>();
  /** Those that have been ready since their process started, and how many invocations they had since then. */
  private readonly served = new Map<EnvironmentBase, number>();

  constructor(readonly requested: number) {}

  get missing(): number {
    return this.requested - this.kept.size;
  }

  /** How many wait for work, or have some. */
  get available(): number {
    return this.served.size;
  }

  /** One of them has shown that it cannot be initialised. */
  failed = false;

  started(environment: EnvironmentBase): void {
    this.kept.add(environment);
  }

  /** It waits for work. @returns whether now all of them are ready, and were not before */
  ready(environment: EnvironmentBase): boolean {
    if (!this.kept.has(environment) || this.served.has(environment)) return false;
    this.served.set(environment, 0);
    return this.served.size === this.requested;
  }

  given(environment: EnvironmentBase): void {
    this.served.set(environment, (this.served.get(environment) ?? 0) + 1);
  }

  ended(environment: EnvironmentBase): Fate {
    const served = this.served.get(environment) ?? 0;
    this.served.delete(environment);
    if (served > 0) return 'initialise-again';
    this.kept.delete(environment);
    this.failed = true;
    return 'give-up';
  }
}
