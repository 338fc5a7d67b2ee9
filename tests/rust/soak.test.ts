import { readdirSync, readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, inject, it, onTestFinished } from 'vitest';
import { createLocalLambda } from '../../src/local/local-lambda.js';
import { failureOf, invoke } from '../support/functions.js';
import type { HttpAnswer } from '../support/http.js';
import { eventually, temporaryFolder } from '../support/processes.js';

/**
 * Many invocations of every kind over fifty environments: every caller is answered as it should be, nothing is left,
 * and the service's memory stays where it was once it had warmed up.
 */

const INVOCATIONS = 20_000;
const CALLERS = 50;
/** By when everything that is made once has been made. */
const WARM = 5_000;
/** How much more may be held after all of it than when warm: in use, and buffers outside of the heap. */
const GROWTH_BYTES = 24 * 1_048_576;

interface Kind {
  readonly name: string;
  /** Of a thousand. */
  readonly share: number;
  readonly payload: () => string | Buffer;
  readonly leaves?: boolean;
  readonly check: (answer: HttpAnswer) => void;
}

const mode = (values: object) => () => JSON.stringify(values);
const failsWith = (pattern: RegExp) => (answer: HttpAnswer) =>
  expect(JSON.stringify(failureOf(answer))).toMatch(pattern);

const KINDS: readonly Kind[] = [
  { name: 'exit', share: 2, payload: mode({ mode: 'exit', status: 3 }), check: failsWith(/exit status 3/) },
  { name: 'abort', share: 1, payload: mode({ mode: 'abort' }), check: failsWith(/signal: aborted/) },
  { name: 'crash', share: 1, payload: mode({ mode: 'segfault' }), check: failsWith(/segmentation fault/) },
  {
    name: 'timeout',
    share: 2,
    payload: mode({ mode: 'sleep', ms: 60_000 }),
    check: failsWith(/Sandbox\.Timedout/),
  },
  {
    name: 'too large an answer',
    share: 1,
    payload: mode({ mode: 'big', bytes: 6_500_000 }),
    check: failsWith(/Function\.ResponseSizeTooLarge/),
  },
  {
    name: 'too large a payload',
    share: 1,
    payload: () => Buffer.alloc(6_400_000, ' '),
    check: ({ status }) => expect(status).toBe(413),
  },
  {
    name: 'a caller that leaves',
    share: 5,
    payload: mode({ mode: 'sleep', ms: 30 }),
    leaves: true,
    check: () => expect.fail('answered a caller that has left'),
  },
  { name: 'error', share: 20, payload: mode({ mode: 'err' }), check: failsWith(/some_error_msg/) },
  { name: 'panic', share: 3, payload: mode({ mode: 'panic' }), check: failsWith(/it all went wrong/) },
];

const FINE: Kind = {
  name: 'ok',
  share: 0,
  payload: mode({ mode: 'ok' }),
  check: ({ text, status }) => expect([status, text]).toEqual([200, '"ok"']),
};

/** Spread evenly: the same for each run. */
function kindOf(number: number): Kind {
  let place = (number * 367) % 1_000;
  for (const kind of KINDS) {
    if (place < kind.share) return kind;
    place -= kind.share;
  }
  return FINE;
}

function held(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The processes that we have started, but for those that the test's own tools have. */
function children(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === process.pid;
      } catch {
        return false;
      }
    })
    .map(Number);
}

it.runIf(process.platform === 'linux')(`${INVOCATIONS} invocations of every kind leave nothing`, async () => {
  const folder = temporaryFolder();
  const before = {
    children: children(),
    files: readdirSync('/proc/self/fd').length,
    tmp: process.env['TMPDIR'],
  };
  process.env['TMPDIR'] = folder.path;
  onTestFinished(() => {
    if (before.tmp === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before.tmp;
    folder.remove();
  });
  const service = await createLocalLambda({
    functions: [
      {
        name: 'failing',
        bootstrap: inject('functions')['failing']!,
        timeoutSeconds: 8,
        provisionedConcurrency: CALLERS,
      },
    ],
    onEvent: () => {},
  });
  onTestFinished(() => service.close());
  const agent = new Agent({ keepAlive: true, maxSockets: 2 * CALLERS });
  const answered = new Map<string, number>();
  let next = 0;
  let warm = 0;
  const call = async (kind: Kind) => {
    const leaving = new AbortController();
    const request = { name: 'failing', agent, signal: leaving.signal };
    const onWritten = () => kind.leaves && leaving.abort();
    const answer = await invoke(service, kind.payload(), { ...request, onWritten }).catch((error: Error) => {
      if (!leaving.signal.aborted) throw error;
    });
    if (answer) kind.check(answer);
    answered.set(kind.name, (answered.get(kind.name) ?? 0) + 1);
  };
  const caller = async () => {
    while (next < INVOCATIONS) {
      next += 1;
      if (next === WARM) warm = held();
      await call(kindOf(next));
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));

  expect([...answered.values()].reduce((sum, count) => sum + count, 0)).toBe(INVOCATIONS);
  for (const { name, share } of KINDS)
    expect([name, answered.get(name)]).toEqual([name, share * (INVOCATIONS / 1_000)]);
  expect(service.environmentCount('failing')).toBeGreaterThanOrEqual(CALLERS);
  const grown = held() - warm;
  expect(grown).toBeLessThan(GROWTH_BYTES);
  agent.destroy();
  await service.close();
  await eventually(
    'all processes have ended',
    () => children().every((pid) => before.children.includes(pid)),
    20_000,
  );
  await eventually('all files are removed', () => readdirSync(folder.path).length === 0, 20_000);
  await eventually(
    'all sockets are closed',
    () => readdirSync('/proc/self/fd').length <= before.files,
    20_000,
  );
});
