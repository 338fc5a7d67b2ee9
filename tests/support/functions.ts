import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished } from 'vitest';
import type { LocalEvent } from '../../src/local/events.js';
import {
  createLocalLambda,
  type FunctionDefinition,
  type LocalLambda,
  type LocalLambdaOptions,
} from '../../src/local/local-lambda.js';
import { type HttpAnswer, type HttpRequest, http } from './http.js';
import { type ScriptedRuntimes, type Scripts, scripted } from './runtime.js';

/** A bootstrap that could be executed here; scripted runtimes never do. */
export const BOOTSTRAP = process.execPath;

const running: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const service of running.splice(0)) await service.close();
});

export interface ScriptedService extends LocalLambda {
  readonly runtimes: ScriptedRuntimes;
  readonly events: LocalEvent[];
  readonly warnings: string[];
}

export interface ServiceOptions extends Partial<LocalLambdaOptions> {
  /** Settings of the function `hello`, when `functions` is left out. */
  readonly hello?: Partial<FunctionDefinition>;
  /** What external extensions of `hello` do, by name, in the order in which they are started. */
  readonly extensions?: Readonly<Record<string, Scripts>>;
  /** Scripts that are meant to be refused by the kit's own checks. */
  readonly expectMistakes?: boolean;
}

/** A local Lambda whose functions are scripted runtimes; closed after the test, which fails on a script's mistake. */
export async function serve(
  scripts: Scripts,
  { hello, expectMistakes, extensions = {}, ...options }: ServiceOptions = {},
): Promise<ScriptedService> {
  const runtimes = scripted(scripts, extensions);
  const paths = Object.keys(extensions).length === 0 ? [] : extensionFiles(Object.keys(extensions));
  const events: LocalEvent[] = [];
  const warnings: string[] = [];
  const service = await createLocalLambda({
    functions: [{ name: 'hello', bootstrap: BOOTSTRAP, extensions: paths, ...hello }],
    isolation: runtimes,
    onEvent: (event) => events.push(event),
    onWarning: (text) => warnings.push(text),
    ...options,
  });
  running.push({
    async close() {
      await service.close();
      if (!expectMistakes) expect(runtimes.mistakes).toEqual([]);
    },
  });
  return { ...service, runtimes, events, warnings };
}

/** Files that could be executed, with these names; gone after the test. */
export function extensionFiles(names: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'crablet-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return names.map((name) => {
    const path = join(folder, name);
    symlinkSync(BOOTSTRAP, path);
    return path;
  });
}

/** A local Lambda with real processes, closed after the test. */
export async function serveReal(options: LocalLambdaOptions): Promise<LocalLambda> {
  const service = await createLocalLambda(options);
  running.push(service);
  return service;
}

/** `POST …/invocations` as raw HTTP. */
export function invoke(
  service: LocalLambda,
  payload: string | Buffer = '{}',
  request: Omit<HttpRequest, 'body' | 'method'> & { name?: string; query?: string } = {},
): Promise<HttpAnswer> {
  const { name = 'hello', query = '', ...rest } = request;
  const url = `${service.url}/2015-03-31/functions/${name}/invocations${query}`;
  return http(url, { ...rest, method: 'POST', body: payload });
}

/** As `invoke`, once every runtime waits: so that an idle environment is there to be used. */
export async function invokeIdle(
  service: ScriptedService,
  ...rest: [payload?: string | Buffer, request?: Parameters<typeof invoke>[2]]
): Promise<HttpAnswer> {
  await service.runtimes.settled();
  return invoke(service, ...rest);
}

/** What a caller saw of a function's failure. */
export function failureOf(answer: HttpAnswer): { errorType?: string; errorMessage?: string } {
  expect(answer.headers['x-amz-function-error']).toBe('Unhandled');
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text) as { errorType?: string; errorMessage?: string };
}
