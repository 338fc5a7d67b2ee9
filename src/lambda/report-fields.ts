/** What a REPORT line says, in either of Lambda's log formats; milliseconds and MB. */
export interface ReportFields {
  readonly durationMs: number;
  readonly billedMs: number;
  readonly memoryMb: number;
  readonly maxMemoryMb?: number | undefined;
  readonly initMs?: number | undefined;
}

/**
 * Reads the REPORT from the tail of a log: the text line (tests/golden/log-lines.json) or the JSON record
 * `platform.report`. Undefined when there is none: a function with a system log level of WARN writes none.
 */
export function readReport(log: string): ReportFields | undefined {
  const lines = log.split('\n');
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const line = lines[at]!;
    const found = line.startsWith('REPORT RequestId: ') ? fromText(line) : fromJson(line);
    if (found) return found;
  }
  return undefined;
}

function fromText(line: string): ReportFields | undefined {
  const field = (name: string): number | undefined => {
    const text = new RegExp(`\\t${name}: ([\\d.]+) (?:ms|MB)`).exec(line)?.[1];
    return text === undefined ? undefined : Number(text);
  };
  return complete({
    durationMs: field('Duration'),
    billedMs: field('Billed Duration'),
    memoryMb: field('Memory Size'),
    maxMemoryMb: field('Max Memory Used'),
    initMs: field('Init Duration'),
  });
}

function fromJson(line: string): ReportFields | undefined {
  if (!line.startsWith('{') || !line.includes('"platform.report"')) return undefined;
  let record: { readonly type?: unknown; readonly record?: { readonly metrics?: Record<string, unknown> } };
  try {
    record = JSON.parse(line);
  } catch {
    // The tail begins in the middle of a line.
    return undefined;
  }
  const metrics = record.record?.metrics;
  if (record.type !== 'platform.report' || !metrics) return undefined;
  const field = (name: string): number | undefined => {
    const value = metrics[name];
    return typeof value === 'number' ? value : undefined;
  };
  return complete({
    durationMs: field('durationMs'),
    billedMs: field('billedDurationMs'),
    memoryMb: field('memorySizeMB'),
    maxMemoryMb: field('maxMemoryUsedMB'),
    initMs: field('initDurationMs'),
  });
}

function complete(fields: { [K in keyof ReportFields]: number | undefined }): ReportFields | undefined {
  const { durationMs, billedMs, memoryMb } = fields;
  if (durationMs === undefined || billedMs === undefined || memoryMb === undefined) return undefined;
  return { ...fields, durationMs, billedMs, memoryMb };
}
