/**
 * The lines that Lambda itself writes to a function's log in its text format, each without its line feed.
 * SNAP:test_lambda#test_invocation_with_logs; failures: developer guide of 2026, runtime environment. The JSON
 * format is in log-records.ts; recorded lines of both are in tests/golden/log-lines.json.
 */

export type Phase = 'init' | 'invoke';

/** How an init phase or an invocation ended. `failure` is AWS's word for what its own side broke. */
export type OutcomeName = 'success' | 'error' | 'failure' | 'timeout';

export interface OutcomeFacts {
  readonly outcome: OutcomeName;
  /** Known when the outcome is `error` or `failure`. */
  readonly errorType?: string | undefined;
}

export interface InitReportFacts extends OutcomeFacts {
  readonly durationMs: number;
  readonly phase: Phase;
}

export interface ReportFacts extends OutcomeFacts {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memoryMb: number;
  /** Left out of the line where the system does not tell it. */
  readonly maxMemoryMb?: number | undefined;
  /** Only for the first invocation of an environment. */
  readonly initMs?: number | undefined;
  /** The init phase of a provisioned environment is paid for with its provisioning. */
  readonly initBilledApart?: boolean | undefined;
}

/**
 * Whole milliseconds that AWS would bill. The init phase counts since August 2025: 1233.96 + 463.512 → 1698
 * (a log group of 8 Oct 2026), 133.61 + 80.00 → 214 (developer guide).
 */
export function billedMs(durationMs: number, initMs = 0): number {
  // Microseconds first: 0.1 + 0.2 must not become one millisecond more than 0.3 is.
  const total = Math.round((durationMs + initMs) * 1000) / 1000;
  return Math.max(1, Math.ceil(total));
}

/** What a REPORT says of it. */
export function billedOf({ durationMs, initMs, initBilledApart }: ReportFacts): number {
  return billedMs(durationMs, initBilledApart ? 0 : initMs);
}

/** `runtimeVersion` is such as `provided:al2023.v100`. */
export function initStartLine(facts: {
  runtimeVersion: string;
  runtimeVersionArn?: string | undefined;
}): string {
  const arn =
    facts.runtimeVersionArn === undefined ? '' : `\tRuntime Version ARN: ${facts.runtimeVersionArn}`;
  return `INIT_START Runtime Version: ${facts.runtimeVersion}${arn}`;
}

/**
 * Written when an init phase failed, and always for one that nothing waited for; a successful one on demand is told
 * by the REPORT line. Success has no further fields (users' logs of provisioned and SnapStart environments).
 */
export function initReportLine(facts: InitReportFacts): string {
  const line = `INIT_REPORT Init Duration: ${facts.durationMs.toFixed(2)} ms`;
  return facts.outcome === 'success' ? line : `${line}\tPhase: ${facts.phase}\t${statusFields(facts)}`;
}

/** Recorded in users' logs: tests/golden/log-lines.json. */
export function extensionLine(facts: {
  readonly name: string;
  readonly state: string;
  readonly events: readonly string[];
  readonly errorType?: string | undefined;
}): string {
  const line = `EXTENSION\tName: ${facts.name}\tState: ${facts.state}\tEvents: [${facts.events.join(', ')}]`;
  return facts.errorType === undefined ? line : `${line}\tError Type: ${facts.errorType}`;
}

export function startLine(facts: { requestId: string; version: string }): string {
  return `START RequestId: ${facts.requestId} Version: ${facts.version}`;
}

export function endLine(facts: { requestId: string }): string {
  return `END RequestId: ${facts.requestId}`;
}

/** The recorded success ends in a tab, for each of its fields does; a failure ends in its status. */
export function reportLine(facts: ReportFacts): string {
  const fields = [
    `REPORT RequestId: ${facts.requestId}`,
    `Duration: ${facts.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedOf(facts)} ms`,
    `Memory Size: ${facts.memoryMb} MB`,
  ];
  if (facts.maxMemoryMb !== undefined) fields.push(`Max Memory Used: ${facts.maxMemoryMb} MB`);
  if (facts.initMs !== undefined) fields.push(`Init Duration: ${facts.initMs.toFixed(2)} ms`);
  return `${fields.join('\t')}\t${facts.outcome === 'success' ? '' : statusFields(facts)}`;
}

/** Written when an extension has subscribed; `types` are `platform`, `function`, `extension`. */
export function subscriptionLine(
  api: 'TELEMETRY' | 'LOGS',
  facts: { name: string; types: readonly string[] },
): string {
  const types = facts.types.map((type) => type.slice(0, 1).toUpperCase() + type.slice(1));
  return `${api}\tName: ${facts.name}\tState: Subscribed\tTypes: [${types.join(', ')}]`;
}

function statusFields({ outcome, errorType }: OutcomeFacts): string {
  const status = `Status: ${outcome}`;
  // A timeout has a type of its own in the caller's payload, and none in this line.
  return errorType === undefined || outcome === 'timeout' ? status : `${status}\tError Type: ${errorType}`;
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
