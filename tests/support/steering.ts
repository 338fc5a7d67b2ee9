import { expect } from 'vitest';
import { invoke, type ScriptedService } from './functions.js';
import type { HttpAnswer } from './http.js';

/** How tests wait: for facts, never for time. */

/**
 * Sends requests that are not answered yet, and comes back when the service has read them: it serves what arrives
 * in order, and has answered a later one.
 */
export async function arrived(
  service: ScriptedService,
  ...requests: ((onWritten: () => void) => Promise<HttpAnswer>)[]
): Promise<Promise<HttpAnswer>[]> {
  let written = 0;
  const answers = requests.map((request) =>
    request(() => {
      written += 1;
    }),
  );
  await until(() => written === requests.length);
  expect((await invoke(service, '{}', { headers: { 'X-Amz-Invocation-Type': 'DryRun' } })).status).toBe(204);
  return answers;
}

export async function until(fact: () => unknown): Promise<void> {
  while (!(await fact())) await new Promise((resolve) => setImmediate(resolve));
}

/** The process of that start has ended, and the service has heard of it. */
export async function endOf(service: ScriptedService, index: number): Promise<void> {
  await until(() => service.runtimes.starts[index]!.exit);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
