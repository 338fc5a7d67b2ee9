/**
 * 106 bits of a text, in hexadecimal: names for what is remembered, against accidents and not against anyone (who can
 * write a record can as well write the artifact). Loading node:crypto would take longer than everything else that a
 * build with nothing to do does. After bryc's cyrb53 (public domain), with two seeds.
 */
export function shortHash(text: string): string {
  return [0, 0x9e3779b9].map((seed) => hash53(text, seed).toString(16).padStart(14, '0')).join('');
}

function hash53(text: string, seed: number): number {
  let one = 0xdeadbeef ^ seed;
  let other = 0x41c6ce57 ^ seed;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 2654435761);
    other = Math.imul(other ^ unit, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
  other = Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return 4294967296 * (0x1fffff & other) + (one >>> 0);
}
