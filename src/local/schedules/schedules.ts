import { isDeepStrictEqual } from 'node:util';
import { type Expression, nextTime, parseExpression } from '../../lambda/schedules/expression.js';
import { scheduledEvent, withAttributes } from '../../lambda/schedules/scheduled-event.js';
import { isTimezone } from '../../lambda/schedules/time-zone.js';
import type { Clock } from '../clock.js';
import type { Functions } from '../functions.js';
import { newId } from '../ids.js';

/** A rule or schedule of EventBridge that invokes a function at times. */
export interface Schedule {
  readonly name: string;
  readonly arn: string;
  readonly kind: 'rule' | 'scheduler';
  readonly functionName: string;
  readonly expression: string;
  /** UTC when left out. */
  readonly timezone?: string | undefined;
  readonly input?: string | undefined;
}

export interface SchedulesOptions {
  readonly functions: Functions;
  readonly clock: Clock;
  readonly warn: (text: string) => void;
}

interface Running {
  readonly schedule: Schedule;
  stop: () => void;
}

/** Puts an event into the event queue whenever a schedule says so, as EventBridge does. */
export class Schedules {
  private readonly running = new Map<string, Running>();

  constructor(private readonly options: SchedulesOptions) {}

  /** Follows these from now on, and no others; one that is as it was keeps its times. */
  replace(schedules: readonly Schedule[]): void {
    const wanted = new Map(schedules.map((one) => [`${one.arn} ${one.functionName}`, one]));
    for (const [key, { schedule, stop }] of this.running) {
      if (isDeepStrictEqual(wanted.get(key), schedule)) continue;
      stop();
      this.running.delete(key);
    }
    for (const [key, schedule] of wanted) if (!this.running.has(key)) this.start(key, schedule);
  }

  close(): void {
    this.replace([]);
  }

  private start(key: string, schedule: Schedule): void {
    const { clock, warn } = this.options;
    const { expression, timezone = 'UTC', name } = schedule;
    const parsed = isTimezone(timezone)
      ? parseExpression(expression, timezone)
      : `there is no time zone ${timezone}`;
    if (typeof parsed === 'string') return warn(`The schedule ${name} is not followed: ${parsed}.`);
    const running: Running = { schedule, stop() {} };
    this.running.set(key, running);
    this.arm(running, parsed, clock.now(), clock.now());
  }

  private arm(running: Running, expression: Expression, afterMs: number, startMs: number): void {
    const { clock } = this.options;
    const due = nextTime(expression, afterMs, startMs);
    if (due === undefined) return;
    // A clock may wake before the time, for it waits only so long.
    const wait = () => {
      running.stop = clock.after(Math.max(0, due - clock.now()), () => {
        if (clock.now() < due) return wait();
        this.fire(running.schedule, due);
        this.arm(running, expression, due, startMs);
      });
    };
    wait();
  }

  private fire({ arn, kind, functionName, input, name }: Schedule, timeMs: number): void {
    const { functions, warn } = this.options;
    const fn = functions.find(functionName);
    if (!fn) return;
    const facts = { id: newId(), arn, kind, ...functions.home, timeMs };
    const text =
      input === undefined
        ? scheduledEvent(facts)
        : kind === 'scheduler'
          ? withAttributes(input, facts)
          : input;
    const event = {
      requestId: newId(),
      arn: fn.arn,
      payload: Buffer.from(text),
      traceId: functions.serving.newTrace(undefined),
    };
    functions.eventQueue
      .accept(fn, event)
      ?.catch((error: Error) =>
        warn(`The schedule ${name} could not invoke ${functionName}: ${error.message}`),
      );
  }
}
