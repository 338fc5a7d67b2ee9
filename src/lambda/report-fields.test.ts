import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportLine } from './log-lines.js';
import { recordLine } from './log-records.js';
import { readReport } from './report-fields.js';

// The text lines are those of the facts in tests/golden/log-lines.json and of users' logs.
describe('a REPORT', () => {
  it.each([
    [
      'in text, cold',
      'REPORT RequestId: a\tDuration: 3.01 ms\tBilled Duration: 114 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tInit Duration: 110.10 ms\t',
      { durationMs: 3.01, billedMs: 114, memoryMb: 128, maxMemoryMb: 36, initMs: 110.1 },
    ],
    [
      'in text, warm, behind other lines',
      'START RequestId: a\nhello\nREPORT RequestId: a\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 512 MB\tMax Memory Used: 20 MB\t\n',
      { durationMs: 1, billedMs: 1, memoryMb: 512, maxMemoryMb: 20, initMs: undefined },
    ],
    [
      'in JSON',
      '{"time":"2026-10-08T07:30:27.768Z","type":"platform.report","record":{"requestId":"a","metrics":{"durationMs":1233.96,"billedDurationMs":1698,"memorySizeMB":256,"maxMemoryUsedMB":100,"initDurationMs":463.512},"status":"success"}}',
      { durationMs: 1233.96, billedMs: 1698, memoryMb: 256, maxMemoryMb: 100, initMs: 463.512 },
    ],
  ])('%s', (_, log, expected) => expect(readReport(log)).toEqual(expected));

  it.each([
    ['none', 'START RequestId: a\nEND RequestId: a\n'],
    ['a cut line', 'Duration: 3.01 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB'],
    ["a function's own words", '{"type":"platform.report"}\n{"platform.report": 1}'],
    ['half a record', '{"type":"platform.report","record":{"metrics":{"durationMs":1'],
  ])('is not found in %s', (_, log) => expect(readReport(log)).toBeUndefined());

  it('says again what a local function wrote, in both formats', () => {
    const hundredths = fc.integer({ min: 0, max: 1e8 }).map((n) => n / 100);
    fc.assert(
      fc.property(hundredths, fc.option(hundredths, { nil: undefined }), (durationMs, initMs) => {
        const facts = {
          requestId: 'a',
          durationMs,
          memoryMb: 128,
          maxMemoryMb: 30,
          initMs,
          outcome: 'success',
        } as const;
        const text = readReport(reportLine(facts));
        const json = readReport(recordLine({ type: 'report', ...facts }, 0));
        expect(text).toMatchObject({ durationMs, initMs, maxMemoryMb: 30 });
        expect(json).toEqual(text);
      }),
    );
  });
});
