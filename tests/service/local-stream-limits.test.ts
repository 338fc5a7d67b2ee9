import { describe, expect, it } from 'vitest';
import { allFrames, chunk, complete, framesOf, streamInvoke } from '../support/frames.js';
import { failureOf, invoke, serve } from '../support/functions.js';
import { http, openHttp } from '../support/http.js';
import { movedClock } from '../support/moved-clock.js';
import { echo, next, stream } from '../support/runtime-actions.js';

/** How much of a stream leaves, how fast, and what is told where it breaks off. */

const MB = 1_048_576;
const piece = Buffer.alloc(65_536, 'x');
const megabytes = (count: number) => Array.from({ length: (count * MB) / piece.length }, () => piece);
const body = (text: string) => Buffer.from(text).toString('base64');
describe('with AWS’s bandwidth', () => {
  it.each(['a function URL', 'InvokeWithResponseStream'])(
    '%s: 6 MB leave at once, then 2 MB a second',
    async (way) => {
      const clock = movedClock();
      const script = [next(), stream(megabytes(9), { contentType: 'text/plain' }), next()];
      const service = await serve(script, { clock, shapeBandwidth: true });
      const response =
        way === 'a function URL' ? await openHttp(service.urlOf('hello')) : await streamInvoke(service);
      let received = 0;
      const ended = new Promise<void>((resolve) => {
        response.on('data', (data: Buffer) => {
          received += data.length;
        });
        response.on('end', resolve);
      });
      const frames = way === 'a function URL' ? 0 : 300 * 120;
      const started = clock.now();
      // The clock moves only when the function is held up: what has left by then is all that was allowed to.
      for (let atEnd = false; !atEnd; ) {
        atEnd = await Promise.race([ended.then(() => true), heldUp(clock)]);
        const seconds = (clock.now() - started) / 1000;
        expect(received).toBeLessThanOrEqual(6 * MB + seconds * 2 * MB + piece.length + frames);
        if (!atEnd) clock.move(clock.next!);
      }
      expect(received).toBeGreaterThanOrEqual(9 * MB);
      expect(clock.now() - started).toBeGreaterThanOrEqual(1450);
      expect(clock.now() - started).toBeLessThan(1650);
    },
  );

  it('a timeout ends a stream that is held up', async () => {
    const service = await serve([next(), stream(megabytes(9), { contentType: 'text/plain' })], {
      clock: movedClock(),
      shapeBandwidth: true,
      hello: { timeoutSeconds: 0.5 },
    });
    const frames = await allFrames(await streamInvoke(service));
    expect(frames.at(-1)).toEqual(complete({ ErrorCode: 'Sandbox.Timedout' }));
  });

  it('a stream that fits is not held up', async () => {
    const clock = movedClock();
    const service = await serve([next(), stream(['one', 'two']), next()], { clock, shapeBandwidth: true });
    expect((await http(service.urlOf('hello'))).text).toBe('onetwo');
    expect(clock.next).toBeUndefined();
  });
});

describe('more than 200 MB', () => {
  const MOST = 209_715_200;
  const script = () => [
    next(),
    stream([...megabytes(200), 'y', 'z'], { contentType: 'text/plain', status: 413 }),
    echo(),
  ];

  it('break off, and InvokeComplete says why', async () => {
    const service = await serve(script());
    let size = 0;
    let last: unknown;
    for await (const frame of framesOf(await streamInvoke(service))) {
      if (frame.event === 'PayloadChunk') size += Buffer.byteLength(frame.body);
      last = frame;
    }
    expect(size).toBe(MOST);
    expect(last).toEqual(complete({ ErrorCode: 'Function.ResponseSizeTooLarge' }));
    // The environment goes on.
    expect((await invoke(service, '1')).text).toBe('1');
    expect(service.runtimes.starts).toHaveLength(1);
  });

  it('break a URL’s connection', async () => {
    const service = await serve(script());
    const response = await openHttp(service.urlOf('hello'));
    const all = async () => {
      for await (const _ of response);
    };
    await expect(all()).rejects.toThrow('aborted');
  });
});

describe('an error behind what was streamed', () => {
  const trailers = {
    'Lambda-Runtime-Function-Error-Type': 'Function.Broken',
    'Lambda-Runtime-Function-Error-Body': body('{"errorMessage":"no more","errorType":"Broken"}'),
  };
  const told = '{"errorMessage":"no more","errorType":"Broken"}';
  const script = () => [next(), stream(['half'], { trailers }), echo()];

  it('is in InvokeComplete', async () => {
    const service = await serve(script());
    expect(await allFrames(await streamInvoke(service))).toEqual([
      chunk('half'),
      complete({ ErrorCode: 'Function.Broken', ErrorDetails: told }),
    ]);
  });

  it('is what Invoke gets', async () => {
    const service = await serve(script());
    expect(failureOf(await invoke(service))).toEqual(JSON.parse(told));
    expect((await invoke(service, '1')).text).toBe('1');
  });

  it('breaks a URL’s connection', async () => {
    const service = await serve(script());
    await expect(http(service.urlOf('hello'))).rejects.toThrow('aborted');
  });

  it('is content when lambda_runtime writes it as text, and a remark for whoever watches', async () => {
    const text = `Lambda-Runtime-Function-Error-Type: Runtime.StreamError\r\nLambda-Runtime-Function-Error-Body: ${body('it broke')}\r\n`;
    const service = await serve([next(), stream(['half', text.slice(0, 40), text.slice(40)]), next()]);
    expect((await http(service.urlOf('hello'))).text).toBe(`half${text}`);
    expect(service.warnings).toEqual([expect.stringContaining('hello broke its stream off: it broke')]);
  });
});

/** Resolves when something waits for the clock. */
async function heldUp(clock: { readonly next: number | undefined }): Promise<false> {
  while (clock.next === undefined) await new Promise((resolve) => setImmediate(resolve));
  return false;
}
