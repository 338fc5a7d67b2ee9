import { ownTimestamp } from '../../lambda/log-timestamp.js';
import { cloudWatchLine } from '../cloudwatch-line.js';
import type { FunctionLog, PlatformLog } from '../events.js';

/** One event as CloudWatch Logs has it; times in epoch milliseconds. */
export interface LogEvent {
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
  /** Its place among all events that its stream ever had, from 0. */
  readonly index: number;
}

/** How much a store holds: shared by its streams. */
export interface Holding {
  events: number;
  bytes: number;
}

/** What a platform record counts for until somebody reads it. */
const RECORD_BYTES = 300;

/**
 * The log of one environment. What is told is kept as it is, which costs an invocation next to nothing, and becomes
 * lines when somebody reads.
 */
export class LogStream {
  /** By timestamp; those of the same time in the order in which they came. */
  private visible: LogEvent[] = [];
  /** How many at the beginning of `visible` have been dropped. */
  private dropped = 0;
  private told: (PlatformLog | FunctionLog)[] = [];
  /** How many at the beginning of `told` have been dropped, unread. */
  private unread = 0;
  private nextIndex: number;
  /** Whether its environment has ended. */
  closed = false;

  constructor(
    readonly name: string,
    readonly creationTime: number,
    private readonly holding: Holding,
    nextIndex = 0,
  ) {
    this.nextIndex = nextIndex;
  }

  /** One more than the highest index there is. */
  get end(): number {
    return this.nextIndex;
  }

  get isEmpty(): boolean {
    return this.unread === this.told.length && this.dropped === this.visible.length;
  }

  take(event: PlatformLog | FunctionLog): void {
    this.told.push(event);
    this.nextIndex += 1;
    this.holding.events += 1;
    this.holding.bytes += sizeOf(event);
  }

  /** An event that was kept on disk. */
  restore(event: LogEvent): void {
    this.nextIndex = event.index + 1;
    this.holding.events += 1;
    this.holding.bytes += event.message.length;
    this.insert(event);
  }

  /** Its events by time, the oldest first. */
  events(): readonly LogEvent[] {
    this.settle();
    if (this.dropped > 0) this.letGo();
    return this.visible;
  }

  /** Those with at least this index, in the order in which they came. */
  since(index: number): readonly LogEvent[] {
    if (index >= this.nextIndex) return [];
    const found = this.events().filter((event) => event.index >= index);
    return found.sort((a, b) => a.index - b.index);
  }

  /** Forgets its oldest event, if that has a lower index than this. */
  dropFirst(before: number): boolean {
    const read = this.dropped < this.visible.length;
    const index = read ? this.visible[this.dropped]!.index : this.nextIndex - this.told.length + this.unread;
    if (index >= before) return false;
    this.holding.events -= 1;
    if (read) this.holding.bytes -= this.visible[this.dropped++]!.message.length;
    else this.holding.bytes -= sizeOf(this.told[this.unread++]!);
    // Now and then, so that what was dropped does not stay in memory.
    if (this.dropped > 1024 && this.dropped * 2 > this.visible.length) this.letGo();
    if (this.unread > 1024 && this.unread * 2 > this.told.length) this.letGo();
    return true;
  }

  private letGo(): void {
    this.visible = this.visible.slice(this.dropped);
    this.dropped = 0;
    this.told = this.told.slice(this.unread);
    this.unread = 0;
  }

  /** Makes lines of what was told since. */
  private settle(): void {
    let index = this.nextIndex - this.told.length + this.unread;
    for (const event of this.told.splice(0).slice(this.unread)) {
      const line = cloudWatchLine(event);
      this.holding.bytes -= sizeOf(event);
      if (line === undefined) this.holding.events -= 1;
      else {
        // Every recorded message ends in the line feed (localstack test_lambda_runtimes, test_multi_line_prints).
        const message = `${line}\n`;
        this.holding.bytes += message.length;
        this.insert({ timestamp: timeOf(event), ingestionTime: event.time, message, index });
      }
      index += 1;
    }
    this.unread = 0;
  }

  private insert(event: LogEvent): void {
    const { visible } = this;
    let at = visible.length;
    while (at > this.dropped && visible[at - 1]!.timestamp > event.timestamp) at -= 1;
    if (at === visible.length) visible.push(event);
    else visible.splice(at, 0, event);
  }
}

function sizeOf(event: PlatformLog | FunctionLog): number {
  return event.type === 'log' ? event.line.length : RECORD_BYTES;
}

function timeOf(event: PlatformLog | FunctionLog): number {
  if (event.type === 'platform' || event.logging.format === 'Text') return event.time;
  return ownTimestamp(event.line, event.time) ?? event.time;
}
