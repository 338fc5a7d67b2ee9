import type { Delivery } from '../../lambda/event-record.js';
import type { TargetRole } from '../../lambda/event-target.js';

/** An event that was accepted and is not over yet. Times are epoch milliseconds. */
export interface QueuedEvent {
  /** The same for every attempt. */
  readonly requestId: string;
  readonly functionName: string;
  /** The function's ARN as it was invoked. */
  readonly arn: string;
  readonly payload: Buffer;
  readonly traceId: string;
  readonly clientContext?: string | undefined;
  readonly cognitoIdentity?: string | undefined;
  readonly acceptedAt: number;
  /** How often its chain of events has come by the function, this time included (lineage.ts). */
  readonly rounds: number;
  /** How often the function has run with it, and failed. */
  readonly attempts: number;
  /** How often in a row it could not run. */
  readonly requeues: number;
  /** Not to be started before. */
  readonly dueAt: number;
}

/** A message about an event that is over, on its way to another service. */
export interface PendingDelivery {
  readonly id: string;
  readonly requestId: string;
  readonly functionName: string;
  readonly role: TargetRole;
  readonly delivery: Delivery;
}
