import { randomUUID } from 'node:crypto';

/** A request or invocation id. */
export const newId = (): string => randomUUID();

/** Random hexadecimal digits; a UUID is what Node makes them from fastest. */
export function randomHex(digits: number): string {
  let hex = '';
  while (hex.length < digits) {
    const uuid = randomUUID();
    // Positions 12 and 16 of a UUID are not random: they tell its version and variant.
    hex += uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(15, 18) + uuid.slice(24);
  }
  return hex.slice(0, digits);
}
