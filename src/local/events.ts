import type { Condition } from '../lambda/async-retry.js';
import type { TargetRole } from '../lambda/event-target.js';
import type { Logging } from '../lambda/log-levels.js';
import type { PlatformRecord } from '../lambda/log-records.js';
import type { Span } from '../traces/span.js';

/** Which function, which of its environments, and when (epoch milliseconds). */
interface From {
  readonly function: string;
  /** The environment's number within its function, counted from 1. */
  readonly environment: number;
  readonly logStream: string;
  readonly time: number;
}

/** What Lambda itself logs: an init, START, END, REPORT; as facts, to be shown in whichever format. */
export interface PlatformLog extends From {
  readonly type: 'platform';
  /** How the record would be written, and whether at all. */
  readonly logging: Logging;
  readonly record: PlatformRecord;
}

/** One line that the function, or an external extension, wrote to stdout or stderr, without its line break. */
export interface FunctionLog extends From {
  readonly type: 'log';
  /** Undefined for a line written outside of any invocation, such as during init. */
  readonly requestId?: string | undefined;
  readonly logging: Logging;
  readonly line: string;
  /** The external extension that wrote it; undefined when it was the function. */
  readonly extension?: string | undefined;
}

export interface EnvironmentClosed extends From {
  readonly type: 'environment.closed';
  readonly reason: 'idle' | 'replaced' | 'closing';
}

/** What became of an event (an invocation of the type `Event`) that its caller cannot know. */
export interface EventQueueNews {
  readonly type: 'event-queue';
  readonly function: string;
  readonly requestId: string;
  readonly time: number;
  readonly record: EventQueueRecord;
}

export type EventQueueRecord =
  /** The function failed, and gets the event again; `attempt` is the one to come, counted from 1. */
  | { readonly type: 'retry'; readonly attempt: number; readonly attempts: number; readonly delayMs: number }
  /** The function could not run. */
  | { readonly type: 'requeue'; readonly reason: string; readonly delayMs: number }
  /** Nothing is left to be tried. */
  | { readonly type: 'dropped'; readonly condition: Condition; readonly attempts: number }
  | { readonly type: 'delivered'; readonly role: TargetRole; readonly target: string }
  /** Without `delayMs` the message is lost. */
  | {
      readonly type: 'undelivered';
      readonly role: TargetRole;
      readonly target: string;
      readonly why: string;
      readonly delayMs?: number | undefined;
    };

/** All provisioned environments of a function are ready, or one of them cannot be initialised. */
export interface Provisioning {
  readonly type: 'provisioning';
  readonly function: string;
  /** AWS's words for it (botocore, ProvisionedConcurrencyStatusEnum). */
  readonly status: 'READY' | 'FAILED';
  readonly requested: number;
  readonly available: number;
  readonly time: number;
}

/** A function waits for a debugger, or goes on with one. */
export interface DebuggerNews {
  readonly type: 'debugger';
  readonly function: string;
  /** Of the process to attach to. */
  readonly pid: number;
  readonly attached: boolean;
  readonly time: number;
}

/** A trace, as far as it is known: told when its invocations are over, and again when spans come late. */
export interface TraceNews {
  readonly type: 'trace';
  /** The function that was invoked first; empty when only others have sent spans of it. */
  readonly function: string;
  /** 32 hexadecimal digits, as OpenTelemetry has it. */
  readonly traceId: string;
  /** All of them, the service's own too; in no order. */
  readonly spans: readonly Span[];
  /** How many there was no room for. */
  readonly droppedSpans: number;
  readonly time: number;
}

/**
 * What happens in a local Lambda service, told as plain data: one stream feeds the terminal, the log lines and
 * whoever embeds the service.
 */
export type LocalEvent =
  | PlatformLog
  | FunctionLog
  | EnvironmentClosed
  | EventQueueNews
  | Provisioning
  | DebuggerNews
  | TraceNews;
export type LocalEventListener = (event: LocalEvent) => void;
