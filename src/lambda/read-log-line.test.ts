import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { golden } from '../../tests/golden/read.js';
import {
  endLine,
  extensionLine,
  initReportLine,
  reportLine,
  startLine,
  subscriptionLine,
} from './log-lines.js';
import { type ReportRecord, recordLine } from './log-records.js';
import { readPlatformLine } from './read-log-line.js';

const requestId = '8d3a7e9c-0f6b-4a6e-9b1e-2f6d4c1a7b55';

describe('a recorded line', () => {
  const { text } = golden<{ text: { name: string; line: string }[] }>('log-lines');
  it.each(text)('$name', ({ line }) => {
    expect(readPlatformLine(line.replace('<id>', requestId))).toBeDefined();
  });

  it('is read with all that it says', () => {
    const found = text.find(({ name }) => name === 'report of an exit')!;
    expect(readPlatformLine(found.line.replace('<id>', requestId))).toEqual({
      type: 'report',
      requestId,
      durationMs: 133.61,
      memoryMb: 128,
      maxMemoryMb: 31,
      initMs: 80,
      outcome: 'error',
      errorType: 'Runtime.ExitError',
    });
  });

  it('of a traced function has a line more', () => {
    const line = `REPORT RequestId: ${requestId}\tDuration: 3.01 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\t\nXRAY TraceId: 1-5759e988-bd862e3fe1be46a994272793\tSegmentId: 53995c3f42cd8ad8\tSampled: true\t`;
    expect(readPlatformLine(line)).toMatchObject({ durationMs: 3.01, maxMemoryMb: 36, outcome: 'success' });
  });
});

describe('what is written is read back', () => {
  const ms = fc.integer({ min: 0, max: 90_000_000 }).map((hundredths) => hundredths / 100);
  const report = fc.record({
    type: fc.constant('report' as const),
    requestId: fc.uuid(),
    durationMs: ms,
    memoryMb: fc.integer({ min: 128, max: 10_240 }),
    maxMemoryMb: fc.option(fc.integer({ min: 1, max: 10_240 }), { nil: undefined }),
    initMs: fc.option(ms, { nil: undefined }),
  });
  const outcome = fc.constantFrom<Pick<ReportRecord, 'outcome' | 'errorType'>>(
    { outcome: 'success', errorType: undefined },
    { outcome: 'timeout', errorType: undefined },
    { outcome: 'error', errorType: 'Runtime.ExitError' },
  );

  it('REPORT, in both formats', () => {
    fc.assert(
      fc.property(report, outcome, (facts, how) => {
        const record = { ...facts, ...how };
        expect(readPlatformLine(reportLine(record))).toEqual(record);
        expect(readPlatformLine(recordLine(record, 0))).toEqual(record);
      }),
    );
  });

  it('START, END and those of init and extensions', () => {
    expect(readPlatformLine(startLine({ requestId, version: '$LATEST' }))).toEqual({
      type: 'start',
      requestId,
    });
    expect(readPlatformLine(endLine({ requestId }))).toEqual({ type: 'end', requestId });
    const init = { durationMs: 154.03, phase: 'invoke', outcome: 'timeout' } as const;
    expect(readPlatformLine(initReportLine(init))).toMatchObject(init);
    const extension = { name: 'spy', state: 'Ready', events: ['INVOKE', 'SHUTDOWN'] } as const;
    expect(readPlatformLine(extensionLine(extension))).toMatchObject({ type: 'extension', ...extension });
    const subscription = { name: 'spy', types: ['platform', 'function'] };
    expect(readPlatformLine(subscriptionLine('LOGS', subscription))).toEqual({
      type: 'logsSubscription',
      ...subscription,
    });
  });

  it('nothing that comes in ends it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', 'REPORT RequestId: x\t', '{"type":"platform.report","record":', 'INIT_REPORT '),
        fc.oneof(fc.string(), fc.json()),
        (head, tail) => {
          readPlatformLine(head + tail);
          readPlatformLine(`${head}${tail}}`);
        },
      ),
    );
  });
});

describe('a line of the function is none of them', () => {
  it.each([
    'START of something',
    'REPORT RequestId: x without its fields',
    'ERROR it went wrong',
    '{"level":"INFO","fields":{"message":"of \\"platform.start\\""}}',
    '{"type":"platform.',
    '',
  ])('%j', (line) => {
    expect(readPlatformLine(line)).toBeUndefined();
  });
});
