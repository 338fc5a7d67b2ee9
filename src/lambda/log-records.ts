/**
 * The lines that Lambda itself writes to a function's log in its JSON format, each without its line feed: a
 * record `platform.…` with its time (a real log group of 8 Oct 2026; tests/golden/log-lines.json).
 */
import { billedMs, type InitReportFacts, type OutcomeFacts, type ReportFacts } from './log-lines.js';

export interface InitStartRecord {
  readonly type: 'initStart';
  readonly initializationType: string;
  readonly phase: 'init' | 'invoke';
  readonly functionName: string;
  readonly functionVersion: string;
  readonly logStream: string;
  readonly memoryMb: number;
  readonly runtimeVersion?: string | undefined;
  readonly runtimeVersionArn?: string | undefined;
}

export interface InitReportRecord extends InitReportFacts {
  readonly type: 'initReport';
  readonly initializationType: string;
}

export interface StartRecord {
  readonly type: 'start';
  readonly requestId: string;
  readonly functionArn: string;
  readonly version: string;
  readonly tenantId?: string | undefined;
}

export interface RuntimeDoneRecord extends OutcomeFacts {
  readonly type: 'runtimeDone';
  readonly requestId: string;
  readonly durationMs: number;
  /** Size of the response, 0 when there was none. */
  readonly producedBytes: number;
}

export interface ReportRecord extends ReportFacts {
  readonly type: 'report';
  readonly tenantId?: string | undefined;
}

export type PlatformRecord =
  | InitStartRecord
  | InitReportRecord
  | StartRecord
  | RuntimeDoneRecord
  | ReportRecord;

/** One line of the JSON format. */
export function recordLine(record: PlatformRecord, nowMs: number): string {
  const time = new Date(nowMs).toISOString();
  return JSON.stringify({ time, type: `platform.${record.type}`, record: members(record) });
}

// Members that are undefined do not appear: JSON.stringify leaves them out.
function members(record: PlatformRecord): Record<string, unknown> {
  switch (record.type) {
    case 'initStart':
      return {
        initializationType: record.initializationType,
        phase: record.phase,
        runtimeVersion: record.runtimeVersion,
        runtimeVersionArn: record.runtimeVersionArn,
        functionName: record.functionName,
        functionVersion: record.functionVersion,
        instanceId: record.logStream,
        instanceMaxMemory: record.memoryMb * 1024 * 1024,
      };
    case 'initReport': {
      const { initializationType, phase, durationMs } = record;
      return { initializationType, phase, metrics: { durationMs: micros(durationMs) }, ...status(record) };
    }
    case 'start': {
      const { requestId, functionArn, version, tenantId } = record;
      return { requestId, functionArn, version, tenantId };
    }
    case 'runtimeDone': {
      const metrics = { durationMs: micros(record.durationMs), producedBytes: record.producedBytes };
      return { requestId: record.requestId, ...status(record), metrics };
    }
    case 'report':
      return {
        requestId: record.requestId,
        metrics: reportMetrics(record),
        ...status(record),
        tenantId: record.tenantId,
      };
  }
}

function reportMetrics(record: ReportRecord): Record<string, number | undefined> {
  return {
    durationMs: micros(record.durationMs),
    billedDurationMs: billedMs(record.durationMs, record.initMs),
    memorySizeMB: record.memoryMb,
    maxMemoryUsedMB: record.maxMemoryMb,
    initDurationMs: record.initMs === undefined ? undefined : micros(record.initMs),
  };
}

function status({ outcome, errorType }: OutcomeFacts): Record<string, string | undefined> {
  return { status: outcome, errorType: outcome === 'success' ? undefined : errorType };
}

/** Durations in records are whole microseconds, divided by 1000. */
function micros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
