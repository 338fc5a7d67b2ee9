import { describe, expect, it } from 'vitest';
import type { Logging } from '../../lambda/log-levels.js';
import type { PlatformRecord } from '../../lambda/log-records.js';
import type { FunctionLog, PlatformLog } from '../../local/events.js';
import { type LogView, logLines } from './log-view.js';

const requestId = '8d3a7e9c-0f6b-4a6e-9b1e-2f6d4c1a7b55';
const at = {
  function: 'hello',
  environment: 1,
  logStream: '2026/11/23/[$LATEST]0123456789abcdef0123456789abcdef',
  time: Date.UTC(2026, 10, 23, 12, 34, 56, 789),
};
const TEXT: Logging = { format: 'Text', applicationLevel: 'INFO', systemLevel: 'INFO' };
const JSON_FORMAT: Logging = { ...TEXT, format: 'JSON' };
const platform = (record: PlatformRecord, logging = TEXT): PlatformLog => ({
  type: 'platform',
  logging,
  record,
  ...at,
});
const line = (text: string): FunctionLog => ({
  type: 'log',
  line: text,
  logging: TEXT,
  requestId,
  ...at,
});
const show = (
  view: LogView,
  event: PlatformLog | FunctionLog,
  change: { colors?: boolean; severalFunctions?: boolean } = {},
) => logLines(event, { view, colors: false, severalFunctions: false, ...change });

const start: PlatformRecord = { type: 'start', requestId, functionArn: 'arn', version: '$LATEST' };
const done: PlatformRecord = {
  type: 'runtimeDone',
  requestId,
  durationMs: 12.3456,
  producedBytes: 4,
  outcome: 'success',
};
const report: PlatformRecord = {
  type: 'report',
  requestId,
  durationMs: 12.3456,
  memoryMb: 128,
  maxMemoryMb: 17,
  initMs: 80.5,
  outcome: 'success',
};
const failed: PlatformRecord = {
  ...report,
  initMs: undefined,
  outcome: 'error',
  errorType: 'Runtime.ExitError',
};

describe('raw', () => {
  it("is AWS's text format", () => {
    expect(show('raw', platform(start))).toEqual([`START RequestId: ${requestId} Version: $LATEST`]);
    expect(show('raw', platform(done))).toEqual([`END RequestId: ${requestId}`]);
    expect(show('raw', platform(report))).toEqual([
      `REPORT RequestId: ${requestId}\tDuration: 12.35 ms\tBilled Duration: 93 ms\tMemory Size: 128 MB\tMax Memory Used: 17 MB\tInit Duration: 80.50 ms\t`,
    ]);
    expect(show('raw', line('\u001b[31m as {it} is\t'))).toEqual(['\u001b[31m as {it} is\t']);
  });

  it("is AWS's JSON format for a function that has it, without what INFO leaves out", () => {
    const [shown] = show('raw', platform(report, JSON_FORMAT));
    expect(JSON.parse(shown!)).toEqual({
      time: '2026-11-23T12:34:56.789Z',
      type: 'platform.report',
      record: {
        requestId,
        metrics: {
          durationMs: 12.346,
          billedDurationMs: 93,
          memorySizeMB: 128,
          maxMemoryUsedMB: 17,
          initDurationMs: 80.5,
        },
        status: 'success',
      },
    });
    expect(show('raw', platform(done, JSON_FORMAT))).toEqual([]);
  });
});

describe('json', () => {
  it('is one object a line, of every event alike', () => {
    const from = {
      time: '2026-11-23T12:34:56.789Z',
      function: 'hello',
      environment: 1,
      logStream: at.logStream,
    };
    const parsed = (event: PlatformLog | FunctionLog) => show('json', event).map((one) => JSON.parse(one));
    expect(parsed(line('two\twords'))).toEqual([
      { ...from, type: 'function', requestId, line: 'two\twords' },
    ]);
    expect(parsed({ ...line('x'), extension: 'spy' })).toEqual([
      { ...from, type: 'extension', extension: 'spy', requestId, line: 'x' },
    ]);
    expect(parsed(platform(failed))).toEqual([
      {
        ...from,
        type: 'platform.report',
        requestId,
        durationMs: 12.3456,
        memoryMb: 128,
        maxMemoryMb: 17,
        outcome: 'error',
        errorType: 'Runtime.ExitError',
      },
    ]);
    for (const record of [start, done, report])
      expect(show('json', platform(record)).join('')).not.toContain('\n');
  });
});

describe('pretty', () => {
  const clock = /^\d\d:\d\d:56 /;
  const pretty = (event: PlatformLog | FunctionLog, change?: Parameters<typeof show>[2]) =>
    show('pretty', event, change).map((one) => {
      expect(one).toMatch(clock);
      return one.replace(clock, '');
    });

  it('folds a request to one line', () => {
    expect([start, done].flatMap((record) => pretty(platform(record)))).toEqual([]);
    expect(pretty(platform(report))).toEqual([`✓ 12.35 ms · init 81 ms · 17 of 128 MB · ${requestId}`]);
    expect(pretty(platform({ ...report, initMs: undefined, maxMemoryMb: undefined }))).toEqual([
      `✓ 12.35 ms · ${requestId}`,
    ]);
    expect(pretty(platform(failed))).toEqual([
      `✗ error Runtime.ExitError 12.35 ms · 17 of 128 MB · ${requestId}`,
    ]);
    expect(pretty(platform({ ...failed, outcome: 'timeout', errorType: undefined }))).toEqual([
      `✗ timeout 12.35 ms · 17 of 128 MB · ${requestId}`,
    ]);
  });

  it('tells of an init only when it failed', () => {
    const init: PlatformRecord = {
      type: 'initReport',
      initializationType: 'on-demand',
      phase: 'init',
      durationMs: 33.4,
      outcome: 'success',
    };
    expect(pretty(platform(init))).toEqual([]);
    expect(pretty(platform({ ...init, outcome: 'error', errorType: 'Runtime.ExitError' }))).toEqual([
      '✗ init error Runtime.ExitError after 33 ms',
    ]);
  });

  it('tells of an extension only when it failed', () => {
    const extension: PlatformRecord = { type: 'extension', name: 'spy', state: 'Ready', events: ['INVOKE'] };
    expect(pretty(platform(extension))).toEqual([]);
    const failed = { ...extension, state: 'LaunchError', errorType: 'PermissionDenied' } as const;
    expect(pretty(platform(failed))).toEqual(['✗ extension spy LaunchError PermissionDenied']);
  });

  it('names the extension that wrote a line', () => {
    expect(pretty({ ...line('x'), extension: 'spy' })).toEqual(['spy x']);
  });

  it('names the function where there are several', () => {
    expect(pretty(line('x'), { severalFunctions: true })).toEqual(['hello x']);
  });

  it('is coloured only when wished', () => {
    expect(show('pretty', platform(failed), { colors: true })[0]).toContain('\u001b[31m✗ error');
    expect(show('pretty', platform(failed))[0]).not.toContain('\u001b');
  });

  it.each([
    [
      'tracing, as lambda_runtime writes it',
      '{"timestamp":"2026-11-23T12:34:56Z","level":"INFO","fields":{"message":"greeting","name":"Rust","n":1},"target":"hello","span":{"requestId":"x","name":"Lambda runtime invoke"}}',
      'INFO  greeting name=Rust n=1',
    ],
    [
      'tracing, flattened',
      '{"timestamp":"t","level":"WARN","message":"slow","ms":7,"target":"hello"}',
      'WARN  slow ms=7',
    ],
    ['an error', '{"level":"ERROR","fields":{"message":"no"}}', 'ERROR no'],
    ['a level in small letters', '{"level":"debug","message":"m"}', 'DEBUG m'],
    ['a level of its own', '{"level":"NOTICE","message":"m"}', 'NOTICE m'],
    ['fields without a message', '{"level":"INFO","fields":{"a":{"b":[1]}}}', 'INFO  a={"b":[1]}'],
    ['a message that is no text', '{"message":{"a":1}}', '{"a":1}'],
    ['JSON that is no log line', '{"statusCode":200}', '{"statusCode":200}'],
    ['broken JSON', '{"level":"INFO"', '{"level":"INFO"'],
    ['plain text', 'hello {world}', 'hello {world}'],
    ['an empty line', '', ''],
  ])('shows %s', (_, text, shown) => expect(pretty(line(text))).toEqual([shown]));
});

it('says nothing of an environment that ends', () => {
  for (const view of ['raw', 'json', 'pretty'] as const)
    expect(
      logLines(
        { type: 'environment.closed', reason: 'idle', ...at },
        { view, colors: false, severalFunctions: false },
      ),
    ).toEqual([]);
});
