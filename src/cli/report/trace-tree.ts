import { stripVTControlCharacters } from 'node:util';
import type pc from 'picocolors';
import type { TraceNews } from '../../local/events.js';
import type { Attributes, Span } from '../../traces/span.js';
import { type TreeRow, treeOf } from '../../traces/tree.js';

type Colors = ReturnType<typeof pc.createColors>;

const BAR = 24;
/** So many rows are drawn of a trace; a loop with a span in it would fill the terminal. */
const MOST_ROWS = 200;
const LONGEST_NAME = 48;

/** A trace as a tree: names, a bar for when and how long each span was, its duration, and what it says of itself. */
export function traceTree(news: Omit<TraceNews, 'type'>, color: Colors): string[] {
  const rows = treeOf(news.spans);
  const startMs = Math.min(...rows.map(({ span }) => span.startMs));
  const endMs = Math.max(...rows.map(({ span }) => span.endMs));
  const shown = rows.slice(0, MOST_ROWS).map((row) => ({ row, label: labelOf(row) }));
  const width = Math.max(0, ...shown.map(({ label }) => label.length));
  const times = shown.map(({ row }) => milliseconds(row.span.endMs - row.span.startMs));
  const timeWidth = Math.max(0, ...times.map((time) => time.length));
  const title = [color.bold('trace'), news.traceId, color.dim('·'), milliseconds(endMs - startMs)];
  return [
    title.join(' '),
    ...shown.map(({ row, label }, index) => {
      const { span, isOrphan } = row;
      const failed = span.status === 'error';
      const name = label.padEnd(width);
      return [
        `  ${failed ? color.red(name) : name}`,
        color.cyan(bar(span, startMs, endMs)),
        times[index]!.padStart(timeWidth),
        factsOf(span, isOrphan, color),
      ]
        .join(' ')
        .trimEnd();
    }),
    ...(rows.length > MOST_ROWS ? [color.dim(`  … and ${rows.length - MOST_ROWS} spans more`)] : []),
    ...(news.droppedSpans > 0 ? [color.yellow(`  ! ${news.droppedSpans} spans were not kept`)] : []),
  ];
}

function labelOf({ span, branches }: TreeRow): string {
  const lines = branches.slice(0, -1).map((more) => (more ? '│ ' : '  '));
  const own = branches.length === 0 ? '' : branches.at(-1) ? '├ ' : '└ ';
  const name = clean(span.name) || '(no name)';
  const cut = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
  return lines.join('') + own + cut;
}

function bar(span: Span, startMs: number, endMs: number): string {
  const whole = endMs - startMs || 1;
  const from = Math.min(BAR - 1, Math.floor(((span.startMs - startMs) / whole) * BAR));
  const length = Math.max(1, Math.round(((span.endMs - span.startMs) / whole) * BAR));
  return `${`▕${' '.repeat(from)}${'█'.repeat(Math.min(length, BAR - from))}`.padEnd(BAR + 1)}▏`;
}

/** What the tree says already, and what every span of `tracing` has: where in the source it is, and of which thread. */
const UNTOLD = /^(code\.|thread\.|busy_ns$|idle_ns$|target$|faas\.name$|faas\.trigger$|aws\.lambda\.)/;

function factsOf(span: Span, isOrphan: boolean, color: Colors): string {
  const problem = span.status === 'error' ? [color.red(`✗ ${clean(span.statusMessage ?? 'error')}`)] : [];
  const orphan = isOrphan ? [color.yellow('(its parent was not received)')] : [];
  return [...problem, ...orphan, ...attributeTexts(span.attributes, color)].join(' ');
}

function attributeTexts(attributes: Attributes, color: Colors): string[] {
  return Object.entries(attributes)
    .filter(([name]) => !UNTOLD.test(name))
    .map(([name, value]) => {
      const text = clean(typeof value === 'string' ? value : JSON.stringify(value));
      return `${color.dim(`${clean(name)}=`)}${text.length > 80 ? `${text.slice(0, 79)}…` : text}`;
    });
}

/** What spans are called comes from outside: it must not steer the terminal. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

function milliseconds(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms >= 100 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(2)} ms`;
}
