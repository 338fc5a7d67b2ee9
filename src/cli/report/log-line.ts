import { stripVTControlCharacters } from 'node:util';
import type pc from 'picocolors';

type Colors = ReturnType<typeof pc.createColors>;

/**
 * A line of a function for a person: a JSON line of `tracing` as level, message and fields, any other as it is.
 * The JSON's shape is that of tracing-subscriber's formatter, which lambda_runtime uses.
 */
export function formatLogLine(line: string, color: Colors): string {
  const parsed = line.startsWith('{') ? parse(line) : undefined;
  if (!parsed) return formatText(line, color);
  const { message, ...fields } = fieldsOf(parsed);
  const level = typeof parsed['level'] === 'string' ? parsed['level'].toUpperCase() : undefined;
  if (level === undefined && message === undefined) return line;
  const rest = fieldsText(fields, color);
  const parts = [paint(level, color), text(message), rest, spansText(parsed, color)];
  return parts.filter((part) => part !== '').join(' ');
}

/** The spans that lambda_runtime's layers put around every invocation: their fields are in the request's own line. */
const RUNTIME_SPANS = ['Lambda runtime invoke', 'Lambda function invocation'];

/** The same without JSON: `INFO Lambda runtime invoke{requestId=…}: message`, as tracing-subscriber writes text. */
const TEXT_LINE = new RegExp(
  `^\\s*(TRACE|DEBUG|INFO|WARN|ERROR)\\s+(?:(?:${RUNTIME_SPANS.join('|')})\\{(?:"(?:[^"\\\\]|\\\\.)*"|[^}"])*\\}:\\s?)?(.*)$`,
  's',
);

function formatText(line: string, color: Colors): string {
  const plain = line.includes('\u001b') ? stripVTControlCharacters(line) : line;
  const [, level, rest = ''] = TEXT_LINE.exec(plain) ?? [];
  return level === undefined ? line : `${paint(level, color)} ${rest}`;
}

function fieldsText(fields: Readonly<Record<string, unknown>>, color: Colors): string {
  return Object.entries(fields)
    .map(
      ([name, value]) =>
        `${color.dim(`${name}=`)}${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join(' ');
}

/** The spans that the line was written in, from the outermost on, each with its fields. */
function spansText(line: Readonly<Record<string, unknown>>, color: Colors): string {
  const all = Array.isArray(line['spans']) ? (line['spans'] as unknown[]) : [line['span']];
  const shown = all
    .filter((span): span is Record<string, unknown> => typeof span === 'object' && span !== null)
    .filter(({ name }) => typeof name === 'string' && !RUNTIME_SPANS.includes(name))
    .map(({ name, ...fields }) => {
      const inside = fieldsText(fields, color);
      return inside === '' ? String(name) : `${String(name)}{${inside}}`;
    });
  return shown.length === 0 ? '' : `${color.dim('in')} ${shown.join(color.dim(' › '))}`;
}

const ABOUT_THE_LINE = new Set([
  'timestamp',
  'time',
  'level',
  'target',
  'span',
  'spans',
  'filename',
  'line_number',
  'threadId',
]);

/** The message and the fields, which tracing writes below `fields` or, flattened, beside the level. */
function fieldsOf(line: Record<string, unknown>): Record<string, unknown> {
  const nested = line['fields'];
  if (typeof nested === 'object' && nested !== null) return nested as Record<string, unknown>;
  return Object.fromEntries(Object.entries(line).filter(([name]) => !ABOUT_THE_LINE.has(name)));
}

function paint(level: string | undefined, color: Colors): string {
  switch (level) {
    case undefined:
      return '';
    case 'ERROR':
    case 'FATAL':
      return color.red(level);
    case 'WARN':
      return color.yellow('WARN ');
    case 'INFO':
      return color.green('INFO ');
    case 'DEBUG':
      return color.blue(level);
    case 'TRACE':
      return color.magenta(level);
    default:
      return level;
  }
}

function text(message: unknown): string {
  return message === undefined ? '' : typeof message === 'string' ? message : JSON.stringify(message);
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
