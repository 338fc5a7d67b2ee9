import { describe, expect, it } from 'vitest';
import { golden } from '../../tests/golden/read.js';
import type { PlatformRecord } from './log-records.js';
import { type Happening, type TelemetryView, telemetryEvents } from './telemetry-events.js';
import { SCHEMA_VERSIONS, type SchemaVersion, type TelemetryApi } from './telemetry-subscription.js';

interface Shape {
  required: string[];
  allowed: string[];
}
const { events: shapes, reportMetrics } = golden<{
  events: Record<SchemaVersion, Record<string, Shape>>;
  reportMetrics: string[];
}>('telemetry');

const TIME = Date.UTC(2026, 10, 23, 12, 34, 56, 789);
const requestId = '8d3a7e9c-0f6b-4a6e-9b1e-2f6d4c1a7b55';
const traced = 'Root=1-62e900b2-710d76f009d6e7785905449a;Parent=0efbd19962d95b05;Sampled=1';
const success = { outcome: 'success' } as const;
const init = { initializationType: 'on-demand', phase: 'init' } as const;
const RECORDS: Record<PlatformRecord['type'], PlatformRecord> = {
  initStart: {
    type: 'initStart',
    ...init,
    functionName: 'fn',
    functionVersion: '$LATEST',
    logStream: '2026/11/23/[$LATEST]00',
    memoryMb: 256,
    runtimeVersion: 'provided:al2023.v1',
  },
  initRuntimeDone: { type: 'initRuntimeDone', ...init, ...success },
  initReport: { type: 'initReport', ...init, durationMs: 80.0004, ...success },
  start: { type: 'start', requestId, functionArn: 'arn', version: '$LATEST', tenantId: 'blue' },
  runtimeDone: { type: 'runtimeDone', requestId, durationMs: 1.23456, producedBytes: 4, ...success },
  report: { type: 'report', requestId, durationMs: 2, memoryMb: 256, maxMemoryMb: 30, ...success },
  extension: { type: 'extension', name: 'spy', state: 'Ready', events: ['INVOKE', 'SHUTDOWN'] },
  telemetrySubscription: { type: 'telemetrySubscription', name: 'spy', types: ['platform', 'function'] },
  logsSubscription: { type: 'logsSubscription', name: 'spy', types: ['platform'] },
  logsDropped: { type: 'logsDropped', reason: 'slow', droppedRecords: 3, droppedBytes: 99 },
};
/** What has spans and a trace: an invocation. */
const SPANNED = new Set(['runtimeDone', 'report']);
const TRACED = new Set([...SPANNED, 'start']);
const ERROR = { outcome: 'error', errorType: 'Runtime.ExitError' } as const;

const ALL = (Object.keys(SCHEMA_VERSIONS) as TelemetryApi[]).flatMap((api) =>
  SCHEMA_VERSIONS[api].map((schemaVersion) => ({ api, schemaVersion })),
);
const types = ['platform', 'function', 'extension'] as const;
const view = (schemaVersion: SchemaVersion, logFormat: 'Text' | 'JSON' = 'Text'): TelemetryView => ({
  api: ALL.find((one) => one.schemaVersion === schemaVersion)!.api,
  schemaVersion,
  types,
  logFormat,
  managed: false,
});

interface Told {
  time: string;
  type: string;
  record: Record<string, unknown>;
}
const told = (happening: Happening, of: TelemetryView) =>
  telemetryEvents(happening, TIME, of).map((event) => JSON.parse(event) as Told);
const platform = (record: PlatformRecord, more: object = {}): Happening => ({
  kind: 'platform',
  record,
  ...more,
});

describe.each(ALL)('schema $schemaVersion of the $api API', ({ schemaVersion }) => {
  const known = shapes[schemaVersion];
  const spans = [{ name: 'responseLatency', startMs: TIME, durationMs: 23.0204 }];

  it.each(Object.values(RECORDS))('has the members that are published for $type', (record) => {
    for (const change of [{}, ERROR, { outcome: 'timeout' }]) {
      const more = {
        spans: SPANNED.has(record.type) ? spans : [],
        ...(TRACED.has(record.type) && { traceId: traced }),
      };
      const happening = platform({ ...record, ...change } as PlatformRecord, more);
      for (const event of told(happening, view(schemaVersion))) {
        if (event.type === 'platform.fault') continue;
        expect(event.time).toBe('2026-11-23T12:34:56.789Z');
        const shape = known[event.type];
        if (!shape) throw new Error(`${event.type} is not published for ${schemaVersion}`);
        const { required, allowed } = shape;
        expect(Object.keys(event.record)).toEqual(expect.arrayContaining(required));
        expect([...required, ...allowed]).toEqual(expect.arrayContaining(Object.keys(event.record)));
      }
    }
  });

  it('tells of everything that is published, but SnapStart', () => {
    const all = Object.values(RECORDS).flatMap((record) => told(platform(record), view(schemaVersion)));
    expect([...new Set(all.map(({ type }) => type))].sort()).toEqual(Object.keys(known).sort());
  });

  it('always says how much memory was used', () => {
    const unknown = platform({ ...RECORDS.report, maxMemoryMb: undefined } as PlatformRecord);
    const { record } = told(unknown, view(schemaVersion)).at(-1)!;
    expect(Object.keys(record['metrics'] as object)).toEqual(expect.arrayContaining(reportMetrics));
    expect(record['metrics']).toMatchObject({ maxMemoryUsedMB: 256 });
  });

  it('is told nothing that was not subscribed to', () => {
    const only = { ...view(schemaVersion), types: ['extension'] as const };
    expect(Object.values(RECORDS).flatMap((record) => told(platform(record), only))).toEqual([]);
    expect(told({ kind: 'function', line: 'x' }, only)).toEqual([]);
    expect(told({ kind: 'extension', line: 'x' }, only)).toHaveLength(1);
  });
});

describe('the Telemetry API', () => {
  const v = view('2022-12-13');

  it('has spans in microseconds, and the trace of a traced invocation', () => {
    const spans = [{ name: 'responseLatency' as const, startMs: TIME, durationMs: 23.0204 }];
    const [event] = told(platform(RECORDS.runtimeDone, { spans, traceId: traced }), v);
    expect(event!.record).toEqual({
      requestId,
      status: 'success',
      metrics: { durationMs: 1.235, producedBytes: 4 },
      spans: [{ name: 'responseLatency', start: '2026-11-23T12:34:56.789Z', durationMs: 23.02 }],
      tracing: { spanId: '0efbd19962d95b05', type: 'X-Amzn-Trace-Id', value: traced },
    });
    const untraced = traced.replace('Sampled=1', 'Sampled=0');
    expect(told(platform(RECORDS.start, { traceId: untraced }), v)[0]!.record).toEqual({
      requestId,
      version: '$LATEST',
    });
  });

  it('tells the ARN and the tenant in its newest schema only', () => {
    expect(told(platform(RECORDS.start), view('2025-01-29'))[0]!.record).toEqual({
      requestId,
      functionArn: 'arn',
      version: '$LATEST',
      tenantId: 'blue',
    });
  });

  it.each<[SchemaVersion, 'Text' | 'JSON', string, unknown]>([
    ['2022-07-01', 'JSON', '{"level":"INFO"}', '{"level":"INFO"}'],
    ['2022-12-13', 'JSON', '{"level":"INFO"}', { level: 'INFO' }],
    ['2025-01-29', 'JSON', ' {"level":"INFO"}', { level: 'INFO' }],
    ['2025-01-29', 'Text', '{"level":"INFO"}', '{"level":"INFO"}'],
    ['2025-01-29', 'JSON', 'plain', 'plain'],
    ['2025-01-29', 'JSON', '{ not json', '{ not json'],
    ['2025-01-29', 'JSON', '[1]', '[1]'],
    ['2021-03-18', 'JSON', '{"level":"INFO"}', '{"level":"INFO"}\n'],
    ['2020-08-15', 'Text', 'plain', 'plain\n'],
  ])('in schema %s, with the format %s, tells the line %s as %j', (schemaVersion, format, line, record) => {
    for (const kind of ['function', 'extension'] as const) {
      expect(told({ kind, line }, view(schemaVersion, format))).toEqual([
        { time: '2026-11-23T12:34:56.789Z', type: kind, record },
      ]);
    }
  });
});

describe('an environment of several invocations', () => {
  const v = { ...view('2025-01-29'), managed: true };

  it('tells of none that its runtime is done, and reports how long each took', () => {
    const spans = [{ name: 'responseLatency' as const, startMs: TIME, durationMs: 1 }];
    expect(told(platform(RECORDS.runtimeDone), v)).toEqual([]);
    expect(told(platform(RECORDS.report, { spans }), v)[0]!.record).toEqual({
      requestId,
      status: 'success',
      metrics: { durationMs: 2 },
      spans: [{ name: 'responseLatency', start: '2026-11-23T12:34:56.789Z', durationMs: 1 }],
    });
  });
});

describe('the Logs API', () => {
  const v = view('2021-03-18');
  const report = (change: object) => told(platform({ ...RECORDS.report, ...change } as PlatformRecord), v);

  it('tells the end before the report', () => {
    expect(report({}).map(({ type }) => type)).toEqual(['platform.end', 'platform.report']);
  });

  it.each([
    [ERROR, `RequestId: ${requestId} Process exited before completing request`],
    [
      { outcome: 'error', errorType: 'Extension.Crash' },
      `RequestId: ${requestId} Process exited before completing request`,
    ],
    [
      { outcome: 'timeout', durationMs: 3_000.1 },
      `2026-11-23T12:34:56.789Z ${requestId} Task timed out after 3.00 seconds`,
    ],
  ])('tells of the fault %o', (change, text) => {
    expect(report(change)[0]).toMatchObject({ type: 'platform.fault', record: text });
  });

  it('has no fault where the function reported an error', () => {
    expect(report({ outcome: 'error', errorType: 'Runtime.Unknown' })).toHaveLength(2);
  });

  it.each([
    ['success', 'success'],
    ['error', 'failure'],
    ['failure', 'failure'],
    ['timeout', 'timeout'],
  ])('calls the outcome %s %s', (outcome, status) => {
    const done = platform({ ...RECORDS.runtimeDone, outcome } as PlatformRecord);
    expect(told(done, v)[0]!.record).toEqual({ requestId, status });
    expect(told(done, view('2020-08-15'))).toEqual([]);
  });
});
