import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PRELUDE_BYTES, PreludeSplitter, parseErrorTrailer } from './response-stream.js';

const NULS = Buffer.alloc(8);

function stream(prelude: string, body: string | Uint8Array = ''): Buffer {
  return Buffer.concat([Buffer.from(prelude), NULS, Buffer.from(body as string)]);
}

/** What the splitter says to the whole stream, and the body it leaves. */
function split(chunks: readonly Uint8Array[]) {
  const splitter = new PreludeSplitter();
  for (const [index, chunk] of chunks.entries()) {
    const answer = splitter.push(chunk);
    if (answer === 'need-more') continue;
    if (answer.kind === 'invalid') return answer;
    return { prelude: answer.prelude, body: Buffer.concat([answer.rest, ...chunks.slice(index + 1)]) };
  }
  return splitter.end();
}

/** The same bytes, cut at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...sorted, bytes.length].map((end, index) =>
    bytes.subarray(index === 0 ? 0 : sorted[index - 1], end),
  );
}

describe('a prelude', () => {
  it.each([
    [
      '{"statusCode":201,"headers":{"x":"y"},"cookies":["a=1"]}',
      {
        status: 201,
        headers: [
          ['x', 'y'],
          ['set-cookie', 'a=1'],
          ['content-type', 'application/octet-stream'],
        ],
      },
    ],
    ['{}', { status: 200, headers: [['content-type', 'application/octet-stream']] }],
    ['{"headers":{"Content-Type":"text/plain"}}', { status: 200, headers: [['Content-Type', 'text/plain']] }],
  ])('%s', (json, prelude) => {
    expect(split([stream(json, 'body')])).toEqual({ prelude, body: Buffer.from('body') });
  });

  it('leaves NUL bytes at the start of the body alone', () => {
    expect(split([stream('{}', Buffer.alloc(3))])).toMatchObject({ body: Buffer.alloc(3) });
  });

  it.each([
    [stream('hello'), 'its prelude is not JSON'],
    [stream(''), 'its prelude is not JSON'],
    [stream('[]'), 'its prelude is not a JSON object'],
    [stream('{"statusCode":99}'), 'its statusCode is 99, and must be a number from 200 to 599'],
    [Buffer.from('{}\0\0\0\0\0\0\0x'), 'its prelude is not followed by eight NUL bytes'],
    [Buffer.from('{}\0\0\0'), 'its stream ended before the eight NUL bytes that end the prelude'],
    [Buffer.from('no prelude at all'), 'its stream ended before the eight NUL bytes that end the prelude'],
    [Buffer.alloc(MAX_PRELUDE_BYTES + 1, 'x'), `its prelude is longer than ${MAX_PRELUDE_BYTES} bytes`],
  ])('%# is invalid', (bytes, why) => {
    expect(split([bytes])).toEqual({ kind: 'invalid', why });
  });

  it('stops collecting once it is too long', () => {
    const splitter = new PreludeSplitter();
    const chunk = Buffer.alloc(65_536, 'x');
    const answers = Array.from({ length: 5 }, () => splitter.push(chunk));
    expect(answers.slice(0, 4)).toEqual(['need-more', 'need-more', 'need-more', 'need-more']);
    expect(answers[4]).toMatchObject({ kind: 'invalid' });
  });
});

it('is the same at any chunking', () => {
  const body = fc.uint8Array({ maxLength: 40 });
  const prelude = fc.oneof(
    fc
      .record({
        statusCode: fc.integer({ min: 200, max: 599 }),
        headers: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string()),
      })
      .map((value) => JSON.stringify(value)),
    fc.string({ maxLength: 20 }),
  );
  const bytes = fc.oneof(
    fc.tuple(prelude, body).map(([prelude, body]) => stream(prelude, body)),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(200)), (bytes, places) => {
      expect(split(cut(bytes, places))).toEqual(split([bytes]));
    }),
    { numRuns: 1000 },
  );
});

describe('the error text at the end of a body', () => {
  const trailer = (body: string) =>
    `Lambda-Runtime-Function-Error-Type: Runtime.StreamError\r\nLambda-Runtime-Function-Error-Body: ${body}\r\n`;

  it('is found behind content, and decoded', () => {
    const tail = Buffer.from(`data${trailer(Buffer.from('the table is gone').toString('base64'))}`);
    expect(parseErrorTrailer(tail)).toEqual({
      errorType: 'Runtime.StreamError',
      message: 'the table is gone',
    });
  });

  it.each(['', 'data', 'data\r\n', `${trailer('YQ==')}more`, trailer('not base64!')])(
    'is not found in %j',
    (tail) => {
      expect(parseErrorTrailer(Buffer.from(tail))).toBeUndefined();
    },
  );
});
