import { UserError } from '../errors.js';
import {
  DEFAULT_CONCURRENCY,
  MIN_UNRESERVED_CONCURRENCY,
  REQUESTS_PER_SECOND_OF_CONCURRENCY,
} from '../lambda/limits.js';
import type { ThrottleReason } from '../lambda/wire-errors.js';
import type { FunctionSettings } from './function-settings.js';
import { TokenBucket } from './token-bucket.js';

/** What a function claims of the account's concurrency. */
export interface Claim {
  readonly name: string;
  /** The most environments it may use, which no other function can; undefined: what all others leave. */
  readonly reserved: number | undefined;
  /** Environments that are kept ready; part of what is reserved, if anything is. */
  readonly provisioned: number;
}

export function claimOf(settings: FunctionSettings): Claim {
  const { name, reservedConcurrency, provisionedConcurrency = 0 } = settings;
  return { name, reserved: reservedConcurrency, provisioned: provisionedConcurrency };
}

/** Environments on demand that one function, or all without reserved concurrency together, may use at once. */
export class Pool {
  /** Environments on demand that are busy, or initialise for an invocation. */
  active = 0;
  /** The most of them; changes when another function claims more. */
  limit = 0;
  private size = -1;
  private requests = new TokenBucket(0, 1_000, 0);

  constructor(readonly reserved: boolean) {}

  /** @param size with provisioned environments, which need no place of their own when they are used */
  resize(size: number, provisioned: number, now: number): void {
    this.limit = Math.max(0, size - provisioned);
    if (size === this.size) return;
    this.size = size;
    // Who gives a machine a lower limit than an account has wants fewer processes, not fewer requests.
    const units = this.reserved ? size : Math.max(size, DEFAULT_CONCURRENCY);
    this.requests = new TokenBucket(units * REQUESTS_PER_SECOND_OF_CONCURRENCY, 1_000, now);
  }

  /** Counts one request of a caller that waits; false when there were too many within a second. */
  admits(now: number): boolean {
    // Without any concurrency it is not the rate that refuses.
    return this.size === 0 || this.requests.take(now);
  }

  get whenFull(): ThrottleReason {
    return this.reserved
      ? 'ReservedFunctionConcurrentInvocationLimitExceeded'
      : 'ConcurrentInvocationLimitExceeded';
  }

  get whenTooFast(): ThrottleReason {
    return this.reserved
      ? 'ReservedFunctionInvocationRateLimitExceeded'
      : 'FunctionInvocationRateLimitExceeded';
  }
}

/** The account's concurrency, shared out: a pool for each function that reserves some, one for all others. */
export class Concurrency {
  private readonly claims = new Map<string, Claim>();
  private readonly reserved = new Map<string, Pool>();
  private readonly others = new Pool(false);

  constructor(
    /** Of the account. */
    readonly limit: number,
    private readonly now: () => number,
  ) {
    this.share();
  }

  /** Takes what functions claim from now on, all of them or none. @throws UserError when too little would be left */
  claim(claims: readonly Claim[]): void {
    const all = new Map(this.claims);
    for (const claim of claims) all.set(claim.name, claim);
    check(this.limit, [...all.values()]);
    for (const claim of claims) this.claims.set(claim.name, claim);
    this.share();
  }

  forget(name: string): void {
    this.claims.delete(name);
    this.share();
  }

  /** What functions that reserve nothing share. */
  get unreserved(): number {
    return unreservedOf(this.limit, [...this.claims.values()]);
  }

  poolOf(name: string): Pool {
    return this.reserved.get(name) ?? this.others;
  }

  private share(): void {
    const now = this.now();
    let ready = 0;
    for (const claim of this.claims.values()) {
      if (claim.reserved === undefined) {
        ready += claim.provisioned;
        this.reserved.delete(claim.name);
        continue;
      }
      const pool = this.reserved.get(claim.name) ?? new Pool(true);
      this.reserved.set(claim.name, pool);
      pool.resize(claim.reserved, claim.provisioned, now);
    }
    for (const name of this.reserved.keys()) if (!this.claims.has(name)) this.reserved.delete(name);
    this.others.resize(unreservedOf(this.limit, [...this.claims.values()]), ready, now);
  }
}

function unreservedOf(limit: number, claims: readonly Claim[]): number {
  return claims.reduce((left, { reserved = 0 }) => left - reserved, limit);
}

/**
 * Lambda refuses a reservation or a provisioning that leaves too little for the other functions: 100 of an account's
 * concurrency (SNAP:test_lambda_api, "decreases account's UnreservedConcurrentExecution below its minimum value").
 */
function check(limit: number, claims: readonly Claim[]): void {
  for (const { name, reserved, provisioned } of claims) {
    if (reserved !== undefined && provisioned > reserved)
      throw new UserError('project.configuration', {
        what: `The function ${name} is to have ${provisioned} provisioned environments, but reserves only ${reserved}.`,
        fix: `Reserve at least ${provisioned}, or provision at most ${reserved}: --reserved-concurrency ${name}=${provisioned}`,
      });
  }
  const takers = claims.filter(({ reserved = 0, provisioned }) => reserved + provisioned > 0);
  const taken = takers.reduce((sum, { reserved, provisioned }) => sum + (reserved ?? provisioned), 0);
  const left = limit - taken;
  if (takers.length === 0 || left >= MIN_UNRESERVED_CONCURRENCY) return;
  const list = takers.map(({ name, reserved, provisioned }) => `${name}: ${reserved ?? provisioned}`);
  throw new UserError('project.configuration', {
    what: `Of a concurrency of ${limit}, ${taken} are reserved or provisioned (${list.join(', ')}), which leaves ${left}; Lambda keeps at least ${MIN_UNRESERVED_CONCURRENCY} for functions that reserve nothing.`,
    fix: `Reserve less, or serve with a higher limit: --concurrency ${taken + MIN_UNRESERVED_CONCURRENCY}`,
  });
}
