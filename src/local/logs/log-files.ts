import { type FileHandle, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors.js';
import { entryLine, readSegment, SEGMENT_HEADER, type Segment, type SegmentEntry } from './log-segment.js';
import type { LogGroup, LogKeeper, LogStore } from './log-store.js';
import type { LogStream } from './log-stream.js';

/** When a file has this size the next one is begun; the oldest goes when there are too many: 32 MB in all. */
const SEGMENT_BYTES = 4 * 1024 * 1024;
const MOST_SEGMENTS = 8;

/** How long lines wait for others to be written with: no longer than a person would notice. */
const GATHER_MS = 100;

const NAME = /^(\d{8})\.jsonl$/;

/**
 * Reads the logs that an earlier service left in a folder that nobody else has (data-dir.ts) into the store, and
 * from now on writes there what the store takes. Nothing waits for the disk: a service that is killed loses what
 * came in its last tenth of a second.
 * @param onProblem told what a person should know: unreadable lines, a disk that is full
 */
export async function keepLogs(
  store: LogStore,
  folder: string,
  onProblem: (text: string) => void,
): Promise<LogFiles> {
  const numbers = (await readdir(folder))
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
  const segments: { readonly number: number; readonly segment: Segment }[] = [];
  let room = store.bounds.events;
  // From the newest on, as far as the store has room.
  for (const number of numbers.toReversed()) {
    if (room <= 0) break;
    const segment = await read(join(folder, nameOf(number)));
    segments.unshift({ number, segment });
    room -= segment.entries.length;
  }
  for (const { segment } of segments) restore(store, segment.entries);
  const unreadable = segments.reduce((sum, { segment }) => sum + segment.unreadable, 0);
  if (unreadable > 0)
    onProblem(`${unreadable} ${unreadable === 1 ? 'line' : 'lines'} of the logs in ${folder} cannot be read`);
  const files = new LogFiles(store, folder, numbers, segments.at(-1)?.segment, onProblem);
  store.keeper = files;
  for (const group of store.allGroups()) files.groupOpened(group);
  return files;
}

async function read(path: string): Promise<Segment> {
  const bytes = await readFile(path).catch((cause: Error) => {
    throw new UserError('environment.data-dir', {
      what: `The logs ${path} cannot be read (${cause.message}).`,
      fix: 'Make it readable, remove it, or name another folder: --data-dir DIR',
      cause,
    });
  });
  const segment = readSegment(bytes);
  if (segment) return segment;
  throw new UserError('environment.data-dir', {
    what: `The logs ${path} were written by a newer crablet.`,
    fix: 'Use that version, or another folder: --data-dir DIR',
  });
}

function restore(store: LogStore, entries: readonly SegmentEntry[]): void {
  const streams = new Map<number, LogStream>();
  for (const entry of entries) {
    switch (entry.kind) {
      case 'group':
        store.openGroup(entry.name, entry.creationTime);
        break;
      case 'stream':
        streams.set(entry.number, store.restoreStream(entry.group, entry.name, entry.creationTime));
        break;
      case 'event': {
        const stream = streams.get(entry.stream);
        if (stream) store.restoreEvent(stream, entry.event);
        break;
      }
    }
  }
}

const nameOf = (number: number) => `${String(number).padStart(8, '0')}.jsonl`;

/** The files that a store's events go to: lines are only ever added, and files removed whole. */
export class LogFiles implements LogKeeper {
  private file: FileHandle | undefined;
  private size = 0;
  /** What streams are called in the current file. */
  private readonly numbers = new Map<LogStream, number>();
  private nextNumber = 0;
  private readonly groups = new Set<LogGroup>();
  /** Streams with something new, and the first index that has not been written. */
  private readonly unwritten = new Map<LogStream, number>();
  private cancel: (() => void) | undefined;
  private writing: Promise<void> = Promise.resolve();
  private complained = false;

  constructor(
    private readonly store: LogStore,
    private readonly folder: string,
    private readonly segments: number[],
    private last: Segment | undefined,
    private readonly onProblem: (text: string) => void,
  ) {}

  groupOpened(group: LogGroup): void {
    this.groups.add(group);
    this.soon();
  }

  /** Called for each event: it only notes where to read on. */
  came(stream: LogStream): void {
    if (this.unwritten.has(stream)) return;
    this.unwritten.set(stream, stream.end - 1);
    this.soon();
  }

  /** Writes what has come. */
  flush(): Promise<void> {
    this.cancel?.();
    this.cancel = undefined;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.file?.close();
    this.file = undefined;
  }

  private soon(): void {
    this.cancel ??= this.store.clock.after(GATHER_MS, () => void this.flush());
  }

  private async write(): Promise<void> {
    try {
      const file = await this.current();
      const bytes = Buffer.from(this.lines());
      if (bytes.length === 0) return;
      await file.appendFile(bytes);
      this.size += bytes.length;
      this.complained = false;
    } catch (error) {
      // Half a line must not stand before the next one.
      await this.file?.truncate(this.size).catch(() => {});
      if (!this.complained)
        this.onProblem(`Logs cannot be written to ${this.folder} (${(error as Error).message})`);
      this.complained = true;
    }
  }

  private lines(): string {
    let text = '';
    for (const [stream, from] of this.unwritten) {
      const group = this.store.groupOf(stream);
      if (!group) continue;
      const known = this.numbers.get(stream);
      const number = known ?? this.nextNumber;
      if (known === undefined) {
        this.numbers.set(stream, number);
        this.nextNumber += 1;
        const { name, creationTime } = stream;
        text += entryLine({ kind: 'stream', number, group: group.name, name, creationTime });
      }
      for (const event of stream.since(from)) text += entryLine({ kind: 'event', stream: number, event });
    }
    this.unwritten.clear();
    for (const { name, creationTime } of this.groups)
      text = entryLine({ kind: 'group', name, creationTime }) + text;
    this.groups.clear();
    return text;
  }

  /** The file to write to: the last one goes on while it has room, behind its last whole line. */
  private async current(): Promise<FileHandle> {
    if (this.file && this.size < SEGMENT_BYTES) return this.file;
    await this.file?.close();
    this.file = undefined;
    const { last } = this;
    this.last = undefined;
    const whole = last && last.whole < SEGMENT_BYTES ? last.whole : 0;
    if (whole === 0) this.segments.push((this.segments.at(-1) ?? 0) + 1);
    const file = await open(join(this.folder, nameOf(this.segments.at(-1)!)), 'a');
    await file.truncate(whole);
    this.file = file;
    this.size = whole;
    this.numbers.clear();
    this.nextNumber = whole === 0 ? 0 : freeNumber(last);
    if (whole === 0) await this.begin(file);
    return file;
  }

  private async begin(file: FileHandle): Promise<void> {
    await file.appendFile(SEGMENT_HEADER);
    this.size = SEGMENT_HEADER.length;
    // Each file can be read without those before it, of which the first is removed now.
    for (const group of this.store.allGroups()) this.groups.add(group);
    for (const old of this.segments.splice(0, Math.max(0, this.segments.length - MOST_SEGMENTS)))
      await rm(join(this.folder, nameOf(old)), { force: true });
  }
}

/** The first number that no stream has in this file. */
function freeNumber(segment: Segment | undefined): number {
  return (segment?.entries ?? []).reduce(
    (free, entry) => (entry.kind === 'stream' ? Math.max(free, entry.number + 1) : free),
    0,
  );
}
