/**
 * The lines that Lambda itself writes to a function's log in its JSON format, each without its line feed: a
 * record `platform.…` with its time (a real log group of 8 Oct 2026; tests/golden/log-lines.json).
 */
import type { ExtensionStateName } from './extension-answers.js';
import type { ExtensionEvent } from './extension-events.js';
import {
  billedOf,
  type InitReportFacts,
  type OutcomeFacts,
  type Phase,
  type ReportFacts,
} from './log-lines.js';

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

/** The runtime asked for its first event, or did not come to it. */
export interface InitRuntimeDoneRecord extends OutcomeFacts {
  readonly type: 'initRuntimeDone';
  readonly initializationType: string;
  readonly phase: Phase;
}

export interface InitReportRecord extends InitReportFacts {
  readonly type: 'initReport';
  readonly initializationType: string;
}

/** An extension subscribed to the Telemetry API or the Logs API. */
export interface SubscriptionRecord {
  readonly type: 'telemetrySubscription' | 'logsSubscription';
  /** The extension's. */
  readonly name: string;
  readonly types: readonly string[];
}

/** A subscriber was slower than what it subscribed to. */
export interface LogsDroppedRecord {
  readonly type: 'logsDropped';
  readonly reason: string;
  readonly droppedRecords: number;
  readonly droppedBytes: number;
}

/** What became of an extension in the init phase. */
export interface ExtensionFacts {
  readonly name: string;
  readonly state: ExtensionStateName;
  readonly events: readonly ExtensionEvent[];
  /** What it reported as its error, or why it could not be started. */
  readonly errorType?: string | undefined;
}

export interface ExtensionRecord extends ExtensionFacts {
  readonly type: 'extension';
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
  | InitRuntimeDoneRecord
  | InitReportRecord
  | ExtensionRecord
  | StartRecord
  | RuntimeDoneRecord
  | ReportRecord
  | SubscriptionRecord
  | LogsDroppedRecord;

/** One line of the JSON format. */
export function recordLine(record: PlatformRecord, nowMs: number): string {
  const time = new Date(nowMs).toISOString();
  return JSON.stringify({ time, type: `platform.${record.type}`, record: recordMembers(record) });
}

/** What stands under `record`. Members that are undefined do not appear: JSON.stringify leaves them out. */
export function recordMembers(record: PlatformRecord): Record<string, unknown> {
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
    case 'initRuntimeDone': {
      const { initializationType, phase } = record;
      return { initializationType, phase, ...status(record) };
    }
    case 'initReport': {
      const { initializationType, phase, durationMs } = record;
      return { initializationType, phase, metrics: { durationMs: micros(durationMs) }, ...status(record) };
    }
    case 'extension': {
      const { name, state, events, errorType } = record;
      return { name, state, events, errorType };
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
    case 'telemetrySubscription':
    case 'logsSubscription':
      return { name: record.name, state: 'Subscribed', types: record.types };
    case 'logsDropped': {
      const { reason, droppedRecords, droppedBytes } = record;
      return { reason, droppedRecords, droppedBytes };
    }
  }
}

function reportMetrics(record: ReportRecord): Record<string, number | undefined> {
  return {
    durationMs: micros(record.durationMs),
    billedDurationMs: billedOf(record),
    memorySizeMB: record.memoryMb,
    maxMemoryUsedMB: record.maxMemoryMb,
    initDurationMs: record.initMs === undefined ? undefined : micros(record.initMs),
  };
}

function status({ outcome, errorType }: OutcomeFacts): Record<string, string | undefined> {
  return { status: outcome, errorType: outcome === 'success' ? undefined : errorType };
}

/** Durations in records are whole microseconds, divided by 1000. */
export function micros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
