import { type LoggedLine, loggedLine } from './log-line.js';
import { mergeByTime } from './merge.js';
import { Seen } from './seen.js';
import { type LogsSource, NoGroup } from './source.js';

export interface ReadOptions {
  readonly groups: readonly string[];
  /** Functions to show, of groups that several have; all when left out. */
  readonly functions?: readonly string[] | undefined;
  readonly startMs: number;
  readonly endMs?: number | undefined;
  readonly pattern?: string | undefined;
}

/**
 * The lines of several groups in the order of their time.
 * @param onMissing told of each group that is not there
 */
export async function* readLines(
  source: LogsSource,
  options: ReadOptions,
  onMissing: (group: string) => void,
): AsyncGenerator<LoggedLine> {
  const { groups, functions, startMs, endMs, pattern } = options;
  const wanted = functions && new Set(functions);
  const series = groups.map(async function* (group): AsyncGenerator<LoggedLine> {
    try {
      for await (const page of source.events({ group, startMs, endMs, pattern })) {
        for (const event of page) {
          const line = loggedLine(group, event);
          if (wanted === undefined || wanted.has(line.function)) yield line;
        }
      }
    } catch (error) {
      if (!(error instanceof NoGroup)) throw error;
      onMissing(group);
    }
  });
  yield* mergeByTime(series);
}

export interface FollowOptions extends Omit<ReadOptions, 'groups' | 'endMs'> {
  /** Asked before every look: functions may be added. */
  readonly groups: () => Promise<readonly string[]>;
  /** How long to wait between looks, and how far back each begins, in milliseconds. */
  readonly intervalMs: number;
  readonly overlapMs: number;
  readonly signal: AbortSignal;
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly onLine: (line: LoggedLine) => void;
  /** Called when one look is over; `first` after that at what there was. */
  readonly onLook: (first: boolean) => void;
}

/**
 * Follows groups until the signal is aborted. Live Tail would tell sooner, but leaves events out when there are more
 * than 500 in a second, wants groups that exist, and AWS charges for its minutes (CloudWatch Logs user guide, Live
 * Tail): FilterLogEvents is what `aws logs tail --follow` asks too.
 */
export async function followLines(source: LogsSource, options: FollowOptions): Promise<void> {
  const { functions, pattern, signal, startMs } = options;
  const seen = new Map<string, Seen>();
  for (let first = true; !signal.aborted; first = false) {
    const groups = await options.groups();
    const series = groups.map((group) => {
      const known = seen.get(group) ?? new Seen(startMs, options.overlapMs);
      seen.set(group, known);
      return fresh(source, { groups: [group], functions, startMs: known.next(), pattern }, known);
    });
    for await (const line of mergeByTime(series)) options.onLine(line);
    options.onLook(first);
    await options.wait(options.intervalMs, signal);
  }
}

async function* fresh(source: LogsSource, options: ReadOptions, seen: Seen): AsyncGenerator<LoggedLine> {
  for await (const line of readLines(source, options, () => {})) if (seen.add(line.id, line.time)) yield line;
}
