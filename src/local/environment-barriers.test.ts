import { describe, expect, it } from 'vitest';
import type { ExtensionEvent, ExtensionKind } from '../lambda/extension-events.js';
import { initIsOver, invokeIsOver, shutdownPlan, shutdownReason } from './environment-barriers.js';
import type { ExtensionState } from './extension-state.js';
import type { RuntimeState } from './runtime-state.js';

function party(
  state: ExtensionState,
  kind: ExtensionKind = 'external',
  events: ExtensionEvent[] = ['INVOKE'],
) {
  return { kind, state, events };
}

const STATES: [RuntimeState, ExtensionState[], boolean][] = [
  ['Ready', [], true],
  ['Started', [], false],
  ['Ready', ['Ready'], true],
  ['Started', ['Ready'], false],
  ['Ready', ['Registered'], false],
  ['Ready', ['Started'], false],
  ['Ready', ['Ready', 'Registered'], false],
  ['Ready', ['Ready', 'Ready'], true],
  ['Ready', ['InitError'], false],
  ['Running', ['Ready'], false],
];

describe.each(STATES)('a runtime that is %s and extensions that are %j', (runtime, states, over) => {
  const parties = states.map((state) => party(state));

  it(`${over ? 'end' : 'do not end'} init`, () => {
    expect(initIsOver(runtime, parties)).toBe(over);
  });

  it(`${over ? 'end' : 'do not end'} an invocation that all heard of`, () => {
    expect(invokeIsOver(runtime, parties)).toBe(over);
  });
});

it('an answered invocation is not over before the runtime asks for more', () => {
  expect(invokeIsOver('RuntimeResponseSentState', [])).toBe(false);
});

// Developer guide, runtimes-extensions-api: 0, 500 and 2,000 ms; 300 of these for the runtime, 500 with one inside.
it.each([
  [[], undefined],
  [['internal'], { totalMs: 500, runtimeMs: 500 }],
  [['internal', 'internal'], { totalMs: 500, runtimeMs: 500 }],
  [['external'], { totalMs: 2_000, runtimeMs: 300 }],
  [['external', 'internal'], { totalMs: 2_000, runtimeMs: 500 }],
] as [ExtensionKind[], unknown][])('with extensions %j the end may take %j', (kinds, plan) => {
  expect(shutdownPlan(kinds.map((kind) => party('Ready', kind)))).toEqual(plan);
});

it.each([
  ['success', 'spindown'],
  ['timeout', 'timeout'],
  ['error', 'failure'],
  ['failure', 'failure'],
] as const)('after a %s the reason of the end is %s', (why, reason) => {
  expect(shutdownReason(why)).toBe(reason);
});
