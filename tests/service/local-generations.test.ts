import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { BOOTSTRAP, invoke, invokeIdle, serve } from '../support/functions.js';
import { exchangeBytes, http } from '../support/http.js';
import { latch } from '../support/latch.js';
import { echo, forever, next, respond, waitFor } from '../support/runtime-actions.js';
import { arrived, endOf, until } from '../support/steering.js';

/** New builds, broken builds, no build yet; and callers that leave. */

describe('generations', () => {
  const artifact = () => ({ bootstrap: BOOTSTRAP, taskRoot: tmpdir() });

  it('holds invocations until there is something to run', async () => {
    const service = await serve([echo()], { functions: [{ name: 'hello' }] });
    const held = await arrived(
      service,
      (onWritten) => invoke(service, '1', { onWritten }),
      (onWritten) => invoke(service, '2', { onWritten }),
      (onWritten) => http(service.urlOf('hello'), { onWritten }),
    );
    expect(service.environmentCount('hello')).toBe(0);
    service.update('hello', artifact());
    const [one, two, url] = await Promise.all(held);
    expect([one!.text, two!.text, url!.status]).toEqual(['1', '2', 200]);
  });

  it('finishes what runs on the old one, and gives the new one to whoever comes now', async () => {
    const gate = latch();
    const service = await serve((number) =>
      number === 1 ? [next(), waitFor(gate), respond('"old"'), next()] : [forever(next(), respond('"new"'))],
    );
    const running = invoke(service);
    await until(() => service.runtimes.starts[0]?.doing === 'waiting');
    service.update('hello', artifact());
    expect((await invoke(service)).text).toBe('"new"');
    gate.open();
    expect((await running).text).toBe('"old"');
    await endOf(service, 0);
    expect(service.runtimes.starts[0]!.exit).toEqual({ kind: 'signal', signal: 'SIGKILL' });
    expect((await invokeIdle(service)).text).toBe('"new"');
    expect(service.environmentCount('hello')).toBe(1);
  });

  it('ends those that are idle at once, and their temporary files', async () => {
    const service = await serve([echo()]);
    await invoke(service);
    await service.runtimes.settled();
    service.update('hello', artifact(), { warmUp: true });
    await endOf(service, 0);
    await until(() => service.runtimes.starts[1]?.doing === 'polling');
    // The one that was started ahead is used.
    expect((await invokeIdle(service, '"warm"')).text).toBe('"warm"');
    expect(service.runtimes.starts).toHaveLength(2);
  });

  it('gives what was warmed up one invocation at a time', async () => {
    const gate = latch();
    const service = await serve((number) =>
      number === 1 ? [next(), waitFor(gate), respond('"first"'), echo()] : [echo()],
    );
    service.update('hello', artifact(), { warmUp: true });
    await until(() => service.runtimes.starts[0]?.doing === 'polling');
    const [first] = await arrived(service, (onWritten) => invoke(service, '1', { onWritten }));
    expect((await invoke(service, '"second"')).text).toBe('"second"');
    gate.open();
    expect((await first!).text).toBe('"first"');
  });

  it('joins an environment that is just being warmed up', async () => {
    const gate = latch();
    const service = await serve([waitFor(gate), echo()], { functions: [{ name: 'hello' }] });
    service.update('hello', artifact(), { warmUp: true });
    await until(() => service.runtimes.starts.length === 1);
    const [joined] = await arrived(service, (onWritten) => invoke(service, '"joined"', { onWritten }));
    gate.open();
    expect((await joined!).text).toBe('"joined"');
    expect(service.runtimes.starts).toHaveLength(1);
  });

  it('answers with what the compiler said while there is nothing that could run', async () => {
    const text = 'error[E0308]: mismatched types <expected> `&str`';
    const service = await serve([echo()]);
    expect((await invoke(service, '1')).text).toBe('1');
    service.fail('hello', text);
    const api = await invoke(service);
    expect([api.status, api.headers['x-amzn-errortype']]).toEqual([502, 'ResourceNotReadyException']);
    expect(JSON.parse(api.text)).toEqual({ Type: 'User', message: text });
    const curl = await http(service.urlOf('hello'), { headers: { accept: '*/*' } });
    expect([curl.status, curl.headers['content-type'], curl.text]).toEqual([
      502,
      'text/plain; charset=utf-8',
      `${text}\n`,
    ]);
    const browser = await http(service.urlOf('hello'), { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect([browser.status, browser.headers['content-type']]).toEqual([502, 'text/html; charset=utf-8']);
    expect(browser.text).toContain('mismatched types &lt;expected&gt; `&amp;str`');
    service.update('hello', artifact());
    expect((await invoke(service, '2')).text).toBe('2');
  });

  it('tells those that wait when the build they wait for fails', async () => {
    const service = await serve([echo()], { functions: [{ name: 'hello' }] });
    const [held] = await arrived(service, (onWritten) => invoke(service, '{}', { onWritten }));
    service.fail('hello', 'no');
    expect((await held!).status).toBe(502);
  });
});

describe('a caller that leaves', () => {
  it('does not stop the function, nor the environment', async () => {
    const gate = latch();
    const service = await serve([next(), waitFor(gate), respond('"unheard"'), echo()]);
    const leaving = new AbortController();
    const left = invoke(service, '1', { signal: leaving.signal });
    await until(() => service.runtimes.starts[0]?.doing === 'waiting');
    leaving.abort();
    await expect(left).rejects.toThrow();
    gate.open();
    await until(() => service.runtimes.answers.length === 2);
    expect((await invokeIdle(service, '2')).text).toBe('2');
    expect(service.environmentCount('hello')).toBe(1);
  });

  it.each([
    ['Invoke', '/2015-03-31/functions/hello/invocations'],
    ['a function URL', '/'],
  ])('in the middle of its request to %s is no invocation', async (_name, path) => {
    const service = await serve([echo()]);
    const bytes = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"half":`;
    // Our end is closed in the middle of the body; the service closes the other.
    await exchangeBytes(service.url.slice('http://'.length), bytes);
    expect((await invoke(service, '1')).text).toBe('1');
    expect(service.runtimes.starts).toHaveLength(1);
  });
});
