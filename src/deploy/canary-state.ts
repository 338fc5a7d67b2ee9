import type { CanaryStep } from '../lambda/canary.js';

/**
 * A canary as a pure table: shift a part of the traffic, watch, shift more, and at the end all of it; or take it
 * back. What carries it out is canary-run.ts.
 */
export type CanaryState =
  | { readonly kind: 'shifting'; readonly step: number; readonly interrupted: boolean }
  | { readonly kind: 'watching'; readonly step: number; readonly untilMs: number; readonly blind: number }
  /** A person was asked whether the old weights are to come back. */
  | { readonly kind: 'asking'; readonly step: number }
  | { readonly kind: 'promoting' }
  | { readonly kind: 'restoring'; readonly why: string }
  | { readonly kind: 'ended'; readonly outcome: CanaryOutcome };

export type CanaryOutcome =
  | { readonly kind: 'promoted' }
  | { readonly kind: 'restored'; readonly why: string }
  /** By a person's wish. */
  | { readonly kind: 'left'; readonly step: number }
  /** Somebody else has moved the alias, so it is not ours to move any more. */
  | { readonly kind: 'overtaken' };

export type CanaryInput =
  /** The alias has the weights, or leads to the new version, or to the old one again. */
  | { readonly kind: 'moved'; readonly atMs: number }
  | { readonly kind: 'looked'; readonly atMs: number; readonly breach: string | undefined }
  /** AWS did not tell how it goes. */
  | { readonly kind: 'saw-nothing'; readonly atMs: number; readonly why: string }
  /** The alias could not be moved, or nobody knows whether it was. */
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'answered'; readonly restore: boolean }
  | { readonly kind: 'overtaken' };

export type CanaryEffect =
  | { readonly kind: 'shift'; readonly weight: number }
  /** At that time, or at once when it has gone by. */
  | { readonly kind: 'look'; readonly atMs: number }
  | { readonly kind: 'ask' }
  | { readonly kind: 'promote' }
  | { readonly kind: 'restore' };

export interface CanaryMove {
  readonly state: CanaryState;
  /** One, unless it has ended. */
  readonly effect?: CanaryEffect;
}

export interface CanaryPlan {
  readonly steps: readonly CanaryStep[];
  readonly lookEveryMs: number;
}

/** So often in a row nothing may be known of how the new version does, before it counts as doing badly. */
const BLIND_LOOKS = 3;

const INTERRUPTED = 'it was interrupted';

export function begin({ steps }: CanaryPlan): CanaryMove {
  return shift(steps, 0);
}

export function canaryMove(plan: CanaryPlan, state: CanaryState, input: CanaryInput): CanaryMove {
  if (input.kind === 'overtaken' && state.kind !== 'ended') return ended({ kind: 'overtaken' });
  switch (state.kind) {
    case 'shifting':
      return whileShifting(plan, state, input);
    case 'watching':
      return whileWatching(plan, state, input);
    case 'asking':
      if (input.kind !== 'answered') break;
      return input.restore ? restore(INTERRUPTED) : ended({ kind: 'left', step: state.step });
    case 'promoting':
      // All has gone well, and the last call is under way: it is done rather than undone.
      if (input.kind === 'interrupted') return { state };
      if (input.kind === 'moved') return ended({ kind: 'promoted' });
      if (input.kind === 'failed') return restore(couldNotMove(input.why));
      break;
    case 'restoring':
      if (input.kind === 'interrupted') return { state };
      if (input.kind === 'moved') return ended({ kind: 'restored', why: state.why });
      break;
    case 'ended':
      if (input.kind === 'interrupted') return { state };
      break;
    default:
      return state satisfies never;
  }
  throw new Error(`a canary that is ${state.kind} cannot take '${input.kind}'`);
}

function whileShifting(
  { steps, lookEveryMs }: CanaryPlan,
  state: Extract<CanaryState, { kind: 'shifting' }>,
  input: CanaryInput,
): CanaryMove {
  const { step } = state;
  // Asked when the call has ended: before that nobody knows which weights the alias has.
  if (input.kind === 'interrupted') return { state: { ...state, interrupted: true } };
  if (input.kind === 'failed') return restore(couldNotMove(input.why));
  if (input.kind !== 'moved') throw new Error(`a canary that is shifting cannot take '${input.kind}'`);
  if (state.interrupted) return { state: { kind: 'asking', step }, effect: { kind: 'ask' } };
  const untilMs = input.atMs + (steps[step]?.seconds ?? 0) * 1_000;
  return watch({ step, untilMs, blind: 0 }, Math.min(input.atMs + lookEveryMs, untilMs));
}

function whileWatching(
  { steps, lookEveryMs }: CanaryPlan,
  state: Extract<CanaryState, { kind: 'watching' }>,
  input: CanaryInput,
): CanaryMove {
  const { step, untilMs } = state;
  switch (input.kind) {
    case 'interrupted':
      return { state: { kind: 'asking', step }, effect: { kind: 'ask' } };
    case 'looked':
      if (input.breach !== undefined) return restore(input.breach);
      if (input.atMs < untilMs)
        return watch({ step, untilMs, blind: 0 }, Math.min(input.atMs + lookEveryMs, untilMs));
      return step + 1 < steps.length
        ? shift(steps, step + 1)
        : { state: { kind: 'promoting' }, effect: { kind: 'promote' } };
    case 'saw-nothing': {
      const blind = state.blind + 1;
      if (blind >= BLIND_LOOKS) return restore(`nobody can tell how the new version does: ${input.why}`);
      // Also at the end of the time: nothing is promoted unseen.
      return watch({ step, untilMs, blind }, input.atMs + lookEveryMs);
    }
    default:
      throw new Error(`a canary that is watching cannot take '${input.kind}'`);
  }
}

function shift(steps: readonly CanaryStep[], step: number): CanaryMove {
  const weight = steps[step]?.weight ?? 0;
  return { state: { kind: 'shifting', step, interrupted: false }, effect: { kind: 'shift', weight } };
}

function watch(watching: { step: number; untilMs: number; blind: number }, atMs: number): CanaryMove {
  return { state: { kind: 'watching', ...watching }, effect: { kind: 'look', atMs } };
}

function restore(why: string): CanaryMove {
  return { state: { kind: 'restoring', why }, effect: { kind: 'restore' } };
}

function couldNotMove(why: string): string {
  return `the alias could not be moved: ${why}`;
}

function ended(outcome: CanaryOutcome): CanaryMove {
  return { state: { kind: 'ended', outcome } };
}
