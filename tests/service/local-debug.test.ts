import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { DebuggerNews, LocalEvent } from '../../src/local/events.js';
import type { FunctionDefinition } from '../../src/local/local-lambda.js';
import { failureOf, invoke, serveReal } from '../support/functions.js';
import { temporaryFolder, writeBootstrap } from '../support/processes.js';
import { until } from '../support/steering.js';
import { attach } from '../support/tracer.js';

/** Functions that wait for a debugger: real processes, and what a debugger does to be one. */

let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** A function that answers when its event says so: `{"ms": N}`. */
async function debugged(settings: Partial<FunctionDefinition> = {}) {
  const bootstrap = join(folder.path, 'waits');
  writeBootstrap(
    bootstrap,
    '(text) => new Promise((done) => setTimeout(done, JSON.parse(text).ms ?? 0, process.pid))',
  );
  const news: DebuggerNews[] = [];
  /** The invocations that have begun. */
  const begun: string[] = [];
  const service = await serveReal({
    functions: [{ name: 'hello', bootstrap, ...settings }],
    debug: true,
    onEvent: (event: LocalEvent) => {
      if (event.type === 'debugger') news.push(event);
      if (event.type === 'platform' && event.record.type === 'start') begun.push(event.record.requestId);
    },
  });
  const awaited = async () => {
    await until(() => news.length > 0);
    const { pid } = news.at(-1)!;
    const tracer = await attach(pid);
    onTestFinished(() => tracer.detach());
    return { pid, tracer };
  };
  return { service, news, begun, awaited };
}

describe.runIf(process.platform === 'linux')('a function under a debugger', () => {
  it('is not called before one is attached, whoever waits', async () => {
    const { service, news, awaited } = await debugged();
    service.update(
      'hello',
      { bootstrap: join(folder.path, 'waits'), taskRoot: folder.path },
      { warmUp: true },
    );
    const both = [invoke(service, '{}'), invoke(service, '{}')];
    await until(() => news.length > 0);
    expect(news.map(({ attached }) => attached)).toEqual([false]);
    const { pid } = await awaited();
    const texts = (await Promise.all(both)).map(({ text }) => text);
    // One process: whoever debugs looks at one.
    expect(texts).toEqual([String(pid), String(pid)]);
    expect(news.some(({ attached }) => attached)).toBe(true);
    expect(service.environmentCount('hello')).toBe(1);
  });

  it('has all the time in the world while it is attached, and its own time afterwards', async () => {
    const { service, begun, awaited } = await debugged({ timeoutSeconds: 0.5 });
    service.update(
      'hello',
      { bootstrap: join(folder.path, 'waits'), taskRoot: folder.path },
      { warmUp: true },
    );
    const slow = invoke(service, '{"ms": 1200}');
    const { tracer } = await awaited();
    expect((await slow).headers['x-amz-function-error']).toBeUndefined();
    const endless = invoke(service, '{"ms": 100000}');
    // A debugger is told of each time that it lets something go on: only this says that the second one has.
    await until(() => begun.length === 2);
    await tracer.detach();
    const answer = await endless;
    expect(failureOf(answer).errorType).toBe('Sandbox.Timedout');
  });
});
