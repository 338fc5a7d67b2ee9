import { FREE_TIER, type Price } from './prices.js';

/** A month of a function. */
export interface Usage {
  readonly requests: number;
  /** Which part of the requests meets a new environment: 0 to 1. */
  readonly coldShare: number;
  readonly memoryMb: number;
  /** Billed milliseconds of a warm request: whole ones, as REPORT has them, or a mean of those. */
  readonly warmBilledMs: number;
  /** Billed milliseconds of a cold one, with its init, which is billed. */
  readonly coldBilledMs: number;
}

/** One line of the formula, in dollars. */
export interface CostLine {
  readonly what: 'requests' | 'warm' | 'cold' | 'free tier';
  readonly dollars: number;
  /** Requests, or GB-seconds. */
  readonly quantity: number;
  readonly formula: string;
}

export interface Cost {
  readonly lines: readonly CostLine[];
  readonly gbSeconds: number;
  readonly dollars: number;
}

/** GB-seconds of a number of invocations: AWS counts memory in GB of 1,024 MB. */
export function gbSeconds(invocations: number, billedMs: number, memoryMb: number): number {
  return (invocations * (billedMs / 1000) * memoryMb) / 1024;
}

/** The price of so many GB-seconds in a month, tier by tier. */
export function durationDollars(quantity: number, { tiers }: Price): number {
  let dollars = 0;
  for (const [at, { from, perGbSecond }] of tiers.entries()) {
    const to = tiers[at + 1]?.from ?? Number.POSITIVE_INFINITY;
    dollars += Math.max(0, Math.min(quantity, to) - from) * perGbSecond;
  }
  return dollars;
}

/**
 * What a month costs: requests, and the GB-seconds of warm and cold ones.
 * @param freeTier whether this function has the account's free tier for itself
 */
export function monthlyCost(usage: Usage, price: Price, freeTier = false): Cost {
  const { requests, coldShare, memoryMb, warmBilledMs, coldBilledMs } = usage;
  const cold = requests * coldShare;
  const warm = requests - cold;
  const warmGbS = gbSeconds(warm, warmBilledMs, memoryMb);
  const coldGbS = gbSeconds(cold, coldBilledMs, memoryMb);
  const all = durationDollars(warmGbS + coldGbS, price);
  // Tiers are for both together: each has its part of them.
  const part = (quantity: number) => (warmGbS + coldGbS === 0 ? 0 : (all * quantity) / (warmGbS + coldGbS));
  const rate = price.tiers[0]!.perGbSecond;
  const duration = (count: number, ms: number) =>
    `${count} × ${ms} ms × ${memoryMb}/1024 GB × $${rate.toFixed(10)}/GB-s`;
  const lines: CostLine[] = [
    {
      what: 'requests',
      quantity: requests,
      dollars: requests * price.perRequest,
      formula: `${requests} × $${(price.perRequest * 1e6).toFixed(2)}/1,000,000`,
    },
    { what: 'warm', quantity: warmGbS, dollars: part(warmGbS), formula: duration(warm, warmBilledMs) },
    { what: 'cold', quantity: coldGbS, dollars: part(coldGbS), formula: duration(cold, coldBilledMs) },
  ];
  if (freeTier) lines.push(freeTierLine(usage.requests, warmGbS + coldGbS, price));
  return {
    lines,
    gbSeconds: warmGbS + coldGbS,
    dollars: lines.reduce((sum, { dollars }) => sum + dollars, 0),
  };
}

function freeTierLine(requests: number, quantity: number, price: Price): CostLine {
  const freeRequests = Math.min(requests, FREE_TIER.requests);
  const freeGbS = Math.min(quantity, FREE_TIER.gbSeconds);
  return {
    what: 'free tier',
    quantity: freeGbS,
    dollars: -(freeRequests * price.perRequest + durationDollars(freeGbS, price)),
    formula: `${freeRequests} requests and ${Math.round(freeGbS)} GB-s are free`,
  };
}

/** What one invocation's duration costs, at the first tier. */
export function invocationDollars(billedMs: number, memoryMb: number, { tiers }: Price): number {
  return gbSeconds(1, Math.ceil(billedMs), memoryMb) * tiers[0]!.perGbSecond;
}
