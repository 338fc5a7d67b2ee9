import { describe, expect, it } from 'vitest';
import { type RuntimeInput, type RuntimeState, step } from './runtime-state.js';

const NAMES: Record<RuntimeInput, RuntimeState> = {
  next: 'Ready',
  'event-delivered': 'Running',
  response: 'InvocationResponse',
  error: 'InvocationErrorResponse',
  'answer-received': 'RuntimeResponseSentState',
  'init-error': 'InitError',
};
const INPUTS = Object.keys(NAMES) as RuntimeInput[];

/** Where each state leads, as AWS's open emulator has it (RIE: internal/lambda/core/states.go); the rest is refused. */
const LEADS: [RuntimeState, Partial<Record<RuntimeInput, RuntimeState>>][] = [
  ['Started', { next: 'Ready', 'init-error': 'InitError' }],
  ['InitError', {}],
  ['Ready', { next: 'Ready', 'event-delivered': 'Running' }],
  ['Running', { next: 'Running', response: 'InvocationResponse', error: 'InvocationErrorResponse' }],
  ['InvocationResponse', { 'answer-received': 'RuntimeResponseSentState' }],
  ['InvocationErrorResponse', { 'answer-received': 'RuntimeResponseSentState' }],
  ['RuntimeResponseSentState', { next: 'Ready' }],
];

describe.each(LEADS)('in state %s', (from, leads) => {
  it.each(INPUTS)('%s', (input) => {
    const state = leads[input];
    expect(step(from, input)).toEqual(
      state ? { allowed: true, state } : { allowed: false, from, to: NAMES[input] },
    );
  });
});
