import pc from 'picocolors';
import { isAtLeast, type LogLevel } from '../../lambda/log-levels.js';
import { type LoggedLine, levelOf } from '../../logs/log-line.js';
import type { Block } from '../../logs/requests.js';
import { formatLogLine } from './log-line.js';
import { prefix, withParsed } from './log-view.js';
import { platformLine } from './platform-line.js';

export interface BlockViewOptions {
  readonly colors: boolean;
  readonly severalFunctions: boolean;
  /** Lines below it are left out; a request that failed is shown whatever its lines are. */
  readonly level: LogLevel | undefined;
}

/** A request that is over, or a line that belongs to none: the request's line, and its own lines below it. */
export function blockLines(block: Block, options: BlockViewOptions): string[] {
  if (block.kind === 'line') return lineAlone(block.line, options);
  const lines = block.lines.filter((line) => isShown(line, options.level));
  const { report } = block;
  const isWanted = options.level === undefined || (report !== undefined && report.outcome !== 'success');
  if (lines.length === 0 && !isWanted) return [];
  const color = pc.createColors(options.colors);
  const told = report && platformLine(report, color);
  const head = told ?? `${color.yellow('…')} not ended ${color.dim('·')} ${color.dim(block.requestId)}`;
  return [
    `${prefix(block, options)}${head}`,
    ...lines.flatMap((line) => shown(line, color).map((text) => `  ${text}`)),
  ];
}

/** A line as it comes: what `watch` shows too. */
export function lineAlone(line: LoggedLine, options: BlockViewOptions): string[] {
  const { record } = line;
  const color = pc.createColors(options.colors);
  const failed = record !== undefined && 'outcome' in record && record.outcome !== 'success';
  if (!failed && !isShown(line, options.level) && !(record?.type === 'report' && options.level === undefined))
    return [];
  if (record === undefined) return shown(line, color).map((text) => `${prefix(line, options)}${text}`);
  const told = platformLine(record, color);
  return told === undefined ? [] : [`${prefix(line, options)}${told}`];
}

/** One JSON object for each line. */
export function lineAsJson(line: LoggedLine, requestId: string | undefined): string {
  const { time, function: name, stream, message, record } = line;
  const from = { time: new Date(time).toISOString(), function: name, logStream: stream };
  if (record === undefined) return withParsed({ ...from, type: 'function', requestId, line: message });
  const { type, ...facts } = record;
  return withParsed({ ...from, type: `platform.${type}`, ...facts, line: message });
}

/** Whether the level lets a line through; Lambda's own lines are shown by what they say. */
export function passes(line: LoggedLine, level: LogLevel | undefined): boolean {
  if (level === undefined) return true;
  const { record } = line;
  if (record === undefined) return isAtLeast(levelOf(line.message), level);
  return isAtLeast('outcome' in record && record.outcome !== 'success' ? 'ERROR' : 'INFO', level);
}

/** Lambda's own lines of a request are folded into its first. */
function isShown(line: LoggedLine, level: LogLevel | undefined): boolean {
  return line.record === undefined && line.message.trim() !== '' && passes(line, level);
}

/** A message of several lines stays one below the other. */
function shown({ message }: LoggedLine, color: ReturnType<typeof pc.createColors>): string[] {
  return formatLogLine(message, color).split('\n');
}
