import type { Unfinished } from './event-store.js';
import { type Entry, FORMAT, fromLine } from './journal-lines.js';
import type { PendingDelivery, QueuedEvent } from './queued-event.js';

/** What the entries of a journal leave to be done. */
export class Live {
  private readonly events = new Map<string, QueuedEvent>();
  private readonly deliveries = new Map<string, PendingDelivery>();

  take(entry: Entry): void {
    switch (entry.kind) {
      case 'format':
        return;
      case 'accepted':
        this.events.set(entry.event.requestId, entry.event);
        return;
      case 'changed': {
        const event = this.events.get(entry.requestId);
        const { attempts, requeues, dueAt } = entry;
        // In its old place: the order is that of acceptance.
        if (event) this.events.set(entry.requestId, { ...event, attempts, requeues, dueAt });
        return;
      }
      case 'ended':
        this.events.delete(entry.requestId);
        for (const delivery of entry.deliveries) this.deliveries.set(delivery.id, delivery);
        return;
      case 'delivered':
        this.deliveries.delete(entry.id);
        return;
      default:
        entry satisfies never;
    }
  }

  /** The event was not accepted after all. */
  forget(requestId: string): void {
    this.events.delete(requestId);
  }

  get unfinished(): Unfinished {
    return { events: [...this.events.values()], deliveries: [...this.deliveries.values()] };
  }

  /** The shortest journal that leaves the same to be done. */
  *entries(): Generator<Entry> {
    yield FORMAT;
    for (const delivery of this.deliveries.values())
      yield { kind: 'ended', requestId: delivery.requestId, deliveries: [delivery] };
    for (const event of this.events.values()) yield { kind: 'accepted', event };
  }
}

export interface JournalContents {
  readonly live: Live;
  /** Lines that cannot be read, but for a last one that was cut off as it was written. */
  readonly unreadable: number;
  /** Whether the first line is that of a format that this crablet knows. */
  readonly known: boolean;
}

/** Reads a journal, also one whose writer was killed in the middle of a line. */
export function readJournal(bytes: Buffer): JournalContents {
  const live = new Live();
  let [unreadable, known, first] = [0, true, true];
  for (const { line, whole } of linesOf(bytes)) {
    const entry = fromLine(line);
    if (entry) live.take(entry);
    else if (whole) unreadable += 1;
    if (first && entry) known = entry.kind === 'format' && entry.version === 1;
    first = false;
  }
  return { live, unreadable, known };
}

/** Not as one text: a journal may be longer than the longest text. */
function* linesOf(bytes: Buffer): Generator<{ line: string; whole: boolean }> {
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(0x0a, start);
    const line = bytes.toString('utf8', start, end === -1 ? bytes.length : end);
    if (line !== '') yield { line, whole: end !== -1 };
    start = end === -1 ? bytes.length : end + 1;
  }
}
