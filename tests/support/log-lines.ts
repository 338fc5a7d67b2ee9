import type { LocalEvent } from '../../src/local/events.js';
import { textLine } from '../../src/local/text-line.js';

/** What was told, one line each: AWS's lines with their numbers and ids left out, the function's as they are. */
export function logOf(events: readonly LocalEvent[]): string[] {
  return events.flatMap(linesOf);
}

function linesOf(event: LocalEvent): string[] {
  switch (event.type) {
    case 'platform': {
      const line = textLine(event.record);
      return line === undefined ? [] : [withoutNumbers(line)];
    }
    case 'log':
      return [event.line];
    case 'environment.closed':
      return [`closed: ${event.reason}`];
    case 'event-queue':
      return [`${event.record.type}`];
    case 'debugger':
      return [`debugger: ${event.attached ? 'attached' : 'awaited'}`];
    case 'trace':
      return [`trace: ${event.spans.length}`];
    case 'provisioning':
      return [`provisioning: ${event.status} ${event.available}/${event.requested}`];
  }
}

export function withoutNumbers(line: string): string {
  return line
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
    .replace(/\d+\.\d\d ms/g, 'N ms')
    .replace(/Billed Duration: \d+ ms/, 'Billed Duration: N ms');
}
