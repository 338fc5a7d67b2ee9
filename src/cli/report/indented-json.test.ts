import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indentedJson } from './indented-json.js';

describe('indented JSON', () => {
  it('is what JSON.stringify writes, however the text was spaced', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const written = JSON.stringify(value, null, space);
        // A text that is parsed and written again may lose a number's form, such as -0.
        expect(indentedJson(written)).toBe(JSON.stringify(JSON.parse(written), null, 2));
      }),
      { examples: [[{ 'a"b\\': [[], {}, [1, '{,}', null]] }, undefined]] },
    );
  });

  it('keeps the digits of numbers', () => {
    expect(indentedJson('{"id":12345678901234567890,"n":1.10}')).toBe(
      '{\n  "id": 12345678901234567890,\n  "n": 1.10\n}',
    );
  });
});
