/** Where a price was read. */
export interface PriceSource {
  readonly name: string;
  /** The day that the source itself names; undefined where it names none. */
  readonly asOf: string | undefined;
}

/** The offer file AWSLambda of AWS's Price List API, in a public restatement of 28 September 2026 (its regions by name). */
const PRICE_LIST: PriceSource = { name: "AWS's price list (AWSLambda)", asOf: '2026-09-19' };

/** calculator.aws, meteredUnitMaps/lambda/USD: in two public copies that agree, and that say of no day. */
const CALCULATOR: PriceSource = {
  name: "AWS's calculator, in public copies that were read in November 2026",
  asOf: undefined,
};

/** artillery 2.0.28 (me-central-1), aws-lambda-live-tuner, and a table of requests: read in November 2026. */
const OTHER_PROGRAMS: PriceSource = {
  name: 'tables of other public programs, read in November 2026',
  asOf: undefined,
};

/** The user. */
export const GIVEN: PriceSource = { name: '--price', asOf: undefined };

/** Whose price of a GB-second on x86_64 the restatement names. Of arm64 it names us-east-1's. */
const IN_PRICE_LIST = new Set([
  'us-east-1',
  'eu-west-1',
  'eu-central-1',
  'eu-north-1',
  'ap-south-1',
  'ap-northeast-1',
  'ap-southeast-1',
  'af-south-1',
  'ap-east-1',
  'eu-south-1',
  'me-south-1',
]);

const IN_OTHER_PROGRAMS = new Set(['ap-southeast-3', 'me-central-1']);

export function sourceOf(region: string, architecture: 'x86_64' | 'arm64'): PriceSource {
  if (IN_OTHER_PROGRAMS.has(region)) return OTHER_PROGRAMS;
  const isDated = region === 'us-east-1' || (architecture === 'x86_64' && IN_PRICE_LIST.has(region));
  return isDated ? PRICE_LIST : CALCULATOR;
}
