import { crc32 } from 'node:zlib';
import type { PendingDelivery, QueuedEvent } from './queued-event.js';

/**
 * The lines of the event journal: a checksum, a blank, JSON. A line that fits its checksum is one that we wrote
 * whole, so it is not looked at further; its first line tells the format.
 */
export type Entry =
  | { readonly kind: 'format'; readonly version: 1 }
  | { readonly kind: 'accepted'; readonly event: QueuedEvent }
  | {
      readonly kind: 'changed';
      readonly requestId: string;
      readonly attempts: number;
      readonly requeues: number;
      readonly dueAt: number;
    }
  | { readonly kind: 'ended'; readonly requestId: string; readonly deliveries: readonly PendingDelivery[] }
  | { readonly kind: 'delivered'; readonly id: string };

export const FORMAT: Entry = { kind: 'format', version: 1 };

export function toLine(entry: Entry): string {
  const json = JSON.stringify(
    entry.kind === 'accepted'
      ? { ...entry, event: { ...entry.event, payload: entry.event.payload.toString('utf8') } }
      : entry,
  );
  return `${checksum(json)} ${json}\n`;
}

/** Undefined for what is no whole line of ours. */
export function fromLine(line: string): Entry | undefined {
  const json = line.slice(9);
  if (line[8] !== ' ' || line.slice(0, 8) !== checksum(json)) return undefined;
  const entry = JSON.parse(json) as Entry;
  if (entry.kind !== 'accepted') return entry;
  return {
    ...entry,
    event: { ...entry.event, payload: Buffer.from(entry.event.payload as unknown as string) },
  };
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
