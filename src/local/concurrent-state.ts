/**
 * What a runtime that takes several invocations at once may say of one of them, and when: one table.
 * Source: RIE internal/lambda-managed-instances/invoke/{invoke_router,running_invoke,runtime_pool}.go.
 */
import {
  internalServerError500,
  invalidRequestId,
  type RuntimeApiAnswer,
  staleInvocation410,
} from '../lambda/runtime-api-answers.js';

/** What is known of an invocation by its id. */
export type Fate =
  /** There is none of this id, or its answer is complete. */
  | 'unknown'
  /** The runtime has it, and has not begun to answer. */
  | 'running'
  /** Its response is being received. */
  | 'responding'
  /** Its error is being received. */
  | 'failing'
  /** It took too long; its caller has been told. One late answer is recognised, as AWS does. */
  | 'timed-out';

export type ConcurrentInput = 'response' | 'error';

/** AWS's names of what is wrong; on the wire several look the same. */
export type ConcurrentFault =
  | 'Runtime.InvalidInvokeId'
  | 'Runtime.InvokeTimeout'
  | 'Runtime.InvokeResponseInProgress'
  | 'Runtime.InvokeErrorInProgress'
  | 'Runtime.TooManyIdleRuntimes';

export type ConcurrentStep =
  | { readonly allowed: true; readonly fate: 'responding' | 'failing' }
  | { readonly allowed: false; readonly fault: ConcurrentFault };

const TABLE: Record<Fate, Record<ConcurrentInput, 'responding' | 'failing' | ConcurrentFault>> = {
  unknown: { response: 'Runtime.InvalidInvokeId', error: 'Runtime.InvalidInvokeId' },
  running: { response: 'responding', error: 'failing' },
  // An error that comes while the response is still on its way cuts it off, and wins.
  responding: { response: 'Runtime.InvokeResponseInProgress', error: 'failing' },
  failing: { response: 'Runtime.InvokeResponseInProgress', error: 'Runtime.InvokeErrorInProgress' },
  'timed-out': { response: 'Runtime.InvokeTimeout', error: 'Runtime.InvokeTimeout' },
};

export function answerStep(fate: Fate, input: ConcurrentInput): ConcurrentStep {
  const next = TABLE[fate][input];
  if (next === 'responding' || next === 'failing') return { allowed: true, fate: next };
  return { allowed: false, fault: next };
}

/** Whether one more poll may wait: as many may as the function takes invocations at once, whatever else it does. */
export function mayPoll(idle: number, maxConcurrency: number): boolean {
  return idle < maxConcurrency;
}

/** What the runtime is told (rapi/handler/invocation{next,response,error}.go). */
export function faultAnswer(fault: ConcurrentFault): RuntimeApiAnswer {
  switch (fault) {
    case 'Runtime.InvalidInvokeId':
    case 'Runtime.InvokeResponseInProgress':
    case 'Runtime.InvokeErrorInProgress':
      return invalidRequestId;
    case 'Runtime.InvokeTimeout':
      return staleInvocation410;
    case 'Runtime.TooManyIdleRuntimes':
      return internalServerError500;
  }
}
