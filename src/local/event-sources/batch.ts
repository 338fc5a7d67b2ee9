import { collected } from '../collected.js';
import type { LocalFunction } from '../function.js';
import { newId } from '../ids.js';
import type { Caller } from '../invocation.js';

/** What became of an invocation that an event source has made. */
export type BatchEnd =
  | { readonly kind: 'succeeded'; readonly payload: string }
  | { readonly kind: 'failed' }
  /** It never ran: no room, no build, no service. */
  | { readonly kind: 'refused' };

/** Invokes a function with a batch, which waits for its turn rather than being throttled. */
export function submitBatch(
  fn: LocalFunction,
  event: string,
  arn: string,
  traceId: string,
  done: (end: BatchEnd) => void,
): void {
  const caller: Caller = {
    succeed: (payload) => done({ kind: 'succeeded', payload: payload.toString('utf8') }),
    fail: () => done({ kind: 'failed' }),
    stream: (_contentType, invocation) => collected(caller, invocation),
    refuse: () => done({ kind: 'refused' }),
  };
  fn.submit({
    requestId: newId(),
    arn,
    payload: Buffer.from(event),
    traceId,
    asynchronous: true,
    caller,
  });
}
