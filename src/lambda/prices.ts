import { type PriceSource, sourceOf } from './price-sources.js';

// What Lambda costs on demand, in dollars, without the free tier. Which region's prices were read where, and of which day
// they are: price-sources.ts. The further tiers are those of the official price list of us-east-1.

export const ARCHITECTURES = ['x86_64', 'arm64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

export interface Tier {
  /** GB-seconds a month, from which on this holds. */
  readonly from: number;
  readonly perGbSecond: number;
}

export interface Price {
  readonly perRequest: number;
  /** In ascending order; the first is from 0. */
  readonly tiers: readonly Tier[];
  readonly source: PriceSource;
}

/** For 1,000,000 requests, then for a GB-second on x86_64 and on arm64. */
type Rates = readonly [millionRequests: number, x86: number, arm: number];

/** What most regions cost. */
const USUAL: Rates = [0.2, 0.0000166667, 0.0000133334];

const USUAL_REGIONS = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'sa-east-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
];

const RATES: Readonly<Record<string, Rates>> = {
  ...Object.fromEntries(USUAL_REGIONS.map((region) => [region, USUAL])),
  'af-south-1': [0.27, 0.0000221, 0.00001768],
  'ap-east-1': [0.28, 0.00002292, 0.0000183],
  'ap-southeast-5': [0.18, 0.000015, 0.000012],
  'eu-central-2': [0.22, 0.0000183334, 0.0000146667],
  'eu-south-1': [0.23, 0.0000195172, 0.0000156138],
  'me-central-1': [0.25, 0.0000206667, 0.0000165334],
  'me-south-1': [0.25, 0.0000206667, 0.0000165334],
};

export const PRICED_REGIONS: readonly string[] = Object.keys(RATES).sort();

/** Where the tiers of an architecture begin, and their prices where those are known: in regions of the usual price. */
const TIERS: Readonly<Record<Architecture, readonly Tier[]>> = {
  x86_64: [
    { from: 0, perGbSecond: 0.0000166667 },
    { from: 6e9, perGbSecond: 0.000015 },
    { from: 15e9, perGbSecond: 0.0000133334 },
  ],
  arm64: [
    { from: 0, perGbSecond: 0.0000133334 },
    { from: 7.5e9, perGbSecond: 0.0000120001 },
    { from: 18.75e9, perGbSecond: 0.0000106667 },
  ],
};

/**
 * Undefined for a region whose prices are not known here. In regions with prices of their own only the first tier is
 * known: beyond it the result is too high rather than too low.
 */
export function priceOf(region: string, architecture: Architecture): Price | undefined {
  const rates = Object.hasOwn(RATES, region) ? RATES[region] : undefined;
  if (!rates) return undefined;
  const [million, x86, arm] = rates;
  const first = architecture === 'x86_64' ? x86 : arm;
  const tiers = rates === USUAL ? TIERS[architecture] : [{ from: 0, perGbSecond: first }];
  return { perRequest: million / 1e6, tiers, source: sourceOf(region, architecture) };
}

/** Each month in every account, for all its functions together (the pricing page). */
export const FREE_TIER = { requests: 1_000_000, gbSeconds: 400_000 } as const;
