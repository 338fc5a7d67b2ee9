import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../../errors.js';
import type { EventStore, Unfinished } from './event-store.js';
import { type Entry, toLine } from './journal-lines.js';
import type { PendingDelivery, QueuedEvent } from './queued-event.js';
import { type Live, readJournal } from './unfinished.js';

const NAME = 'queue.log';

/** A journal is written anew when it has grown to this, and to twice what it was when it was last written. */
const COMPACT_BYTES = 1_048_576;

/** How much of it is written at a time. */
const PIECE_LENGTH = 65_536;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Opens the journal of a folder that nobody else has (data-dir.ts), and reads what an earlier service left in it.
 * @param onProblem told what a person should know: unreadable lines, a disk that is full
 */
export async function openEventJournal(
  folder: string,
  onProblem: (text: string) => void,
): Promise<EventStore> {
  const path = join(folder, NAME);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const { live, unreadable, known } = readJournal(bytes);
  if (!known) {
    throw new UserError('environment.data-dir', {
      what: `The event queue ${path} was written by a newer crablet.`,
      fix: 'Use that version, or another folder: --data-dir DIR',
    });
  }
  if (unreadable > 0) {
    const kept = `${path}.damaged-${Date.now()}`;
    await rename(path, kept);
    onProblem(
      `${unreadable} ${unreadable === 1 ? 'line' : 'lines'} of the event queue cannot be read; the file is kept as ${kept}`,
    );
  }
  const written = await writeWhole(path, live);
  return new EventJournal(path, live, written, onProblem);
}

/**
 * Events on disk: lines are only ever added to the file, and now and then it is written anew, in another file that
 * takes its place when it is whole. An event is accepted when it has been forced to the disk, so it outlives a power
 * failure; what happens to it later is only written, for losing that means no more than doing it again.
 */
class EventJournal implements EventStore {
  readonly unfinished: Unfinished;
  private lines: string[] = [];
  private waiters: Waiter[] = [];
  private writing: Promise<void> | undefined;
  private compactAt: number;
  private complained = false;
  private closed = false;
  private file: FileHandle;
  private size: number;

  constructor(
    private readonly path: string,
    private readonly live: Live,
    { file, size }: Written,
    private readonly onProblem: (text: string) => void,
  ) {
    this.file = file;
    this.size = size;
    this.unfinished = live.unfinished;
    this.compactAt = nextCompaction(size);
  }

  accepted(event: QueuedEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      const rejected = (error: Error) => {
        this.live.forget(event.requestId);
        reject(error);
      };
      this.waiters.push({ resolve, reject: rejected });
      this.add({ kind: 'accepted', event });
    });
  }

  changed({ requestId, attempts, requeues, dueAt }: QueuedEvent): void {
    this.add({ kind: 'changed', requestId, attempts, requeues, dueAt });
  }

  ended(requestId: string, deliveries: readonly PendingDelivery[]): void {
    this.add({ kind: 'ended', requestId, deliveries });
  }

  delivered(id: string): void {
    this.add({ kind: 'delivered', id });
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.writing;
    await this.file.datasync().catch(() => {});
    await this.file.close();
  }

  private add(entry: Entry): void {
    // The answer to a message that was on its way: not to know it means to send the message again.
    if (this.closed) return;
    this.live.take(entry);
    this.lines.push(toLine(entry));
    this.writing ??= this.write();
  }

  /** One write, and one wait for the disk, for all that has come meanwhile. */
  private async write(): Promise<void> {
    while (this.lines.length > 0) {
      const bytes = Buffer.from(this.lines.splice(0).join(''));
      const waiters = this.waiters.splice(0);
      try {
        await this.file.appendFile(bytes);
        if (waiters.length > 0) await this.file.datasync();
        this.size += bytes.length;
        for (const { resolve } of waiters) resolve();
      } catch (error) {
        await this.failed(error as Error, waiters);
      }
      if (this.size >= this.compactAt) await this.compact();
    }
    // In this very moment: a line that comes in the next one begins anew.
    this.writing = undefined;
  }

  private async failed(error: Error, waiters: readonly Waiter[]): Promise<void> {
    for (const { reject } of waiters) reject(error);
    // Half a line must not stand before the next one.
    await this.file.truncate(this.size).catch(() => {});
    // What was to be written is known, and goes into the file when it can be written whole again.
    this.compactAt = 0;
    if (!this.complained) this.onProblem(`The event queue cannot be written (${error.message})`);
    this.complained = true;
  }

  private async compact(): Promise<void> {
    try {
      const { file, size } = await writeWhole(this.path, this.live);
      await this.file.close();
      this.file = file;
      this.size = size;
      this.compactAt = nextCompaction(size);
      this.complained = false;
    } catch {
      // The old file is as good; the next try is a while away.
      this.compactAt = this.size + COMPACT_BYTES;
    }
  }
}

function nextCompaction(size: number): number {
  return Math.max(COMPACT_BYTES, 2 * size);
}

interface Written {
  readonly file: FileHandle;
  readonly size: number;
}

/** At the end also after the file was cut. */
const TO_ITS_END = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND;

/** Writes a journal aside, and puts it in its place in one step. */
async function writeWhole(path: string, live: Live): Promise<Written> {
  const aside = `${path}.next`;
  const file = await open(aside, TO_ITS_END);
  try {
    let size = 0;
    for (const bytes of inPieces(live.entries())) {
      await file.appendFile(bytes);
      size += bytes.length;
    }
    await file.datasync();
    await rename(aside, path);
    await syncFolder(dirname(path));
    return { file, size };
  } catch (error) {
    await file.close();
    await rm(aside, { force: true });
    throw error;
  }
}

function* inPieces(entries: Iterable<Entry>): Generator<Buffer> {
  let text = '';
  for (const entry of entries) {
    text += toLine(entry);
    if (text.length < PIECE_LENGTH) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

/** The new name has to be on the disk too. Not every system opens folders. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
