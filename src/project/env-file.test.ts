import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEnvFile } from './env-file.js';

describe('parseEnvFile', () => {
  it.each<[string, string, Record<string, string>]>([
    ['plain lines', 'A=1\nB=two words\n', { A: '1', B: 'two words' }],
    ['no final line end', 'A=1', { A: '1' }],
    ['nothing', '', {}],
    ['an empty value', 'A=\nB=""\n', { A: '', B: '' }],
    ['comments and empty lines', '# first\n\n  # second\nA=1 # third\n', { A: '1' }],
    ['a # inside a value', 'A=a#b\nB=#fff\n', { A: 'a#b', B: '#fff' }],
    ['export', 'export A=1\n  export   B = 2 \n', { A: '1', B: '2' }],
    ['double quotes', 'A="a # b\\n\\"c\\" \\\\"\n', { A: 'a # b\n"c" \\' }],
    ['single quotes', 'A=\'a \\n # "b"\' # why\n', { A: 'a \\n # "b"' }],
    [
      'a value over several lines',
      'KEY="-----BEGIN\nabc\n-----END"\nB=1',
      { KEY: '-----BEGIN\nabc\n-----END', B: '1' },
    ],
    ['an equals sign in a value', 'URL=postgres://u:p@h/d?x=y\n', { URL: 'postgres://u:p@h/d?x=y' }],
    ['nothing expanded', 'A=$HOME/x\n', { A: '$HOME/x' }],
    ['the last of two', 'A=1\nA=2\n', { A: '2' }],
    ['a file from Windows', '\uFEFFA=1\r\nB=2\r\n', { A: '1', B: '2' }],
  ])('reads %s', (_, text, variables) => {
    expect(parseEnvFile(text)).toEqual({ variables });
  });

  it.each([
    ['a line without =', 'A=1\nB\n', 2, /NAME=value/],
    ['a name with a blank', 'A B=1\n', 1, /NAME=value/],
    ['a quote that is not closed', 'A=1\n\nB="x\ny\n', 3, /quote of B/],
    ['something after a quote', "A='x'y\n", 1, /quote of A/],
    ['a line after a value of several lines', 'A="1\n2\n3"\nB\n', 4, /NAME=value/],
  ])('refuses %s, with its line', (_, text, line, why) => {
    expect(parseEnvFile(text)).toEqual({ line, why: expect.stringMatching(why) });
  });

  it('reads back any value that was written in double quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        fc.pre(!value.includes('\r'));
        const quoted = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
        expect(parseEnvFile(`A="${quoted}"\n`)).toEqual({ variables: { A: value } });
      }),
    );
  });

  it('never throws and always ends', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'A=\'"\\\n# \t\r') }),
        (text) => parseEnvFile(text) !== undefined,
      ),
    );
  });
});
