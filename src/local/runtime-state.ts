import { type Transition, transition } from './transition.js';

/**
 * What a runtime may ask for, and when: one table for the single-concurrency runtime.
 * Source: RIE internal/lambda/core/states.go (state names: core/runtime_state_names.go). What the table does not
 * list is refused with 403 InvalidStateTransition.
 */
export type RuntimeState =
  /** The process was started and has not asked for work yet. */
  | 'Started'
  /** It reported that it cannot initialise; it is expected to exit. */
  | 'InitError'
  /** It waits in `GET …/next`. */
  | 'Ready'
  /** It was handed an event. */
  | 'Running'
  /** Its answer is being received. */
  | 'InvocationResponse'
  | 'InvocationErrorResponse'
  /** Its answer has been received; it is expected to ask for more. */
  | 'RuntimeResponseSentState';

export type RuntimeInput =
  | 'next'
  | 'event-delivered'
  | 'response'
  | 'error'
  | 'answer-received'
  | 'init-error';

const TABLE: Record<RuntimeState, Partial<Record<RuntimeInput, RuntimeState>>> = {
  Started: { next: 'Ready', 'init-error': 'InitError' },
  InitError: {},
  // A second poll while one waits happens when a runtime reconnects; the newest poll counts.
  Ready: { next: 'Ready', 'event-delivered': 'Running' },
  // A runtime that polls again without having answered is handed the same event again.
  Running: { next: 'Running', response: 'InvocationResponse', error: 'InvocationErrorResponse' },
  InvocationResponse: { 'answer-received': 'RuntimeResponseSentState' },
  InvocationErrorResponse: { 'answer-received': 'RuntimeResponseSentState' },
  RuntimeResponseSentState: { next: 'Ready' },
};

/** The state that a refused input would have led to: AWS names it in the refusal. */
const WANTED: Record<RuntimeInput, RuntimeState> = {
  next: 'Ready',
  'event-delivered': 'Running',
  response: 'InvocationResponse',
  error: 'InvocationErrorResponse',
  'answer-received': 'RuntimeResponseSentState',
  'init-error': 'InitError',
};

export type Step = Transition<RuntimeState>;

export function step(state: RuntimeState, input: RuntimeInput): Step {
  return transition(TABLE, WANTED, state, input);
}
