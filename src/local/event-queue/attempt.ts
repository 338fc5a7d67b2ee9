import type { EventResponse } from '../../lambda/event-record.js';
import { collected } from '../collected.js';
import type { Caller, Invocation, Refusal } from '../invocation.js';
import type { QueuedEvent } from './queued-event.js';

/** How a try ended. */
export type Tried =
  | { readonly kind: 'answered'; readonly response: Extract<EventResponse, { kind: 'answered' }> }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** One try to run a function with an event: its caller is the queue. */
export function attemptOf(
  event: QueuedEvent,
  version: string | undefined,
  tell: (tried: Tried) => void,
): Invocation {
  const answered = (payload: string, failed: boolean) =>
    tell({ kind: 'answered', response: { kind: 'answered', payload, failed, version } });
  const caller: Caller = {
    succeed: (payload) => answered(payload.toString('utf8'), false),
    fail: ({ payload }) => answered(Buffer.from(payload).toString('utf8'), true),
    stream: (_contentType, invocation) => collected(caller, invocation),
    refuse: (refusal) => tell({ kind: 'refused', refusal }),
  };
  const { requestId, arn, payload, traceId, clientContext, cognitoIdentity } = event;
  return { requestId, arn, payload, traceId, clientContext, cognitoIdentity, asynchronous: true, caller };
}
