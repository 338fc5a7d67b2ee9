import { UserError } from '../errors.js';
import { type Architecture, PRICED_REGIONS, type Price, priceOf } from '../lambda/prices.js';
import { nearest } from '../project/nearest.js';

/** @throws UserError cost.region, naming the regions there are */
export function pricesIn(region: string): Readonly<Record<Architecture, Price>> {
  const [x86, arm] = [priceOf(region, 'x86_64'), priceOf(region, 'arm64')];
  if (x86 && arm) return { x86_64: x86, arm64: arm };
  const close = nearest(region, PRICED_REGIONS);
  throw new UserError('cost.region', {
    what: `The prices of the region '${region}' are not known; known are: ${PRICED_REGIONS.join(', ')}.`,
    fix: `Name one of them: --region ${close ?? 'us-east-1'}`,
  });
}

/** Where nobody said where, prices are those of us-east-1, which the output says. */
export const DEFAULT_PRICE_REGION = 'us-east-1';
