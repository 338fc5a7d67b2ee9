import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { golden } from '../../tests/golden/read.js';
import * as lines from './log-lines.js';

interface Recorded {
  text: { name: string; line: string }[];
}

const requestId = '<id>';
const success = { outcome: 'success' } as const;
const exit = { outcome: 'error', errorType: 'Runtime.ExitError' } as const;
const ours: Record<string, string> = {
  start: lines.startLine({ requestId, version: '$LATEST' }),
  end: lines.endLine({ requestId }),
  'report of a cold start': lines.reportLine({
    requestId,
    durationMs: 3.01,
    memoryMb: 128,
    maxMemoryMb: 36,
    initMs: 110.1,
    ...success,
  }),
  'report of an exit': lines.reportLine({
    requestId,
    durationMs: 133.61,
    memoryMb: 128,
    maxMemoryMb: 31,
    initMs: 80,
    ...exit,
  }),
  'failed init': lines.initReportLine({ durationMs: 154.03, phase: 'init', ...exit }),
  extension: lines.extensionLine({ name: 'AppConfigAgent', state: 'Ready', events: ['INVOKE', 'SHUTDOWN'] }),
  'extension that wants no events': lines.extensionLine({
    name: 'lambda-adapter',
    state: 'Ready',
    events: [],
  }),
  'extension that could not be started': lines.extensionLine({
    name: 'datadog-agent',
    state: 'LaunchError',
    events: [],
    errorType: 'UnknownError',
  }),
  'init that an extension ended': lines.initReportLine({
    durationMs: 4447.52,
    phase: 'invoke',
    outcome: 'error',
    errorType: 'Extension.Crash',
  }),
  'init timeout': lines.initReportLine({ durationMs: 10009.13, phase: 'init', outcome: 'timeout' }),
};

describe('recorded lines', () => {
  const { text } = golden<Recorded>('log-lines');

  it.each(text)('$name', ({ name, line }) => {
    expect(ours[name]).toBe(line);
  });

  it('are all compared', () => {
    expect(Object.keys(ours).sort()).toEqual(text.map(({ name }) => name).sort());
  });
});

it('reports a warm invocation without an init duration', () => {
  const warm = { requestId, durationMs: 1, memoryMb: 128, maxMemoryMb: 20, ...success };
  expect(lines.reportLine(warm)).toBe(
    'REPORT RequestId: <id>\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 20 MB\t',
  );
});

it('makes up no memory where none was measured', () => {
  expect(lines.reportLine({ requestId, durationMs: 1, memoryMb: 128, ...success })).not.toContain(
    'Max Memory',
  );
});

it('reports a timeout by its status alone', () => {
  const timeout = {
    requestId,
    durationMs: 3000,
    memoryMb: 128,
    maxMemoryMb: 20,
    outcome: 'timeout',
    errorType: 'Sandbox.Timedout',
  } as const;
  expect(lines.reportLine(timeout)).toMatch(/\tMax Memory Used: 20 MB\tStatus: timeout$/);
});

it.each([
  [1233.96, 463.512, 1698],
  [133.61, 80, 214],
  [0.1, 0.2, 1],
  [1, 0, 1],
  [1.001, undefined, 2],
  [0, undefined, 1],
  [100.1, 199.9, 300],
])('bills %d ms and %d ms of init as %d', (durationMs, initMs, billed) => {
  expect(lines.billedMs(durationMs, initMs)).toBe(billed);
});

it('never bills less than was used, nor a whole millisecond more', () => {
  const ms = fc.integer({ min: 0, max: 900_000_000 }).map((micros) => micros / 1000);
  fc.assert(
    fc.property(ms, ms, (durationMs, initMs) => {
      const billed = lines.billedMs(durationMs, initMs);
      expect(billed).toBeGreaterThanOrEqual(durationMs + initMs - 1e-3);
      expect(billed).toBeLessThan(Math.max(1, durationMs + initMs) + 1);
    }),
  );
});

it('names group and stream', () => {
  const hex = '0123456789abcdef0123456789abcdef';
  const time = Date.UTC(2026, 0, 5, 23, 59);
  expect(lines.logGroupName('fn')).toBe('/aws/lambda/fn');
  expect(lines.logStreamName(time, '$LATEST', hex)).toBe(`2026/01/05/[$LATEST]${hex}`);
  expect(lines.logStreamName(time, '7', hex, 'fn')).toBe(`2026/01/05/fn[7]${hex}`);
});

it('starts init with the version of the runtime', () => {
  const runtimeVersion = 'provided:al2023.v100';
  expect(lines.initStartLine({ runtimeVersion })).toBe('INIT_START Runtime Version: provided:al2023.v100');
  expect(lines.initStartLine({ runtimeVersion, runtimeVersionArn: 'arn:x' })).toBe(
    'INIT_START Runtime Version: provided:al2023.v100\tRuntime Version ARN: arn:x',
  );
});
