import { EventStreamCodec } from '@smithy/eventstream-codec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStream } from './read-stream.js';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

function frame(type: 'PayloadChunk' | 'InvokeComplete', body: Uint8Array): Buffer {
  return Buffer.from(codec.encode({ headers: { ':event-type': { type: 'string', value: type } }, body }));
}

const chunk = (bytes: Uint8Array) => frame('PayloadChunk', bytes);
const complete = (body: object) => frame('InvokeComplete', Buffer.from(JSON.stringify(body)));

async function* cut(bytes: Buffer, places: readonly number[]) {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(from, end);
    from = end;
  }
}

async function read(bytes: Buffer, places: readonly number[] = []) {
  const chunks: Buffer[] = [];
  const end = await readStream(cut(bytes, places), (one) => chunks.push(one));
  return { ...end, payload: Buffer.concat(chunks), chunks };
}

describe('readStream', () => {
  it('gives the same at any chunking', async () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(payloads, fc.array(fc.nat(), { maxLength: 20 }), async (list, places) => {
        const log = Buffer.from('END RequestId: ü\n').toString('base64');
        const bytes = Buffer.concat([...list.map(chunk), complete({ LogResult: log })]);
        const { payload, functionError, log: tail } = await read(bytes, places);
        expect(payload).toEqual(Buffer.concat(list));
        expect({ functionError, tail }).toEqual({ functionError: undefined, tail: 'END RequestId: ü\n' });
      }),
    );
  });

  it('hands each chunk on when its frame is whole', async () => {
    const { chunks } = await read(
      Buffer.concat([chunk(Buffer.from('a')), chunk(Buffer.from('b')), complete({})]),
    );
    expect(chunks.map(String)).toEqual(['a', 'b']);
  });

  it('tells how the function failed', async () => {
    const bytes = complete({ ErrorCode: 'Runtime.ExitError', ErrorDetails: 'it broke' });
    expect(await read(bytes)).toMatchObject({ functionError: 'Runtime.ExitError', errorDetails: 'it broke' });
  });

  it('takes a stream that ends without its last frame for a failure, and keeps what came', async () => {
    const whole = Buffer.concat([chunk(Buffer.from('half')), complete({})]);
    for (const length of [0, 3, whole.length - 1]) {
      const { functionError, errorDetails } = await read(whole.subarray(0, length));
      expect({ functionError, errorDetails }).toEqual({
        functionError: 'Unhandled',
        errorDetails: 'The stream broke off.',
      });
    }
    expect(String((await read(whole.subarray(0, whole.length - 1))).payload)).toBe('half');
  });
});
