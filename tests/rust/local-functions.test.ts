import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import type { LocalEvent } from '../../src/local/events.js';
import type { FunctionDefinition, LocalLambda } from '../../src/local/local-lambda.js';
import { failureOf, invoke, serveReal } from '../support/functions.js';
import { type HttpAnswer, http, openHttp } from '../support/http.js';
import { logOf } from '../support/log-lines.js';
import { eventually, temporaryFolder } from '../support/processes.js';

/** Functions made with the official crates, over raw HTTP. */

const built = inject('functions');

/** One real function under its own name, and what was told of it. */
async function run(
  name: string,
  settings: Partial<FunctionDefinition> = {},
): Promise<LocalLambda & { call: (payload?: string) => Promise<HttpAnswer>; events: LocalEvent[] }> {
  const events: LocalEvent[] = [];
  const service = await serveReal({
    functions: [{ name, bootstrap: built[name]!, ...settings }],
    onEvent: (event) => events.push(event),
  });
  return { ...service, events, call: (payload = '{}') => invoke(service, payload, { name }) };
}

/** What the events tell of the run's last REPORT. */
const reported = (events: readonly LocalEvent[]) =>
  events.some((event) => event.type === 'platform' && event.record.type === 'report');

describe('what a handler is told', () => {
  it('is the event and all of the context', async () => {
    const service = await run('event-echo', { timeoutSeconds: 20, memoryMb: 512 });
    const answer = await invoke(service, '{"a":[1,null,"ü"]}', {
      name: 'event-echo',
      query: '?Qualifier=$LATEST',
      headers: {
        'X-Amz-Client-Context': Buffer.from(
          '{"client":{"installation_id":"i","app_title":"t","app_version_name":"n","app_version_code":"c","app_package_name":"p"},"custom":{"k":"v"},"environment":{"e":"f"}}',
        ).toString('base64'),
        'X-Amzn-Trace-Id': 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1',
      },
    });
    const told = JSON.parse(answer.text);
    expect(told).toMatchObject({
      event: { a: [1, null, 'ü'] },
      requestId: answer.headers['x-amzn-requestid'],
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:event-echo:$LATEST',
      traceId: expect.stringMatching(/^Root=1-5759e988-bd862e3fe1be46a994272793;Parent=\w{16};Sampled=1$/),
      traceVariable: told.traceId,
      clientContext: { custom: { k: 'v' }, environment: { e: 'f' } },
      function: 'event-echo',
      memory: 512,
      version: '$LATEST',
    });
    expect(told.remainingMs).toBeGreaterThan(0);
    expect(told.remainingMs).toBeLessThanOrEqual(20_000);
    await eventually('its log is told', () => reported(service.events));
    expect(logOf(service.events)).toContain(`got ${told.requestId}`);
  });

  it('is a client context, unless it holds letters beyond ASCII: the runtime ends over those', async () => {
    const service = await run('event-echo');
    const withContext = (who: string) =>
      invoke(service, '{}', {
        name: 'event-echo',
        headers: { 'X-Amz-Client-Context': Buffer.from(`{"custom":{"who":${who}}}`).toString('base64') },
      });
    // As AWS's emulator does, we hand the letters on as they are; lambda_runtime 1.5.0 reads them with to_str.
    expect(failureOf(await withContext('"Jürgen"')).errorMessage).toContain('exit status 1');
    const escaped = JSON.parse((await withContext('"J\\u00fcrgen"')).text);
    expect(escaped.clientContext.custom).toEqual({ who: 'Jürgen' });
  });

  it('is any JSON, and {} where there was nothing', async () => {
    const service = await run('event-echo');
    for (const [sent, got] of [
      ['"text"', 'text'],
      ['3', 3],
      ['null', null],
      ['[]', []],
      ['', {}],
    ] as const) {
      expect(JSON.parse((await service.call(sent)).text).event).toEqual(got);
    }
  });
});

describe('failures', () => {
  const mode = (name: string, more: object = {}) => JSON.stringify({ mode: name, ...more });

  it('an Err has the recorded payload', async () => {
    const service = await run('failing');
    const answer = await service.call(mode('err'));
    failureOf(answer);
    // The type is recorded from AWS (localstack test_lambda_common, test_uncaught_exception_invoke[provided.al2023]).
    expect(answer.text).toBe(
      '{"errorType":"&alloc::boxed::Box<dyn core::error::Error + core::marker::Send + core::marker::Sync>","errorMessage":"some_error_msg"}',
    );
    expect((await service.call()).text).toBe('"ok"');
  });

  it('a panic is caught by the runtime, and the process goes on', async () => {
    const service = await run('failing');
    const answer = await service.call(mode('panic'));
    // The type names are those of rustc 1.95 (recorded on 23 Nov 2026 with lambda_runtime 1.5.0).
    expect(failureOf(answer)).toEqual({
      errorType: '&alloc::boxed::Box<dyn core::any::Any + core::marker::Send>',
      errorMessage: 'Lambda panicked: it all went wrong',
    });
    expect((await service.call()).text).toBe('"ok"');
    await eventually('its log is told', () => reported(service.events));
    expect(logOf(service.events).filter((line) => line.startsWith('INIT_START'))).toHaveLength(1);
    expect(logOf(service.events).join('\n')).toContain('it all went wrong');
  });

  it.each([
    [mode('exit', { status: 0 }), 'Runtime exited without providing a reason'],
    [mode('exit', { status: 3 }), 'Runtime exited with error: exit status 3'],
    [mode('abort'), 'Runtime exited with error: signal: aborted'],
    [mode('segfault'), 'Runtime exited with error: signal: segmentation fault'],
  ])(
    '%s ends the process: its caller is told how, and the next finds a new one',
    async (payload, message) => {
      const service = await run('failing');
      const answer = await service.call(payload);
      failureOf(answer);
      expect(answer.text).toBe(
        `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ${answer.headers['x-amzn-requestid']} Error: ${message}"}`,
      );
      expect((await service.call()).text).toBe('"ok"');
      expect(service.environmentCount('failing')).toBe(1);
      // What it wrote before its end is not lost.
      expect(logOf(service.events)).toContain(`about to: ${JSON.stringify(JSON.parse(payload).mode)}`);
    },
  );

  it('a timeout', async () => {
    const service = await run('failing', { timeoutSeconds: 1 });
    const answer = await service.call(mode('sleep', { ms: 60_000 }));
    failureOf(answer);
    expect(answer.text).toBe(
      `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ${answer.headers['x-amzn-requestid']} Error: Task timed out after 1.00 seconds"}`,
    );
  });

  it('a response that is too large, and one that just is not', async () => {
    const service = await run('failing');
    expect((await service.call(mode('big', { bytes: 6_291_556 }))).body).toHaveLength(6_291_556);
    for (const _ of [1, 2]) {
      const answer = await service.call(mode('big', { bytes: 6_291_557 }));
      failureOf(answer);
      expect(answer.text).toBe(
        '{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}',
      );
    }
    expect((await service.call()).text).toBe('"ok"');
  });

  it('an exit during init', async () => {
    const service = await run('failing', { environment: { INIT_EXIT: '7' } });
    const answer = await service.call();
    expect(failureOf(answer).errorMessage).toBe(
      `RequestId: ${answer.headers['x-amzn-requestid']} Error: Runtime exited with error: exit status 7`,
    );
    await eventually('its log is told', () => reported(service.events));
    const lines = logOf(service.events).map((line) => line.split('\t')[0]);
    expect(lines.slice(0, 7)).toEqual([
      expect.stringContaining('INIT_START'),
      'leaving during init',
      expect.stringContaining('INIT_REPORT'),
      expect.stringContaining('INIT_START'),
      'leaving during init',
      expect.stringContaining('INIT_REPORT'),
      'START RequestId: ID Version: $LATEST',
    ]);
  });

  it('a main that never asks for work', async () => {
    const warnings: string[] = [];
    const service = await serveReal({
      functions: [
        {
          name: 'failing',
          bootstrap: built['failing']!,
          environment: { NEVER_NEXT: '1' },
          timeoutSeconds: 0.3,
        },
      ],
      initLimitMs: 200,
      onWarning: (text) => warnings.push(text),
    });
    const answer = await invoke(service, '{}', { name: 'failing' });
    expect(failureOf(answer).errorMessage).toContain('Task timed out after 0.30 seconds');
    expect(warnings).toEqual([expect.stringContaining('failing has not asked for an event')]);
  });

  it('a payload that does not fit is told with where it does not', async () => {
    const service = await run('http-echo');
    const answer = await service.call('{"not":"http"}');
    expect(failureOf(answer).errorMessage).toMatch(/failed to deserialize the incoming data/);
  });
});

describe('where a function runs', () => {
  it('has its variables, its folder, its /tmp, and keeps its memory while it is used again', async () => {
    const service = await run('environment', { environment: { OWN: 'value' } });
    const tell = async (payload: object) => JSON.parse((await service.call(JSON.stringify(payload))).text);
    const first = await tell({ write: 'a' });
    expect(first.variables).toMatchObject({ OWN: 'value', AWS_LAMBDA_FUNCTION_NAME: 'environment' });
    expect(first.variables).not.toHaveProperty('HOME');
    expect(first).toMatchObject({ arguments: 1, files: ['a'], invocations: 1 });
    expect(first.temporary).toBe(first.variables.TMPDIR);
    expect(first.directory).toBe(first.variables.LAMBDA_TASK_ROOT);
    expect(readdirSync(first.temporary)).toEqual(['a']);
    // Its next poll reaches us a moment after its answer: until then it counts as busy.
    let second = await tell({});
    while (second.pid !== first.pid) second = await tell({});
    expect(second.files).toEqual(['a']);
    expect(second.invocations).toBeGreaterThan(1);
  });

  it('/tmp outlives a crash, memory does not; other environments see nothing of it', async () => {
    const service = await run('environment');
    failureOf(await service.call('{"write":"kept","exit":true}'));
    const again = JSON.parse((await service.call()).text);
    expect(again).toMatchObject({ files: ['kept'], invocations: 1 });
  });

  it('a hundred at once have a hundred environments, and all are answered', async () => {
    const service = await run('waits');
    // Each waits longer than it takes to start them all: none could answer twice.
    const numbers = Array.from({ length: 100 }, (_, number) => number);
    const answers = await Promise.all(
      numbers.map((number) => service.call(JSON.stringify({ number, ms: 8_000 }))),
    );
    const told = answers.map(({ text }) => JSON.parse(text) as { event: { number: number }; pid: number });
    expect(told.map(({ event }) => event.number)).toEqual(numbers);
    expect(new Set(told.map(({ pid }) => pid)).size).toBe(100);
    expect(service.environmentCount('waits')).toBe(100);
  });
});

describe('over HTTP', () => {
  it('the request reaches lambda_http, and its response the client', async () => {
    const service = await run('http-echo');
    const answer = await http(`${service.url}/a%20b/c?x=1&x=2&y=%C3%BC`, {
      method: 'PUT',
      headers: { 'Content-Type': 'text/plain', 'X-Own': 'yes', Cookie: 'a=1; b=2' },
      body: 'Grüße',
    });
    expect([answer.status, answer.headers['content-type']]).toEqual([201, 'application/json']);
    expect(JSON.parse(answer.text)).toMatchObject({
      method: 'PUT',
      path: '/a%20b/c',
      query: { y: 'ü' },
      headers: { 'x-own': 'yes', cookie: 'a=1; b=2' },
      body: 'Grüße',
    });
  });

  it('bytes go both ways', async () => {
    const service = await run('http-echo');
    const bytes = Buffer.from([0, 159, 146, 150]);
    const posted = await http(service.url, {
      method: 'POST',
      headers: { 'Content-Type': 'image/png' },
      body: bytes,
    });
    expect(JSON.parse(posted.text).body).toEqual([...bytes]);
    expect([...(await http(`${service.url}/binary`)).body]).toEqual([0, 1, 254, 255]);
  });

  it('cookies and an empty answer', async () => {
    const service = await run('http-echo');
    expect((await http(`${service.url}/cookies`)).headers['set-cookie']).toEqual(['a=1; Path=/', 'b=2']);
    const empty = await http(`${service.url}/empty`);
    expect([empty.status, empty.text]).toEqual([204, '']);
  });

  it('the example greets', async () => {
    const service = await run('hello-http');
    const answer = await http(`${service.url}/?name=Rust`);
    expect([answer.status, answer.text]).toEqual([200, 'Hello Rust, this is Rust on Lambda!']);
  });

  it('a streaming function streams', async () => {
    const service = await run('chunks');
    const folder = temporaryFolder();
    const release = join(folder.path, 'go on');
    const response = await openHttp(`${service.url}/?chunks=5&release=${encodeURIComponent(release)}`);
    expect([response.statusCode, response.headers['content-type'], response.headers['set-cookie']]).toEqual([
      203,
      'text/event-stream',
      ['streamed=yes'],
    ]);
    let text = '';
    for await (const chunk of response) {
      // The function writes no second chunk before this file exists: the first is here already.
      if (text === '') writeFileSync(release, '');
      text += String(chunk);
    }
    folder.remove();
    expect(text).toBe('chunk 1\nchunk 2\nchunk 3\nchunk 4\nchunk 5\n');
  });

  it('a stream that breaks off ends as the crate ends it', async () => {
    const service = await run('chunks');
    const answer = await http(`${service.url}/?chunks=1&fail=1`).catch((error: Error) => error);
    // lambda_runtime writes the error into the body: to AWS, and to us, that is a success (src/types.rs, to_tailer).
    expect(answer).toMatchObject({ status: 203 });
    expect((answer as HttpAnswer).text).toMatch(/^chunk 1\n(.*)Lambda-Runtime-Function-Error-Type: /s);
  });

  it.each(['BUFFERED', 'RESPONSE_STREAM'] as const)('%s', async (invokeMode) => {
    const service = await run('chunks', { invokeMode });
    const answer = await http(`${service.url}/?chunks=2`);
    expect([answer.status, answer.text]).toEqual([203, 'chunk 1\nchunk 2\n']);
  });
});
