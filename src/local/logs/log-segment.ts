import type { LogEvent } from './log-stream.js';

/** What a file of logs is made of, a line each. A file can be read without any other. */
export type SegmentEntry =
  | { readonly kind: 'group'; readonly name: string; readonly creationTime: number }
  | {
      readonly kind: 'stream';
      /** What it is called in this file. */
      readonly number: number;
      readonly group: string;
      readonly name: string;
      readonly creationTime: number;
    }
  | { readonly kind: 'event'; readonly stream: number; readonly event: LogEvent };

/** The first line: whose file it is, and of which form. */
export const SEGMENT_HEADER = '["crablet logs",1]\n';
const OUR_FILE = /^\["crablet logs",\d+\]\n/;

export function entryLine(entry: SegmentEntry): string {
  return `${JSON.stringify(membersOf(entry))}\n`;
}

function membersOf(entry: SegmentEntry): readonly unknown[] {
  switch (entry.kind) {
    case 'group':
      return ['g', entry.name, entry.creationTime];
    case 'stream':
      return ['s', entry.number, entry.group, entry.name, entry.creationTime];
    case 'event': {
      const { index, timestamp, ingestionTime, message } = entry.event;
      return [entry.stream, index, timestamp, ingestionTime, message];
    }
  }
}

export interface Segment {
  readonly entries: readonly SegmentEntry[];
  /** Lines that hold nothing we know; the end of a line that was being written does not count. */
  readonly unreadable: number;
  /** How many bytes are whole lines: what comes behind was being written when the service was killed. */
  readonly whole: number;
}

/** Undefined for a file of a newer form. */
export function readSegment(bytes: Buffer): Segment | undefined {
  const whole = bytes.lastIndexOf(0x0a) + 1;
  const text = bytes.toString('utf8', 0, whole);
  if (OUR_FILE.test(text) && !text.startsWith(SEGMENT_HEADER)) return undefined;
  const lines = text.split('\n').slice(text.startsWith(SEGMENT_HEADER) ? 1 : 0, -1);
  const entries = lines.map(readEntry);
  const readable = entries.filter((entry) => entry !== undefined);
  return { entries: readable, unreadable: entries.length - readable.length, whole };
}

function readEntry(line: string): SegmentEntry | undefined {
  const [first, ...rest] = membersIn(line);
  if (first === 'g') {
    const [name, creationTime] = rest;
    return isText(name) && isCount(creationTime) ? { kind: 'group', name, creationTime } : undefined;
  }
  if (first === 's') {
    const [number, group, name, creationTime] = rest;
    if (!isCount(number) || !isText(group) || !isText(name) || !isCount(creationTime)) return undefined;
    return { kind: 'stream', number, group, name, creationTime };
  }
  const [index, timestamp, ingestionTime, message] = rest;
  if (!isCount(first) || !isCount(index) || !isCount(timestamp)) return undefined;
  if (!isCount(ingestionTime) || !isText(message)) return undefined;
  return { kind: 'event', stream: first, event: { timestamp, ingestionTime, message, index } };
}

function membersIn(line: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(line);
    return Array.isArray(value) ? (value as unknown[]) : [];
  } catch {
    return [];
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
