import { type Clock, systemClock } from '../clock.js';
import type { LocalEvent } from '../events.js';
import { type Holding, type LogEvent, LogStream } from './log-stream.js';

export interface LogGroup {
  readonly name: string;
  readonly creationTime: number;
  readonly streams: Map<string, LogStream>;
}

/** How much is kept: whichever is reached first, the oldest events go. */
export interface LogBounds {
  readonly events: number;
  readonly bytes: number;
}

/** CloudWatch Logs keeps events for ever; a service that runs for weeks must not. */
export const BOUNDS: LogBounds = { events: 50_000, bytes: 32 * 1024 * 1024 };

/** Keeps what a store takes beyond its own life. */
export interface LogKeeper {
  groupOpened(group: LogGroup): void;
  /** Called for each event: it must not take time. */
  came(stream: LogStream): void;
}

/** Events that came one after the other in one stream, up to this index. */
interface Stretch {
  readonly stream: LogStream;
  upTo: number;
}

/** The log groups and streams of one local Lambda, as CloudWatch Logs would have them. */
export class LogStore {
  private readonly groups = new Map<string, LogGroup>();
  /** Those of this service's environments, by the stream's name, which is unique. */
  private readonly open = new Map<string, LogStream>();
  private readonly holding: Holding = { events: 0, bytes: 0 };
  /** In which order events came, so that the oldest of all streams can go first. */
  private order: Stretch[] = [];
  private forgotten = 0;
  keeper: LogKeeper | undefined;
  /** Streams of living environments whose group was deleted. */
  private readonly homeless = new Map<LogStream, string>();
  private readonly farewells = new Set<() => void>();

  constructor(
    readonly bounds: LogBounds = BOUNDS,
    readonly clock: Clock = systemClock,
  ) {}

  /** By name. */
  allGroups(): LogGroup[] {
    return [...this.groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  group(name: string): LogGroup | undefined {
    return this.groups.get(name);
  }

  openGroup(name: string, creationTime = this.clock.now()): LogGroup {
    const found = this.groups.get(name);
    if (found) return found;
    const group: LogGroup = { name, creationTime, streams: new Map() };
    this.groups.set(name, group);
    this.keeper?.groupOpened(group);
    return group;
  }

  /** Takes a group away, with all that came before. One that is written to again is there again. */
  deleteGroup(name: string, before: number): void {
    const group = this.groups.get(name);
    if (!group || group.creationTime > before) return;
    this.groups.delete(name);
    for (const stream of group.streams.values()) {
      while (stream.dropFirst(stream.end));
      if (!stream.closed) this.homeless.set(stream, name);
    }
  }

  /** The stream of a new environment. */
  openStream(groupName: string, name: string): void {
    const stream = new LogStream(name, this.clock.now(), this.holding);
    this.openGroup(groupName).streams.set(name, stream);
    this.open.set(name, stream);
  }

  /** A stream of an earlier service. */
  restoreStream(groupName: string, name: string, creationTime: number): LogStream {
    const { streams } = this.openGroup(groupName);
    const found = streams.get(name);
    if (found) return found;
    const stream = new LogStream(name, creationTime, this.holding);
    stream.closed = true;
    streams.set(name, stream);
    return stream;
  }

  restoreEvent(stream: LogStream, event: LogEvent): void {
    if (event.index < stream.end) return;
    stream.restore(event);
    this.came(stream);
  }

  groupOf(stream: LogStream): LogGroup | undefined {
    return this.allGroups().find(({ streams }) => streams.get(stream.name) === stream);
  }

  /** Takes whatever the service tells. Called several times for each invocation. */
  take(event: LocalEvent): void {
    switch (event.type) {
      case 'platform':
      case 'log': {
        const stream = this.open.get(event.logStream);
        if (!stream) return;
        this.house(stream);
        stream.take(event);
        this.came(stream);
        this.keeper?.came(stream);
        return;
      }
      case 'environment.closed': {
        const stream = this.open.get(event.logStream);
        // It is not taken out: an extension may say something on its way out.
        if (stream) stream.closed = true;
        if (stream) this.homeless.delete(stream);
        if (stream?.isEmpty) this.remove(stream);
        return;
      }
      case 'provisioning':
      case 'debugger':
      case 'trace':
        return;
    }
  }

  /** Calls back when the service closes, unless the returned function is called before. */
  onClose(farewell: () => void): () => void {
    this.farewells.add(farewell);
    return () => this.farewells.delete(farewell);
  }

  close(): void {
    for (const farewell of this.farewells) farewell();
    this.farewells.clear();
  }

  private house(stream: LogStream): void {
    if (this.homeless.size === 0) return;
    const name = this.homeless.get(stream);
    if (name === undefined) return;
    this.homeless.delete(stream);
    this.openGroup(name).streams.set(stream.name, stream);
  }

  private came(stream: LogStream): void {
    const last = this.order[this.order.length - 1];
    if (last?.stream === stream) last.upTo = stream.end;
    else this.order.push({ stream, upTo: stream.end });
    if (this.holding.events > this.bounds.events || this.holding.bytes > this.bounds.bytes) this.forget();
  }

  private forget(): void {
    const { holding, bounds, order } = this;
    while (holding.events > bounds.events || holding.bytes > bounds.bytes) {
      const oldest = order[this.forgotten];
      if (!oldest) break;
      const { stream, upTo } = oldest;
      if (!stream.dropFirst(upTo)) this.forgotten += 1;
      if (stream.closed && stream.isEmpty) this.remove(stream);
    }
    if (this.forgotten > 1024 && this.forgotten * 2 > order.length) {
      this.order = order.slice(this.forgotten);
      this.forgotten = 0;
    }
  }

  private remove(stream: LogStream): void {
    this.groupOf(stream)?.streams.delete(stream.name);
    this.open.delete(stream.name);
  }
}
