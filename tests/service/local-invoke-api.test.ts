import { Agent } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BOOTSTRAP,
  failureOf,
  invoke,
  invokeIdle,
  type ScriptedService,
  serve,
} from '../support/functions.js';
import { exchangeBytes, http } from '../support/http.js';
import { latch } from '../support/latch.js';
import { withoutNumbers } from '../support/log-lines.js';
import {
  call,
  echo,
  exit,
  hang,
  next,
  print,
  reportError,
  respond,
  send,
} from '../support/runtime-actions.js';

/** `POST /2015-03-31/functions/{FunctionName}/invocations`, as AWS's clients see it. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const withType = (type: string) => ({ headers: { 'X-Amz-Invocation-Type': type } });

describe('RequestResponse', () => {
  it('answers with the payload and the headers that AWS sends', async () => {
    const service = await serve([echo()]);
    const answer = await invoke(service, '{"a": 1.0}', withType('RequestResponse'));
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('{"a": 1.0}');
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': '10',
      'x-amz-executed-version': '$LATEST',
      'x-amzn-remapped-content-length': '0',
      'x-amzn-requestid': expect.stringMatching(UUID),
      'x-amzn-trace-id': expect.stringMatching(/^root=1-[0-9a-f]{8}-[0-9a-f]{24};/),
    });
    expect(answer.headers).not.toHaveProperty('x-amz-function-error');
    expect(answer.headers).not.toHaveProperty('x-amz-log-result');
  });

  it('hands any JSON to the function, byte by byte', async () => {
    const service = await serve([echo()]);
    await fc.assert(
      fc.asyncProperty(fc.json(), async (json) => {
        expect((await invokeIdle(service, json)).text).toBe(json);
      }),
      { numRuns: 50 },
    );
  });

  it('makes {} of no payload', async () => {
    const service = await serve([echo()]);
    expect((await invoke(service, '')).text).toBe('{}');
  });

  it('keeps the root of a trace that the caller began', async () => {
    const root = 'Root=1-5759e988-bd862e3fe1be46a994272793';
    const service = await serve([
      next(),
      respond((event) => JSON.stringify(event.headers['lambda-runtime-trace-id'])),
    ]);
    const answer = await invoke(service, '', {
      headers: { 'X-Amzn-Trace-Id': `${root};Parent=53995c3f42cd8ad8;Sampled=1` },
    });
    expect(answer.text).toContain(root);
    expect(answer.text).toContain('Sampled=1');
  });

  it('marks a failure that the function reports as Unhandled', async () => {
    const service = await serve([next(), reportError('{"errorType":"E","errorMessage":"m"}'), next()]);
    const answer = await invoke(service);
    expect(failureOf(answer)).toEqual({ errorType: 'E', errorMessage: 'm' });
    expect(answer.headers['x-amz-executed-version']).toBe('$LATEST');
  });
});

describe('Event and DryRun', () => {
  it('Event is taken before the function has done anything', async () => {
    const handled = latch<string>();
    const service = await serve([
      next(),
      call((start) => handled.open(String(start.events[0]!.body))),
      respond(),
      next(),
    ]);
    const answer = await invoke(service, '{"later":true}', withType('Event'));
    expect([answer.status, answer.text, answer.headers['x-amz-executed-version']]).toEqual([
      202,
      '',
      undefined,
    ]);
    expect(answer.headers['x-amzn-requestid']).toMatch(UUID);
    expect(await handled).toBe('{"later":true}');
    expect(service.runtimes.starts[0]!.events[0]!.requestId).toBe(answer.headers['x-amzn-requestid']);
  });

  it('DryRun runs nothing', async () => {
    const service = await serve([echo()]);
    const answer = await invoke(service, '{}', withType('DryRun'));
    expect([answer.status, answer.text, answer.headers['x-amz-executed-version']]).toEqual([
      204,
      '',
      undefined,
    ]);
    expect(service.runtimes.starts).toHaveLength(0);
  });

  it('DryRun of what does not exist is refused all the same', async () => {
    const service = await serve([echo()]);
    expect((await invoke(service, '{}', { ...withType('DryRun'), name: 'nobody' })).status).toBe(404);
  });
});

describe('the log tail', () => {
  const tail = { headers: { 'X-Amz-Log-Type': 'Tail' } };
  const logOfAnswer = (answer: { headers: Record<string, unknown> }) =>
    Buffer.from(String(answer.headers['x-amz-log-result']), 'base64').toString('utf8');

  it('is START to REPORT of this invocation, without the init before it', async () => {
    const service = await serve([
      print('in init\n'),
      next(),
      print('one\ntwo\n'),
      respond('"first"'),
      next(),
      print('other\n'),
      respond('"second"'),
      next(),
    ]);
    const first = await invokeIdle(service, '{}', tail);
    const id = first.headers['x-amzn-requestid'];
    const lines = logOfAnswer(first).split('\n');
    expect(lines.slice(0, 4)).toEqual([
      `START RequestId: ${id} Version: $LATEST`,
      'one',
      'two',
      `END RequestId: ${id}`,
    ]);
    expect(withoutNumbers(lines[4]!)).toBe(
      'REPORT RequestId: ID\tDuration: N ms\tBilled Duration: N ms\tMemory Size: 128 MB\tMax Memory Used: 42 MB\tInit Duration: N ms\t',
    );
    expect(lines.slice(5)).toEqual(['']);
    const second = logOfAnswer(await invokeIdle(service, '{}', tail));
    expect(second).toContain('\nother\nEND');
    expect(second).not.toContain('Init Duration');
  });

  it('is the last 4 KB', async () => {
    const service = await serve([next(), print(`${'x'.repeat(10_000)}\nlast line\n`), respond(), next()]);
    const log = Buffer.from(
      String((await invoke(service, '{}', tail)).headers['x-amz-log-result']),
      'base64',
    );
    expect(log).toHaveLength(4_096);
    expect(log.toString()).toMatch(/^x+\nlast line\nEND RequestId: .*\nREPORT .*\n$/);
  });

  it('comes with a failure too', async () => {
    const service = await serve([next(), print('oh no\n'), reportError('{}'), next()]);
    const answer = await invoke(service, '{}', tail);
    expect(logOfAnswer(answer)).toMatch(
      /^START.*\noh no\nEND .*\nREPORT .*\tStatus: error\tError Type: Runtime.Unknown\n$/,
    );
  });

  it('comes with the end of a process too', async () => {
    const service = await serve([next(), print('last words\n'), exit(2)]);
    const answer = await invoke(service, '{}', tail);
    expect(failureOf(answer).errorType).toBe('Runtime.ExitError');
    expect(logOfAnswer(answer)).toMatch(/^START.*\nlast words\nEND .*\nREPORT .*Runtime.ExitError\n$/);
  });

  it('is not sent for an Event', async () => {
    const service = await serve([echo()]);
    const answer = await invoke(service, '{}', {
      headers: { ...tail.headers, 'X-Amz-Invocation-Type': 'Event' },
    });
    expect(answer.headers).not.toHaveProperty('x-amz-log-result');
  });
});

describe('what is no operation', () => {
  it.each([
    ['GET', '/2015-03-31/functions/hello/invocations'],
    ['POST', '/2015-03-31/functions/hello'],
    ['POST', '/2015-03-31/functions/%E0%A4%A/invocations'],
    ['POST', '/2015-03-31/functions//invocations'],
    ['PATCH', '/2015-03-31/functions'],
    ['POST', '/2021-11-15/functions/hello/invocations'],
    ['PUT', '/2099-12-31/anything'],
  ])('%s %s', async (method, path) => {
    const service = await serve([echo()]);
    const answer = await http(`${service.url}${path}`, { method, body: method === 'GET' ? '' : '{}' });
    expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([404, 'UnknownOperationException']);
    expect(service.runtimes.starts).toHaveLength(0);
  });

  it('what is no HTTP gets a 400 and is cut off', async () => {
    const service = await serve([echo()]);
    const address = service.url.slice('http://'.length);
    expect(await exchangeBytes(address, 'SSH-2.0-whatever\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    expect((await invoke(service, '1')).text).toBe('1');
  });
});

describe('close', () => {
  it('tells everyone who waits, and can be called twice', async () => {
    const service = await serve((number) => (number === 1 ? [next(), hang()] : [echo()]), {
      functions: [{ name: 'hello', bootstrap: BOOTSTRAP }, { name: 'building' }],
    });
    const running = invoke(service);
    await untilAct(service);
    const runningUrl = http(`${service.url}/lambda-url/building/`);
    const held = invoke(service, '{}', { name: 'building' });
    // Both have been read when a later request is answered.
    await invoke(service, '{}', withType('DryRun'));
    await Promise.all([service.close(), service.close()]);
    const [first, second, third] = await Promise.all([running, held, runningUrl]);
    for (const answer of [first, second]) {
      expect([answer.status, answer.headers['x-amzn-errortype']]).toEqual([500, 'ServiceException']);
    }
    expect(third.status).toBe(502);
    await expect(invoke(service, '{}', { agent: new Agent() })).rejects.toThrow('ECONNREFUSED');
    expect(service.runtimes.starts[0]!.exit).toEqual({ kind: 'signal', signal: 'SIGKILL' });
    const runtimeApi = `http://${service.runtimes.starts[0]!.env['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/ping`;
    await expect(http(runtimeApi, { agent: new Agent() })).rejects.toThrow('ECONNREFUSED');
  });
});

describe('the library', () => {
  it('invokes without HTTP', async () => {
    const service = await serve([
      next(),
      print('hello\n'),
      respond((event) => event.body),
      next(),
      reportError('{"errorType":"E"}'),
      send('/2018-06-01/ping'),
      next(),
    ]);
    const fine = await service.invoke('hello', { a: 1 }, { logTail: true });
    expect({ ...fine, payload: fine.payload.toString() }).toMatchObject({
      statusCode: 200,
      executedVersion: '$LATEST',
      payload: '{"a":1}',
      log: expect.stringContaining('\nhello\nEND'),
    });
    expect(fine.functionError).toBeUndefined();
    await service.runtimes.settled();
    const failed = await service.invoke('hello');
    expect([failed.functionError, failed.payload.toString()]).toEqual(['Unhandled', '{"errorType":"E"}']);
    await expect(service.invoke('nobody')).rejects.toThrow("There is no function 'nobody'. There are: hello");
  });
});

async function untilAct(service: ScriptedService): Promise<void> {
  while (service.runtimes.starts[0]?.doing !== 'waiting')
    await new Promise((resolve) => setImmediate(resolve));
}

describe("the name '_', as Cargo Lambda's users say it", () => {
  it('means the only function, with its own ARN', async () => {
    const service = await serve([echo()]);
    expect((await invoke(service, '"x"', { name: '_' })).text).toBe('"x"');
    expect(service.runtimes.starts[0]!.events[0]!.headers['lambda-runtime-invoked-function-arn']).toMatch(
      /:function:hello$/,
    );
  });
});
