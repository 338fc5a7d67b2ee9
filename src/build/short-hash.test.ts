import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortHash } from './short-hash.js';

describe('a short hash', () => {
  it('is a file name of one length', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(shortHash(text)).toMatch(/^[0-9a-f]{28}$/);
      }),
    );
  });

  it('differs wherever a text differs by one character', () => {
    const text = 'PATH=/usr/bin\nHOME=/home/someone\nAWS_REGION=eu-west-1';
    const near = [...text].flatMap((_, at) =>
      ['x', '\n', '']
        .map((other) => text.slice(0, at) + other + text.slice(at + 1))
        .filter((one) => one !== text),
    );
    const all = [...new Set([text, ...near])];
    expect(new Set(all.map(shortHash)).size).toBe(all.length);
    // Both halves do their part.
    expect(new Set(all.map((one) => shortHash(one).slice(0, 14))).size).toBe(all.length);
    expect(new Set(all.map((one) => shortHash(one).slice(14))).size).toBe(all.length);
  });
});
