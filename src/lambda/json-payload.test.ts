import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { golden } from '../../tests/golden/read.js';
import { decodeClientContext } from './client-context.js';
import { describeInvalidJson } from './json-payload.js';
import { invalidJson } from './wire-errors.js';

interface Recorded {
  cases: { name: string; payloadHex: string; message: string }[];
}

const bytes = (text: string) => Buffer.from(text, 'utf8');

describe('recorded messages', () => {
  it.each(golden<Recorded>('payload-encoding').cases)('$name', ({ payloadHex, message }) => {
    const detail = describeInvalidJson(Buffer.from(payloadHex, 'hex'));
    expect(JSON.parse(invalidJson(detail ?? '').body)).toEqual({ Type: 'User', message });
  });
});

const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
describe('messages by analogy', () => {
  it.each([
    ['hello', `Unrecognized token 'hello': was expecting ${VALUES}`, 1, 6],
    ['hello\n', `Unrecognized token 'hello': was expecting ${VALUES}`, 1, 7],
    ['nul', `Unrecognized token 'nul': was expecting ${VALUES}`, 1, 4],
    ['nulls', `Unrecognized token 'nulls': was expecting ${VALUES}`, 1, 6],
    ['héé!', `Unrecognized token 'héé': was expecting ${VALUES}`, 1, 7],
    ['<a/>', `Unexpected character ('<' (code 60)): expected a valid value ${VALUES}`, 1, 1],
    ['{"a":1', 'Unexpected end-of-input: expected close marker for Object', 1, 7],
    ['[1,', 'Unexpected end-of-input: expected close marker for Array', 1, 4],
    ['{"a', 'Unexpected end-of-input: was expecting closing quote for a string value', 1, 4],
    ["{'a':1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name", 1, 2],
    [
      '{"a" 1}',
      "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
      1,
      6,
    ],
    [
      '{"a":1 "b":2}',
      "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries",
      1,
      8,
    ],
    ['[1 2]', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 1, 4],
    [
      '{\n  "a": 1,\n}',
      "Unexpected character ('}' (code 125)): was expecting double-quote to start field name",
      3,
      1,
    ],
    ['"a\\x"', "Unrecognized character escape 'x' (code 120)", 1, 5],
    [
      '"\\u12g4"',
      "Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence",
      1,
      6,
    ],
    [
      '"a\nb"',
      'Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value',
      1,
      4,
    ],
    [
      '\u0001',
      'Illegal character ((CTRL-CHAR, code 1)): only regular white space (\\r, \\n, \\t) is allowed between tokens',
      1,
      1,
    ],
    ['012', 'Invalid numeric value: Leading zeroes not allowed', 1, 4],
    [
      '-x',
      "Unexpected character ('x' (code 120)): expected digit (0-9) to follow minus sign, for valid numeric value",
      1,
      2,
    ],
    ['1.x', "Unexpected character ('x' (code 120)): Decimal point not followed by a digit", 1, 3],
    ['1e', 'Unexpected end-of-input in numeric value', 1, 3],
    ['{} {}', "Unexpected character ('{' (code 123)): Expected space separating root-level values", 1, 4],
    [' \r\n ', 'No content to map due to end-of-input', 2, 2],
  ])('%j', (payload, message, line, column) => {
    const place = `[Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: ${line}, column: ${column}]`;
    expect(describeInvalidJson(bytes(payload))).toBe(
      `Could not parse payload into json: ${message}\n at ${place}`,
    );
  });
});

describe('what is JSON', () => {
  it.each(['', '{}', 'null', '"x"', '3', ' [1] ', '{"a":"✓"}', '"\\ud800"'])('%j', (payload) => {
    expect(describeInvalidJson(bytes(payload))).toBeUndefined();
  });

  it('can be nested as deep as it likes, and so can what is not', () => {
    expect(describeInvalidJson(bytes('['.repeat(100_000)))).toContain('close marker for Array');
  });

  it.each(['c080', 'eda080', 'f4908080'])('is not the byte sequence %s in a string', (hex) => {
    expect(describeInvalidJson(Buffer.from(`22${hex}22`, 'hex'))).toContain('Invalid UTF-8');
  });
});

function isJson(payload: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload));
    return true;
  } catch {
    return false;
  }
}

/** JSON with one byte changed, cut or doubled: closer to real mistakes than random bytes. */
const mutated = fc.tuple(fc.json(), fc.nat(), fc.nat(255)).map(([json, at, byte]) => {
  const payload = bytes(json);
  if (payload.length > 0) payload[at % payload.length] = byte;
  return payload;
});

it('finds a fault exactly when there is one', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), mutated, fc.string().map(bytes)), (payload) => {
      expect(describeInvalidJson(payload) === undefined).toBe(payload.length === 0 || isJson(payload));
    }),
    { numRuns: 1000 },
  );
});

describe('client context', () => {
  const encode = (text: string) => Buffer.from(text).toString('base64');

  it('is decoded and otherwise left alone', () => {
    const json = '{"client": {"app_title": "Zoë"},  "custom": {}}';
    expect(decodeClientContext(encode(json))).toEqual({ kind: 'json', json });
  });

  it.each([
    ['not base64', 'ä{}'],
    ['not JSON', encode('hello')],
    ['not an object', encode('[1]')],
    ['null', encode('null')],
    ['nothing', ''],
  ])('is refused when it is %s', (_, value) => {
    expect(decodeClientContext(value)).toMatchObject({ status: 400, type: 'InvalidRequestContentException' });
  });

  it('is refused over 3583 bytes', () => {
    const longest = encode(JSON.stringify({ a: 'x'.repeat(2677) }));
    expect(longest.length).toBeLessThanOrEqual(3583);
    expect(decodeClientContext(longest).kind).toBe('json');
    expect(decodeClientContext(encode(JSON.stringify({ a: 'x'.repeat(2678) })))).toMatchObject({
      status: 400,
    });
  });
});
