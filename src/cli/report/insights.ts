import type { InsightsResult } from '../../logs/source.js';
import { type CliContext, note, print } from '../context.js';
import type { LogsCommandOptions } from '../log-options.js';

/** Rows of Logs Insights: a table in a terminal, JSON objects in a pipe. What was scanned, which costs, on stderr. */
export async function reportInsights(
  ask: (onProgress: (bytesScanned: number) => void) => Promise<InsightsResult>,
  { output }: Pick<LogsCommandOptions, 'output'>,
  context: CliContext,
): Promise<void> {
  const { stderr, stdout } = context;
  const result = await ask((bytes) => {
    if (stderr.isTTY) stderr.write(`\r\u001b[K${megabytes(bytes)} scanned`);
  });
  if (stderr.isTTY) stderr.write('\r\u001b[K');
  // A pointer to the whole event, of use to the API only.
  const rows = result.rows.map(({ '@ptr': _, ...row }) => row);
  const asTable = output === 'pretty' || (output === undefined && stdout.isTTY === true);
  for (const line of asTable ? table(rows) : rows.map((row) => JSON.stringify(row))) print(context, line);
  note(
    context,
    `${rows.length} rows of ${result.recordsMatched} events; ${megabytes(result.bytesScanned)} scanned`,
  );
}

/** Rows below the names of their columns, each as wide as its widest value. */
function table(rows: readonly Readonly<Record<string, string>>[]): string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (names.length === 0) return [];
  const cells = [names, ...rows.map((row) => names.map((name) => row[name]?.trimEnd() ?? ''))];
  const widths = names.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
