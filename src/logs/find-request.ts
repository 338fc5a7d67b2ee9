import { type LoggedLine, loggedLine } from './log-line.js';
import { type Block, RequestFolder } from './requests.js';
import { type EventsQuery, type LogsSource, NoGroup } from './source.js';

/**
 * One request with all of its lines. CloudWatch finds those that have the id in them, which START and REPORT do; the
 * lines between them, in the same stream, are the request's too.
 * @returns undefined when no group has it
 */
export async function findRequest(
  source: LogsSource,
  groups: readonly string[],
  requestId: string,
  startMs: number,
): Promise<Block | undefined> {
  for (const group of groups) {
    const named = await collect(source, { group, startMs, pattern: `"${requestId}"` });
    const first = named[0];
    if (!first) continue;
    const { stream } = first;
    const mine = named.filter((line) => line.stream === stream);
    const last = mine.at(-1)!;
    // The line before END may be of the same millisecond, and the end is not included.
    const whole = { group, streams: [stream], startMs: first.time, endMs: last.time + 1 };
    const block = requestIn(await collect(source, whole), requestId);
    if (block) return block;
  }
  return undefined;
}

function requestIn(lines: readonly LoggedLine[], requestId: string): Block | undefined {
  const folder = new RequestFolder();
  const blocks = [...lines.flatMap((line) => folder.take(line)), ...folder.flush()];
  return blocks.find((block) => block.kind === 'request' && block.requestId === requestId);
}

async function collect(source: LogsSource, query: EventsQuery): Promise<LoggedLine[]> {
  const lines: LoggedLine[] = [];
  try {
    for await (const page of source.events(query))
      for (const event of page) lines.push(loggedLine(query.group, event));
  } catch (error) {
    if (!(error instanceof NoGroup)) throw error;
  }
  return lines;
}
