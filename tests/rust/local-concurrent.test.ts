import { describe, expect, inject, it } from 'vitest';
import type { FunctionDefinition } from '../../src/local/local-lambda.js';
import { failureOf, invoke, serveReal } from '../support/functions.js';

/** lambda_runtime's `run_concurrent`: several invocations at once in one process. */

const bootstrap = inject('functions')['concurrent']!;

async function run(settings: Partial<FunctionDefinition> = {}) {
  const service = await serveReal({
    functions: [{ name: 'concurrent', bootstrap, maxConcurrency: 8, ...settings }],
  });
  const call = (payload: unknown) => invoke(service, JSON.stringify(payload), { name: 'concurrent' });
  return { service, call };
}

describe('a function that takes several invocations at once', () => {
  it('has them in one process, and each is answered with its own', async () => {
    const { service, call } = await run();
    // None of them answers before all eight are there.
    const calls = Array.from({ length: 8 }, (_, echo) => call({ echo, together: 8 }));
    const answers = (await Promise.all(calls)).map(({ text, headers }) => ({ ...JSON.parse(text), headers }));
    expect(answers.map(({ echo }) => echo)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(1);
    for (const { request, headers } of answers) expect(request).toBe(headers['x-amzn-requestid']);
    expect(service.environmentCount('concurrent')).toBe(1);
  });

  it('is told of an error, and goes on', async () => {
    const { call } = await run();
    const [failed, fine] = await Promise.all([call({ fail: true }), call({ echo: 'fine' })]);
    expect(failureOf(failed).errorMessage).toContain('told to fail');
    expect(JSON.parse(fine.text).echo).toBe('fine');
  });

  it('goes on when one of its invocations takes too long', async () => {
    const { service, call } = await run({ timeoutSeconds: 1 });
    const [stuck, ...others] = await Promise.all([
      call({ hang: true }),
      ...[1, 2, 3].map((echo) => call({ echo })),
    ]);
    expect(failureOf(stuck).errorType).toBe('Sandbox.Timedout');
    const after = await call({ echo: 'after' });
    const pids = [...others, after].map(({ text }) => JSON.parse(text).pid);
    expect(new Set(pids).size).toBe(1);
    expect(service.environmentCount('concurrent')).toBe(1);
  });

  it('ends with all of them when the process ends, and starts again', async () => {
    const { call } = await run();
    const before = JSON.parse((await call({})).text).pid;
    const [hanging, exiting] = await Promise.all([call({ hang: true, together: 1 }), call({ exit: 3 })]);
    for (const answer of [hanging, exiting])
      expect(failureOf(answer).errorMessage).toBe(
        `RequestId: ${answer.headers['x-amzn-requestid']} Error: Runtime exited with error: exit status 3`,
      );
    expect(JSON.parse((await call({})).text).pid).not.toBe(before);
  });

  it('takes one at a time without the setting', async () => {
    const { service, call } = await run({ maxConcurrency: 1 });
    const answers = await Promise.all([call({ echo: 1 }), call({ echo: 2 })]);
    expect(answers.map(({ text }) => JSON.parse(text).echo)).toEqual([1, 2]);
    expect(service.environmentCount('concurrent')).toBeGreaterThanOrEqual(1);
  });
});
