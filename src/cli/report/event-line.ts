import type pc from 'picocolors';
import type { EventQueueNews, EventQueueRecord } from '../../local/events.js';

type Colors = ReturnType<typeof pc.createColors>;

/** What became of an event, for a person; the function's own lines tell how it ran. */
export function eventLine({ record, requestId }: EventQueueNews, color: Colors): string {
  return [...facts(record, color), color.dim(requestId)].join(color.dim(' · '));
}

function facts(record: EventQueueRecord, color: Colors): string[] {
  switch (record.type) {
    case 'retry':
      return [
        color.yellow(`↻ attempt ${record.attempt} of ${record.attempts} in ${duration(record.delayMs)}`),
      ];
    case 'requeue':
      return [color.yellow(`↻ could not run, again in ${duration(record.delayMs)}`), record.reason];
    case 'dropped':
      return [
        color.red(`✗ event dropped: ${record.condition}`),
        record.attempts === 1 ? '1 attempt' : `${record.attempts} attempts`,
      ];
    case 'delivered':
      return [`→ ${record.role}`, record.target];
    case 'undelivered': {
      const again = record.delayMs === undefined ? 'given up' : `again in ${duration(record.delayMs)}`;
      return [color.red(`✗ ${record.role} not sent, ${again}`), record.target, record.why];
    }
    default:
      return record satisfies never;
  }
}

function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  return `${Math.round(seconds / 60)} min`;
}
