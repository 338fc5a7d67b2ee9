/**
 * The lines that Lambda itself writes to a function's log, in its text and its JSON format.
 * Text: SNAP:test_lambda#test_invocation_with_logs, developer guide of 2026 (runtime environment). JSON: a real
 * log group of 8 Oct 2026. Both are in test/golden/log-lines.json.
 */

export type Phase = 'init' | 'invoke';

/** How an init phase or an invocation ended. `failure` is AWS's word for what its own side broke. */
export type Outcome =
  | { readonly status: 'success' }
  | { readonly status: 'timeout' }
  | { readonly status: 'error' | 'failure'; readonly errorType: string };

export interface InitStartFacts {
  readonly type: 'initStart';
  readonly initializationType: string;
  readonly phase: Phase;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly logStream: string;
  readonly memoryMb: number;
  /** Such as `provided:al2023.v100`. Without it there is no text line. */
  readonly runtimeVersion?: string;
  readonly runtimeVersionArn?: string;
}

export interface InitReportFacts {
  readonly type: 'initReport';
  readonly initializationType: string;
  readonly phase: Phase;
  readonly durationMs: number;
  readonly outcome: Outcome;
}

export interface StartFacts {
  readonly type: 'start';
  readonly requestId: string;
  readonly functionArn: string;
  readonly version: string;
  readonly tenantId?: string;
}

/** The end of an invocation: `END …` in text, `platform.runtimeDone` in JSON. */
export interface EndFacts {
  readonly type: 'end';
  readonly requestId: string;
  readonly durationMs: number;
  readonly producedBytes: number;
  readonly outcome: Outcome;
}

export interface ReportFacts {
  readonly type: 'report';
  readonly requestId: string;
  readonly durationMs: number;
  readonly memoryMb: number;
  readonly maxMemoryMb: number;
  /** Only for the first invocation of an environment. */
  readonly initMs?: number | undefined;
  readonly outcome: Outcome;
  readonly tenantId?: string;
}

export type PlatformEvent = InitStartFacts | InitReportFacts | StartFacts | EndFacts | ReportFacts;

/**
 * Whole milliseconds that AWS would bill. The init phase counts since August 2025: 1233.96 + 463.512 → 1698
 * (the log group of 8 Oct 2026), 133.61 + 80.00 → 214 (developer guide).
 */
export function billedMs(durationMs: number, initMs = 0): number {
  // Microseconds first: 0.1 + 0.2 must not become one millisecond more than 0.3 is.
  const total = Math.round((durationMs + initMs) * 1000) / 1000;
  return Math.max(1, Math.ceil(total));
}

/** The line of the text format, with its line feed; `undefined` for an event that this format does not show. */
export function platformText(event: PlatformEvent): string | undefined {
  switch (event.type) {
    case 'initStart':
      return initStartText(event);
    case 'initReport':
      // A successful init phase of a function on demand is told by the REPORT line.
      if (event.outcome.status === 'success' && event.initializationType === 'on-demand') return undefined;
      return `INIT_REPORT Init Duration: ${event.durationMs.toFixed(2)} ms\tPhase: ${event.phase}\t${statusText(event.outcome)}\n`;
    case 'start':
      return `START RequestId: ${event.requestId} Version: ${event.version}\n`;
    case 'end':
      return `END RequestId: ${event.requestId}\n`;
    case 'report':
      return reportText(event);
  }
}

function initStartText({ runtimeVersion, runtimeVersionArn }: InitStartFacts): string | undefined {
  if (runtimeVersion === undefined) return undefined;
  const arn = runtimeVersionArn === undefined ? '' : `\tRuntime Version ARN: ${runtimeVersionArn}`;
  return `INIT_START Runtime Version: ${runtimeVersion}${arn}\n`;
}

function reportText(event: ReportFacts): string {
  const init = event.initMs === undefined ? '' : `Init Duration: ${event.initMs.toFixed(2)} ms\t`;
  const fields =
    `REPORT RequestId: ${event.requestId}\tDuration: ${event.durationMs.toFixed(2)} ms\t` +
    `Billed Duration: ${billedMs(event.durationMs, event.initMs)} ms\tMemory Size: ${event.memoryMb} MB\t` +
    `Max Memory Used: ${event.maxMemoryMb} MB\t${init}`;
  // The recorded success ends in the last field's tab, the guide's failures end in the status.
  return event.outcome.status === 'success' ? `${fields}\n` : `${fields}${statusText(event.outcome)}\n`;
}

function statusText(outcome: Outcome): string {
  switch (outcome.status) {
    case 'success':
    case 'timeout':
      return `Status: ${outcome.status}`;
    case 'error':
    case 'failure':
      return `Status: ${outcome.status}\tError Type: ${outcome.errorType}`;
  }
}

/** The line of the JSON format, with its line feed. */
export function platformJson(event: PlatformEvent, nowMs: number): string {
  const time = new Date(nowMs).toISOString();
  return `${JSON.stringify({ time, type: `platform.${jsonName(event)}`, record: jsonRecord(event) })}\n`;
}

function jsonName(event: PlatformEvent): string {
  return event.type === 'end' ? 'runtimeDone' : event.type;
}

function jsonRecord(event: PlatformEvent): Record<string, unknown> {
  switch (event.type) {
    case 'initStart':
      return {
        initializationType: event.initializationType,
        phase: event.phase,
        runtimeVersion: event.runtimeVersion,
        runtimeVersionArn: event.runtimeVersionArn,
        functionName: event.functionName,
        functionVersion: event.functionVersion,
        instanceId: event.logStream,
        instanceMaxMemory: event.memoryMb * 1024 * 1024,
      };
    case 'initReport': {
      const { initializationType, phase } = event;
      return {
        initializationType,
        phase,
        metrics: { durationMs: micros(event.durationMs) },
        ...event.outcome,
      };
    }
    case 'start':
      return {
        requestId: event.requestId,
        functionArn: event.functionArn,
        version: event.version,
        tenantId: event.tenantId,
      };
    case 'end': {
      const metrics = { durationMs: micros(event.durationMs), producedBytes: event.producedBytes };
      return { requestId: event.requestId, ...event.outcome, metrics };
    }
    case 'report':
      return {
        requestId: event.requestId,
        metrics: {
          durationMs: micros(event.durationMs),
          billedDurationMs: billedMs(event.durationMs, event.initMs),
          memorySizeMB: event.memoryMb,
          maxMemoryUsedMB: event.maxMemoryMb,
          ...(event.initMs !== undefined && { initDurationMs: micros(event.initMs) }),
        },
        ...event.outcome,
        tenantId: event.tenantId,
      };
  }
}

/** Durations in JSON are microseconds divided by 1000. */
function micros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** `/aws/lambda/<function>`, unless the function's configuration names another. */
export function logGroupName(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

/**
 * `YYYY/MM/DD/[<version>]<32 hex digits>`, one for each environment; in a log group of the user's choice the
 * function's name stands before the bracket.
 */
export function logStreamName(nowMs: number, version: string, hex32: string, functionName = ''): string {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/${functionName}[${version}]${hex32}`;
}
