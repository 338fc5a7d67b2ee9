import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilterPattern } from './pattern.js';

function matches(pattern: string, message: string): boolean {
  const parsed = parseFilterPattern(pattern);
  if ('problem' in parsed) throw new Error(`${pattern}: ${parsed.problem}`);
  return parsed(`${message}\n`);
}

function problem(pattern: string): string | undefined {
  const parsed = parseFilterPattern(pattern);
  return 'problem' in parsed ? parsed.problem : undefined;
}

/** Patterns against messages: which of them match. The examples are the user guide's unless they say otherwise. */
function table(
  title: string,
  messages: readonly string[],
  rows: readonly [pattern: string, found: number[]][],
) {
  describe(title, () => {
    it.each(rows)('%s', (pattern, found) => {
      const indexes = messages.flatMap((message, index) => (matches(pattern, message) ? [index + 1] : []));
      expect(indexes).toEqual(found);
    });
  });
}

table(
  'terms',
  ['ERROR WARN message', 'ERROR message', 'WARN message', 'Exiting with ERRORCODE: -1'],
  [
    ['', [1, 2, 3, 4]],
    ['" "', [1, 2, 3, 4]],
    ['ERROR', [1, 2, 4]],
    ['error', []],
    ['ERROR WARN', [1]],
    ['?ERROR ?WARN', [1, 2, 3, 4]],
    ['?WARN', [1, 3]],
    ['ERROR -WARN', [2, 4]],
    ['"ERROR" - "Exiting"', [1, 2]],
    ['-ERROR', [3]],
    ['"ERROR message"', [2]],
    ['"ERRORCODE: -1"', [4]],
    ['-"ERROR message"', [1, 3, 4]],
    // With any other term, those with a question mark are ignored.
    ['?WARN message', [1, 2, 3]],
    ['?Exiting -WARN', [2, 4]],
    ['%^WARN%', [3]],
    ['%^ERROR|CODE%', [1, 2, 4]],
    ['%ERROR% -%CODE%', [1, 2]],
    ['?%^WARN% ?%-1$%', [3, 4]],
  ],
);

it('reads escapes in a phrase', () => {
  expect(matches('"\\"level\\":\\"error\\""', '{"level":"error"}')).toBe(true);
  expect(matches('"back\\\\slash"', 'back\\slash')).toBe(true);
});

const TRAIL = JSON.stringify({
  eventType: 'UpdateTrail',
  sourceIPAddress: '111.111.111.111',
  arrayKey: ['value', 'another value'],
  objectList: [
    { name: 'a', id: 1 },
    { name: 'b', id: 2 },
  ],
  SomeObject: null,
  ThisFlag: true,
  latency: 500.5,
  'dashed-name': 'x@y',
  starred: 'Ev*ent',
});

table(
  'JSON conditions',
  [TRAIL, '{"eventType":"Other","latency":5}', 'UpdateTrail', '[1]', '{"broken"'],
  [
    ['{ $.eventType = "UpdateTrail" }', [1]],
    ['{$.eventType=UpdateTrail}', [1]],
    ['{ $.eventType != "UpdateTrail" }', [2]],
    ['{ $.eventType = * }', [1, 2]],
    ['{ $.eventType = Update* }', [1]],
    ['{ $.eventType = "*Trail" }', [1]],
    ['{ $.eventType = "*eTr*" }', [1]],
    ['{ $.starred = "Ev*ent" }', [1]],
    ['{ $.eventType = "Up*Trail" }', []],
    ['{ $.eventType = "updatetrail" }', []],
    ['{ $.sourceIPAddress != 123.123.* }', [1]],
    ['{ $.sourceIPAddress = 111.111.* }', [1]],
    ['{ $.arrayKey[0] = "value" }', [1]],
    ['{ $.arrayKey[2] = "value" }', []],
    ['{ $.objectList[1].id = 2 }', [1]],
    ['{ $.SomeObject IS NULL }', [1]],
    ['{ $.eventType IS NULL }', []],
    ['{ $.SomeOtherObject NOT EXISTS }', [1, 2]],
    ['{ $.SomeObject NOT EXISTS }', [2]],
    ['{ $.ThisFlag IS TRUE }', [1]],
    ['{ $.ThisFlag IS FALSE }', []],
    ['{ $.latency > 500 }', [1]],
    ['{ $.latency >= +500.5 }', [1]],
    ['{ $.latency < 10e1 }', [2]],
    ['{ $.latency <= 5 }', [2]],
    ['{ $.latency = 5 }', [2]],
    ['{ $.latency != 5 }', [1]],
    ['{ $.eventType > 5 }', []],
    // What is no value of its own never matches, whatever is said of it.
    ['{ $.arrayKey = "value" }', []],
    ['{ $.arrayKey != "value" }', []],
    ['{ $.SomeObject != "value" }', []],
    ['{ $.nothing != "value" }', []],
    ['{ $.dashed-name = "x@y" }', [1]],
    ['{ $.eventType = %^Up.*l$% }', [1]],
    ['{ $.eventType != %Trail% }', [2]],
    ['{ $.toString NOT EXISTS }', [1, 2]],
  ],
);

const USERS = JSON.stringify({
  user: { id: 1, email: 'John.Stiles@example.com' },
  users: [{ id: 2, email: 'John.Doe@example.com' }],
  actions: ['GET', 'PUT', 'DELETE'],
  coordinates: [[0, 1, 2]],
});

table(
  'JSON conditions together',
  [USERS],
  [
    ['{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', [1]],
    ['{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', []],
    [
      '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }',
      [1],
    ],
    [
      '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) && $.actions[2] = nomatch }',
      [],
    ],
    ['{ $.coordinates[0][1] = 1 }', [1]],
    ['{ $.coordinates[0][1] = "1" }', [1]],
  ],
);

const LOG = [200, 500, 404].map(
  (status) => `127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" ${status} 1534`,
);

table(
  'space-delimited fields',
  [...LOG, 'ERROR WARN message', 'ERROR message', 'WARN message'],
  [
    ['[ip, user, username, timestamp, request, status_code, bytes]', [1, 2, 3]],
    ['[ip, user, username, timestamp, request, status_code = 200, bytes]', [1]],
    ['[ip, user, username, timestamp, request, status_code = 4*, bytes]', [3]],
    ['[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]', [3]],
    ['[ip, user, username, timestamp, request, status_code, bytes > 1000]', [1, 2, 3]],
    ['[ip, user, username, timestamp, request, status_code, bytes < 1000]', []],
    ['[..., status_code=4*, bytes]', [3]],
    ['[..., request=*.html*, status_code=4*,]', [3]],
    ['[ip, user, ..., status_code = 5*, bytes]', [2]],
    ['[ip, user, ..., status_code >= 400 && status_code < 500, bytes]', [3]],
    ['[..., status = 4* && status != 403, bytes]', [3]],
    ['[ip, user, ...]', [1, 2, 3, 4, 5, 6]],
    ['[a, b, c]', [4]],
    ['[w1=ERROR, w2]', [5]],
    ['[w1=ERROR || w1=WARN, w2]', [5, 6]],
    ['[w1!=ERROR&&w1!=WARN, w2]', []],
    ['[(w1=ERROR || w1=WARN) && w1 != WARN, w2]', [5]],
    ['[w1="ERROR", ...]', [4, 5]],
    ['[w1=%^E.*R$%, ...]', [4, 5]],
    ['[timestamp=*Z, ...]', []],
  ],
);

describe('what CloudWatch Logs refuses', () => {
  it.each([
    ['{ $.a = 1', "If a filter pattern starts with '{' it must end with '}'"],
    ['[a, b', "If a filter pattern starts with '[' it must end with ']'"],
    ['{}', 'Invalid filter pattern'],
    ['{ $.a }', 'Invalid filter pattern'],
    ['{ a = 1 }', 'Invalid filter pattern'],
    ['{ $.a = }', 'Invalid filter pattern'],
    ['{ $.a = x@y }', "Invalid character(s) in term 'x@y'"],
    ['{ $.a > many }', 'Invalid filter pattern'],
    ['{ $.a = 1 & $.b = 2 }', 'Invalid filter pattern'],
    ['{ ($.a = 1 }', 'Invalid filter pattern'],
    ['{ $.a = %a% || $.b = %b% || $.c = %c% }', 'Invalid filter pattern'],
    ['[..., ...]', 'Invalid filter pattern'],
    ['[a, b = 4* && c > 1000]', 'Invalid filter pattern'],
    ['[a b]', 'Invalid filter pattern'],
    ['"open', 'Invalid filter pattern'],
    ['%open', 'Invalid filter pattern'],
    ['foo.bar', "Invalid character(s) in term 'foo.bar'"],
    ['[timestamp=“*Z“]', "Invalid character(s) in term '“*Z“'"],
    ['""', 'Invalid character(s) in term \'""\''],
    ['%something!%', "Invalid character(s) in term '%something!%'"],
    ['%(a)%', "Invalid character(s) in term '%(a)%'"],
    ['%ü%', "Invalid character(s) in term '%ü%'"],
    ['%a{3,1}%', 'Invalid filter pattern'],
    ['%[z-a]%', 'Invalid filter pattern'],
    ['%*a%', 'Invalid filter pattern'],
    ['%a{9999}%', 'Invalid filter pattern'],
    ['-', 'Invalid filter pattern'],
  ])('%s', (pattern, said) => {
    expect(problem(pattern)).toBe(said);
  });
});

describe('for any input', () => {
  const alphabet = fc.constantFrom(
    ...['{', '}', '[', ']', '(', ')', '$.', 'a', 'b', '"', '%', '=', '!=', '<', '&&', '||', ' ', ',', '...'],
    ...['*', '-', '?', '\\', '1', 'IS NULL', 'NOT EXISTS', '^', '$', '+', '.', '{2,3}', 'ü', '\n'],
  );
  const pattern = fc.array(alphabet, { maxLength: 25 }).map((parts) => parts.join(''));

  it('a pattern is read or refused, and matches without a fault', () => {
    fc.assert(
      fc.property(fc.oneof(pattern, fc.string()), fc.oneof(fc.string(), fc.json()), (text, message) => {
        const parsed = parseFilterPattern(text);
        if ('problem' in parsed) expect(parsed.problem).toMatch(/./);
        else expect(typeof parsed(message)).toBe('boolean');
      }),
      { numRuns: 2_000 },
    );
  });

  it('a quoted phrase finds exactly the messages that have it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (phrase, before, after) => {
        fc.pre(phrase.trim() !== '' && !phrase.endsWith('\n'));
        const quoted = `"${phrase.replace(/["\\]/g, '\\$&')}"`;
        expect(matches(quoted, before + phrase + after)).toBe(true);
        expect(matches(`-${quoted}`, before + phrase + after)).toBe(false);
      }),
    );
  });

  it('a JSON condition finds the value it was made from', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z_-]{1,8}$/), fc.string(), (name, value) => {
        fc.pre(!value.startsWith('*') && !value.endsWith('*'));
        const literal = `"${value.replace(/["\\]/g, '\\$&')}"`;
        const message = JSON.stringify({ [name]: value });
        expect(matches(`{ $.${name} = ${literal} }`, message)).toBe(true);
        expect(matches(`{ $.${name} != ${literal} }`, message)).toBe(false);
      }),
    );
  });
});
