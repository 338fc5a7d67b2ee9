import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { checkName, legalName, nameProblem } from './names.js';

describe('nameProblem', () => {
  it.each([
    'a',
    'hello',
    'hi_api',
    'hello-http',
    'Z9',
    'tests',
    'matcher',
    'a'.repeat(64),
    'console',
    'corelib',
  ])('accepts %s', (name) => {
    expect(nameProblem(name)).toBeUndefined();
  });

  it.each([
    ['', 'empty'],
    ['9lives', 'start with a letter'],
    ['_private', 'start with a letter'],
    ['-x', 'start with a letter'],
    ['hello world', 'characters other than'],
    ['héllo', 'characters other than'],
    ['a.b', 'characters other than'],
    ['a'.repeat(65), 'at most 64'],
    ['match', 'keyword'],
    ['gen', 'keyword'],
    ['test', 'comes with Rust'],
    ['core', 'comes with Rust'],
    ['proc-macro', 'comes with Rust'],
    ['build', 'folder that cargo makes'],
    ['deps', 'folder that cargo makes'],
    ['NUL', 'Windows'],
    ['com1', 'Windows'],
    ['tokio', 'crate that the project uses'],
    ['lambda-http', 'crate that the project uses'],
    ['lambda_extension', 'crate that the project uses'],
  ])('refuses %j', (name, why) => {
    expect(nameProblem(name)).toContain(why);
  });
});

describe('legalName', () => {
  it.each([
    ['hello world', 'hello-world'],
    ['9lives', 'lives'],
    ['héllo', 'he-llo'],
    ['match', 'match-function'],
    ['…', 'my-function'],
    ['', 'my-function'],
  ])('makes %j %s', (name, legal) => {
    expect(legalName(name)).toBe(legal);
  });

  it('is legal for any text, and keeps what is legal', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('try', 'std', 'aux')),
        (text) => {
          expect(nameProblem(legalName(text))).toBeUndefined();
          if (nameProblem(text) === undefined && !/[-_]$/.test(text)) expect(legalName(text)).toBe(text);
        },
      ),
    );
  });
});

it('says what is wrong with a name and gives one that is right', () => {
  const refused = () => checkName('my fn!', (legal) => `crablet new ${legal}`);
  expect(refused).toThrow(UserError);
  expect(refused).toThrow("The name 'my fn!' has characters other than letters, digits, - and _.");
  expect(refused).toThrow(expect.objectContaining({ fix: 'crablet new my-fn' }));
});
