import { describe, expect, it } from 'vitest';
import { golden } from '../../tests/golden/read.js';
import { applicationLevel, isAtLeast, knownLevel, type LogLevel, systemLevel } from './log-levels.js';
import { type PlatformRecord, recordLine } from './log-records.js';

interface Recorded {
  json: {
    name: string;
    time?: string;
    members: string[];
    metrics?: object;
    instanceMaxMemory?: number;
    status?: string;
  }[];
}

const requestId = 'b7';
const ours: Record<string, PlatformRecord> = {
  initStart: {
    type: 'initStart',
    initializationType: 'on-demand',
    phase: 'init',
    functionName: 'fn',
    functionVersion: '$LATEST',
    logStream: '2026/10/08/[$LATEST]00',
    memoryMb: 256,
    runtimeVersion: 'provided:al2023.v100',
    runtimeVersionArn: 'arn:aws:lambda:eu-west-1::runtime:00',
  },
  start: { type: 'start', requestId, functionArn: 'arn:fn', version: '$LATEST' },
  report: {
    type: 'report',
    requestId,
    durationMs: 1233.96,
    initMs: 463.512,
    memoryMb: 256,
    maxMemoryMb: 100,
    outcome: 'success',
  },
};

describe('recorded records', () => {
  const { json } = golden<Recorded>('log-lines');

  it.each(json)('$name', ({ name, time, members, metrics, ...values }) => {
    const record = ours[name];
    if (!record) throw new Error(`no record of ours for ${name}`);
    const written = JSON.parse(recordLine(record, Date.parse(time ?? '2026-10-08T07:30:27.768Z')));
    expect(written).toMatchObject({ time: '2026-10-08T07:30:27.768Z', type: `platform.${name}` });
    expect(Object.keys(written.record)).toEqual(members);
    if (metrics) expect(written.record.metrics).toMatchObject(metrics);
    if (values.status) expect(written.record.status).toBe(values.status);
    if (values.instanceMaxMemory) expect(written.record.instanceMaxMemory).toBe(values.instanceMaxMemory);
  });
});

it('tells of an extension, and of its error when it has one', () => {
  // Developer guide, telemetry-schema-reference: platform.extension
  const facts = { type: 'extension', name: 'spy', state: 'Ready', events: ['INVOKE', 'SHUTDOWN'] } as const;
  expect(recordLine(facts, 0)).toBe(
    '{"time":"1970-01-01T00:00:00.000Z","type":"platform.extension","record":{"name":"spy","state":"Ready","events":["INVOKE","SHUTDOWN"]}}',
  );
  const failed = { ...facts, state: 'LaunchError', events: [], errorType: 'PermissionDenied' } as const;
  expect(JSON.parse(recordLine(failed, 0)).record).toEqual({
    name: 'spy',
    state: 'LaunchError',
    events: [],
    errorType: 'PermissionDenied',
  });
});

it('names the error type of a failure', () => {
  const record = {
    type: 'runtimeDone',
    requestId,
    durationMs: 1.23456,
    producedBytes: 0,
    outcome: 'error',
    errorType: 'Runtime.ExitError',
  } as const;
  expect(JSON.parse(recordLine(record, 0)).record).toEqual({
    requestId,
    status: 'error',
    errorType: 'Runtime.ExitError',
    metrics: { durationMs: 1.235, producedBytes: 0 },
  });
});

const done = {
  requestId,
  durationMs: 1,
  producedBytes: 0,
  memoryMb: 128,
  phase: 'init',
  initializationType: 'on-demand',
} as const;
const start = { ...ours['initStart'] } as PlatformRecord & { type: 'initStart' };
it.each<[LogLevel, PlatformRecord]>([
  ['INFO', { type: 'extension', name: 'spy', state: 'Ready', events: [] }],
  ['WARN', { type: 'extension', name: 'spy', state: 'InitError', events: [], errorType: 'E' }],
  ['INFO', { type: 'start', requestId, functionArn: 'a', version: '1' }],
  ['DEBUG', { type: 'runtimeDone', ...done, outcome: 'success' }],
  ['WARN', { type: 'runtimeDone', ...done, outcome: 'timeout' }],
  ['INFO', { type: 'report', ...done, outcome: 'success' }],
  ['WARN', { type: 'report', ...done, outcome: 'error', errorType: 'x' }],
  ['INFO', start],
  ['DEBUG', { ...start, runtimeVersion: undefined }],
  ['DEBUG', { type: 'initReport', ...done, outcome: 'success' }],
  ['INFO', { type: 'initReport', ...done, initializationType: 'snap-start', outcome: 'success' }],
  ['WARN', { type: 'initReport', ...done, outcome: 'timeout' }],
])('%s is the level of %o', (level, record) => {
  expect(systemLevel(record)).toBe(level);
});

it.each<[string, LogLevel]>([
  ['plain text', 'INFO'],
  ['{"level":"warn","message":"x"}', 'WARN'],
  ['  {"level":"TRACE"}', 'TRACE'],
  ['{"level":"loud"}', 'INFO'],
  ['{"level":3}', 'INFO'],
  ['{"message":"no level"}', 'INFO'],
  ['{ not json, level: error', 'INFO'],
  ['["ERROR"]', 'INFO'],
])('a line %s counts as %s', (line, level) => {
  expect(applicationLevel(line)).toBe(level);
});

it('orders levels, and knows them in any case', () => {
  expect(isAtLeast('WARN', 'INFO')).toBe(true);
  expect(isAtLeast('INFO', 'INFO')).toBe(true);
  expect(isAtLeast('DEBUG', 'INFO')).toBe(false);
  expect(knownLevel('fatal')).toBe('FATAL');
  expect(knownLevel('loud')).toBeUndefined();
});
