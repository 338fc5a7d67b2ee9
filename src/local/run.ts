import type { OutcomeFacts } from '../lambda/log-lines.js';
import { newId } from './ids.js';
import type { Invocation } from './invocation.js';

/** One invocation on its way through an environment. Times are `performance.now()` unless they say otherwise. */
export interface Run {
  readonly invocation: Invocation;
  /** Changes with every attempt; a runtime that echoes an older one is refused with 410. */
  readonly invocationId: string;
  startedAt: number;
  /** Epoch milliseconds at which the function's time is over. */
  deadlineMs: number;
  timer: NodeJS.Timeout | undefined;
  /** Which lines of its log have been told. */
  logged: 'nothing' | 'start' | 'end';
  /** Whether the caller has its answer, or is about to get it. */
  answered: boolean;
  /** The environment's init, when this is its first invocation. */
  initMs: number | undefined;
  durationMs: number;
  /** How many bytes the function answered with. */
  producedBytes: number;
  result: OutcomeFacts;
}

export const SUCCESS: OutcomeFacts = { outcome: 'success' };

export function newRun(invocation: Invocation): Run {
  return {
    invocation,
    invocationId: newId(),
    startedAt: 0,
    deadlineMs: 0,
    timer: undefined,
    logged: 'nothing',
    answered: false,
    initMs: undefined,
    durationMs: 0,
    producedBytes: 0,
    result: SUCCESS,
  };
}

/** The result is known: nothing that comes later changes it. */
export function conclude(run: Run, result: OutcomeFacts): void {
  run.answered = true;
  run.durationMs = performance.now() - run.startedAt;
  run.result = result;
}
