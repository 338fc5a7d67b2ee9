import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRegex } from './regex.js';

describe('the user guide’s examples', () => {
  it.each([
    ['^[hc]at', ['hat', 'cats'], ['a hat', 'bat']],
    ['[hc]at$', ['a hat', 'cat'], ['cats']],
    ['colou?r', ['color', 'colour'], ['colouur']],
    ['[abc]', ['xa', 'b'], ['x', 'A']],
    ['[abcx-z]', ['y'], ['d', 'w']],
    ['^a{3,5}$', ['aaa', 'aaaaa'], ['aa', 'aaaaaa']],
    ['gray|grey', ['grey', 'it is gray'], ['gruy']],
    ['10\\.10\\.0\\.1', ['at 10.10.0.1'], ['10x10.0.1']],
    ['zo+m', ['zom', 'zoom'], ['zm']],
    ['.*oom', ['oom', 'zoom'], ['om']],
    ['\\d+\\s\\w\\D\\S\\W', ['404 x!:-'], ['404x']],
    ['\\x28a\\x29', ['(a)'], ['a']],
    ['^[^a-c]$', ['d'], ['a']],
    ['a{2}', ['baab'], ['aba']],
    ['a{2,}b', ['aaab'], ['ab']],
    ['[\\]\\-x]', [']', '-', 'x'], ['\\']],
    ['\\$', ['5 $'], ['5']],
  ] as const)('%s', (text, yes, no) => {
    const found = parseRegex(text);
    expect(yes.filter((message) => !found(message))).toEqual([]);
    expect(no.filter((message) => found(message))).toEqual([]);
  });
});

describe('any expression', () => {
  const atom = fc.oneof(
    fc.constantFrom('a', 'b', 'c', '.', '\\d', '\\w', '\\s', '\\.', '\\x61', '\\W'),
    fc.constantFrom('[ab]', '[^a]', '[a-c]', '[\\d-]', '[^\\w]', '[.]'),
  );
  const quantifier = fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,3}', '{0,1}', '{2,}');
  const sequence = fc
    .array(fc.tuple(atom, quantifier), { minLength: 1, maxLength: 5 })
    .map((items) => items.map((item) => item.join('')).join(''));
  const branch = fc
    .tuple(fc.constantFrom('', '^'), sequence, fc.constantFrom('', '$'))
    .map((parts) => parts.join(''));
  const expression = fc.array(branch, { minLength: 1, maxLength: 3 }).map((branches) => branches.join('|'));
  const message = fc
    .array(fc.constantFrom('a', 'b', 'c', '1', '.', ' ', '-'), { maxLength: 12 })
    .map((c) => c.join(''));

  it('finds what a backtracking engine finds', () => {
    fc.assert(
      fc.property(expression, message, (text, sent) => {
        expect(parseRegex(text)(sent)).toBe(new RegExp(text).test(sent));
      }),
      { numRuns: 3_000 },
    );
  });

  it('takes time by the message’s length, however it is made', () => {
    // A backtracking engine would not come back from this.
    const found = parseRegex(`${'a*'.repeat(40)}b$`);
    expect(found('a'.repeat(20_000))).toBe(false);
  });
});
