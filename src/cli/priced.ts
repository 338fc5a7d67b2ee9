import { InvalidArgumentError, Option } from 'commander';
import { UserError } from '../errors.js';
import { GIVEN, type PriceSource } from '../lambda/price-sources.js';
import { ARCHITECTURES, type Architecture, PRICED_REGIONS, type Price, priceOf } from '../lambda/prices.js';
import { nearest } from '../project/nearest.js';

/** What was given of `x86_64=…,arm64=…,requests=…`: dollars for a GB-second, and for a million requests. */
export type GivenPrices = Readonly<Partial<Record<Architecture | 'requests', number>>>;

const EXAMPLE = '--price x86_64=0.0000175,arm64=0.000014,requests=0.21';

export function priceOption(): Option {
  return new Option(
    '--price <prices>',
    'of a GB-second and of a million requests, in dollars, instead of the known ones: x86_64=…,arm64=…,requests=…',
  ).argParser(givenPrices);
}

function givenPrices(text: string): GivenPrices {
  const wrong = new InvalidArgumentError(`Write it as ${EXAMPLE.replace('--price ', '')}.`);
  const pairs = text.split(',').map((one): [string, number] => {
    const [, name, value] = /^\s*(x86_64|arm64|requests)=(\d+(?:\.\d+)?(?:e-\d+)?)\s*$/.exec(one) ?? [];
    if (name === undefined) throw wrong;
    return [name, Number(value)];
  });
  const prices: GivenPrices = Object.fromEntries(pairs);
  if (Object.keys(prices).length !== pairs.length) throw wrong;
  return prices;
}

/**
 * What is asked for, in a region, or as it was given.
 * @throws UserError cost.region, naming the regions there are
 */
export function pricesIn<Of extends Architecture>(
  region: string,
  given: GivenPrices | undefined,
  architectures: readonly Of[],
): Readonly<Record<Of, Price>> {
  const pairs = architectures.map((one): [Of, Price] => [
    one,
    given ? asGiven(given, one) : known(region, one),
  ]);
  return Object.fromEntries(pairs) as Record<Of, Price>;
}

function asGiven(given: GivenPrices, architecture: Architecture): Price {
  const { [architecture]: perGbSecond, requests } = given;
  if (perGbSecond !== undefined && requests !== undefined)
    return { perRequest: requests / 1e6, tiers: [{ from: 0, perGbSecond }], source: GIVEN };
  throw new UserError('usage.arguments', {
    what: `--price has no ${perGbSecond === undefined ? architecture : 'requests'}.`,
    fix: `Name all of them: ${EXAMPLE}`,
  });
}

function known(region: string, architecture: Architecture): Price {
  const price = priceOf(region, architecture);
  if (price) return price;
  const close = nearest(region, PRICED_REGIONS);
  throw new UserError('cost.region', {
    what: `The prices of the region '${region}' are not known; known are: ${PRICED_REGIONS.join(', ')}.`,
    fix: `${close === undefined ? '' : `Name one of them (--region ${close}), or g`}${close === undefined ? 'G' : ''}ive the prices that https://aws.amazon.com/lambda/pricing/ has: ${EXAMPLE}`,
  });
}

/** As a sentence's part: of which day prices are, and who says so. */
export function pricesText(prices: Readonly<Partial<Record<Architecture, PriceSource>>>): string {
  const told = ARCHITECTURES.flatMap((one) => {
    const source = prices[one];
    return source ? [{ one, text: sourceText(source) }] : [];
  });
  const [first] = told;
  if (told.every(({ text }) => text === first?.text)) return `prices ${first?.text}`;
  return told.map(({ one, text }) => `prices of ${one} ${text}`).join('; ');
}

export function sourceText(source: PriceSource): string {
  if (source === GIVEN) return 'as given with --price';
  return source.asOf === undefined ? `without a date (${source.name})` : `of ${source.asOf} (${source.name})`;
}

/** Where nobody said where, prices are those of us-east-1, which the output says. */
export const DEFAULT_PRICE_REGION = 'us-east-1';
