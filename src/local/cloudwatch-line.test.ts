import { describe, expect, it } from 'vitest';
import type { Logging } from '../lambda/log-levels.js';
import type { PlatformRecord } from '../lambda/log-records.js';
import { cloudWatchLine } from './cloudwatch-line.js';

const at = { function: 'hello', environment: 1, logStream: 's', time: Date.UTC(2026, 9, 8, 7, 30) };
const TEXT: Logging = { format: 'Text', applicationLevel: 'INFO', systemLevel: 'INFO' };
const json = (change: Partial<Logging> = {}): Logging => ({ ...TEXT, format: 'JSON', ...change });
const wrote = (line: string, logging: Logging) => cloudWatchLine({ type: 'log', line, logging, ...at });
const told = (record: PlatformRecord, logging: Logging) =>
  cloudWatchLine({ type: 'platform', record, logging, ...at });

const requestId = '8d3a7e9c-0f6b-4a6e-9b1e-2f6d4c1a7b55';
const done = { type: 'runtimeDone', requestId, durationMs: 1, producedBytes: 0 } as const;
const report = { type: 'report', requestId, durationMs: 1, memoryMb: 128 } as const;

describe('a line that the function wrote', () => {
  it.each([
    ['as it is', 'multi\rline\t', TEXT, true],
    ['blank: none', ' \t', TEXT, false],
    ['of any level in the text format', '{"level":"TRACE"}', { ...TEXT, applicationLevel: 'FATAL' }, true],
    ['of a lower level', '{"level":"debug"}', json(), false],
    ['of the same level', '{"level":"info"}', json(), true],
    ['of a higher level', '{"level":"Warn"}', json(), true],
    ['plain text, which counts as INFO', 'plain', json(), true],
    ['plain text under WARN', 'plain', json({ applicationLevel: 'WARN' }), false],
    ['of an unknown level, which counts as INFO', '{"level":"loud"}', json(), true],
    ['under TRACE', '{"level":"trace"}', json({ applicationLevel: 'TRACE' }), true],
  ] as const)('%s', (_name, line, logging, kept) => {
    expect(wrote(line, logging)).toBe(kept ? line : undefined);
  });
});

describe('a line of Lambda', () => {
  it('in the text format has no level', () => {
    const quiet = { ...TEXT, systemLevel: 'WARN' } as const;
    expect(told({ ...done, outcome: 'success' }, quiet)).toBe(`END RequestId: ${requestId}`);
  });

  it.each([
    [{ ...done, outcome: 'success' }, 'DEBUG', true],
    [{ ...done, outcome: 'success' }, 'INFO', false],
    [{ ...done, outcome: 'timeout' }, 'WARN', true],
    [{ ...report, outcome: 'success' }, 'INFO', true],
    [{ ...report, outcome: 'success' }, 'WARN', false],
    [{ ...report, outcome: 'error' }, 'WARN', true],
  ] as const)('%j under %s', (record, systemLevel, kept) => {
    const line = told(record, json({ systemLevel }));
    expect(line !== undefined).toBe(kept);
    if (line !== undefined) expect(JSON.parse(line)).toMatchObject({ type: `platform.${record.type}` });
  });
});
