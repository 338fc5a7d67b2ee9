import { describe, expect, it } from 'vitest';
import type { ReportRecord } from '../../lambda/log-records.js';
import { loggedLine } from '../../logs/log-line.js';
import { line, request } from '../../logs/logged.fixture.js';
import type { Block } from '../../logs/requests.js';
import { blockLines, lineAlone, lineAsJson } from './log-blocks.js';

const requestId = '8d3a7e9c-0f6b-4a6e-9b1e-2f6d4c1a7b55';
const time = Date.UTC(2026, 10, 27, 8);
const clock = new Date(time).toTimeString().slice(0, 8);
const plain = { colors: false, severalFunctions: false, level: undefined } as const;
const info =
  '{"timestamp":"t","level":"INFO","fields":{"message":"paid","cents":100},"span":{"cents":100,"name":"pay"},' +
  `"spans":[{"requestId":"${requestId}","name":"Lambda runtime invoke"},{"user":7,"name":"checkout"},{"cents":100,"name":"pay"}]}`;
const warn = '{"level":"WARN","fields":{"message":"low"}}';

function block(report: Partial<ReportRecord> | undefined, own: readonly string[]): Block {
  const lines = request(requestId, time, own).map((event) => loggedLine('/aws/lambda/hello', event));
  const facts: ReportRecord = {
    type: 'report',
    requestId,
    durationMs: 3.014,
    initMs: 110.4,
    memoryMb: 128,
    maxMemoryMb: 36,
    outcome: 'success',
    ...report,
  };
  return { kind: 'request', requestId, function: 'hello', time, report: report && facts, lines };
}

describe('a request in a terminal', () => {
  it('is one line, with its own lines below: levels, fields and spans, without those of the runtime', () => {
    expect(blockLines(block({}, [info, 'plain\nof two', '']), plain)).toEqual([
      `${clock} ✓ 3.01 ms · init 110 ms · 36 of 128 MB · ${requestId}`,
      '  INFO  paid cents=100 in checkout{user=7} › pay{cents=100}',
      '  plain',
      '  of two',
    ]);
  });

  it('names its function where there are several', () => {
    const [head] = blockLines(block({ outcome: 'timeout', initMs: undefined }, []), {
      ...plain,
      severalFunctions: true,
    });
    expect(head).toBe(`${clock} hello ✗ timeout 3.01 ms · 36 of 128 MB · ${requestId}`);
  });

  it('that has not ended says so', () => {
    expect(blockLines(block(undefined, []), plain)).toEqual([`${clock} … not ended · ${requestId}`]);
  });

  it('is left out below the level, unless it failed', () => {
    const level = 'WARN' as const;
    expect(blockLines(block({}, [info]), { ...plain, level })).toEqual([]);
    expect(blockLines(block({}, [info, warn]), { ...plain, level })).toHaveLength(2);
    expect(blockLines(block({ outcome: 'error' }, [info]), { ...plain, level })).toHaveLength(1);
  });
});

describe('a line as it comes', () => {
  it('is shown as watch shows it', () => {
    expect(lineAlone(line(time, warn), plain)).toEqual([`${clock} WARN  low`]);
    const all = request(requestId, time, []).map((event) => loggedLine('/aws/lambda/hello', event));
    expect(all.flatMap((one) => lineAlone(one, plain))).toEqual([`${clock} ✓ 1.00 ms · ${requestId}`]);
  });

  it('of text loses the prefix of the runtime', () => {
    const text = ` INFO Lambda runtime invoke{requestId="${requestId}" xrayTraceId="Root=1;Parent=}"}: greeting name="x"`;
    expect(lineAlone(line(time, text), plain)).toEqual([`${clock} INFO  greeting name="x"`]);
  });

  it('is left out below the level', () => {
    const level = 'ERROR' as const;
    expect(lineAlone(line(time, warn), { ...plain, level })).toEqual([]);
    expect(lineAlone(line(time, 'ERROR no'), { ...plain, level })).toHaveLength(1);
  });
});

describe('JSON', () => {
  it('has the line, its request, and what it is as JSON', () => {
    expect(JSON.parse(lineAsJson(line(time, warn), requestId))).toEqual({
      time: '2026-11-27T08:00:00.000Z',
      function: 'hello',
      logStream: expect.any(String),
      type: 'function',
      requestId,
      line: warn,
      json: JSON.parse(warn),
    });
  });

  it("has the facts of Lambda's own lines", () => {
    const lines = request(requestId, time, []).map((event) => loggedLine('/aws/lambda/hello', event));
    expect(JSON.parse(lineAsJson(lines.at(-1)!, requestId))).toMatchObject({
      type: 'platform.report',
      requestId,
      durationMs: 1,
      outcome: 'success',
    });
  });
});
