import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { begin, type CanaryInput, type CanaryMove, type CanaryPlan, canaryMove } from './canary-state.js';

const PLAN: CanaryPlan = {
  steps: [
    { weight: 0.1, seconds: 60 },
    { weight: 0.5, seconds: 120 },
  ],
  lookEveryMs: 30_000,
};

const moved = (atMs: number): CanaryInput => ({ kind: 'moved', atMs });
const fine = (atMs: number): CanaryInput => ({ kind: 'looked', atMs, breach: undefined });
const blind = (atMs: number): CanaryInput => ({ kind: 'saw-nothing', atMs, why: 'denied' });

/** The effects in the order in which they are asked for, as short texts, and how it ends. */
function story(inputs: readonly CanaryInput[]): string {
  let move: CanaryMove = begin(PLAN);
  const told = [short(move)];
  for (const input of inputs) {
    move = canaryMove(PLAN, move.state, input);
    told.push(short(move));
  }
  return told.filter((one) => one !== '').join(', ');
}

function short({ state, effect }: CanaryMove): string {
  if (state.kind === 'ended') return state.outcome.kind;
  if (!effect) return '';
  if (effect.kind === 'shift') return `shift ${effect.weight}`;
  if (effect.kind === 'look') return `look ${effect.atMs / 1_000}`;
  return effect.kind;
}

describe('a canary', () => {
  it.each<[string, CanaryInput[], string]>([
    [
      'gets more traffic step by step, and in the end all',
      [moved(0), fine(30_000), fine(60_000), moved(60_000), fine(90_000), fine(180_000), moved(180_000)],
      'shift 0.1, look 30, look 60, shift 0.5, look 90, look 120, promote, promoted',
    ],
    [
      'is taken back at the first breach',
      [moved(0), fine(30_000), { kind: 'looked', atMs: 60_000, breach: 'errors' }, moved(60_000)],
      'shift 0.1, look 30, look 60, restore, restored',
    ],
    [
      'is taken back when nobody can see how it does',
      [moved(0), blind(30_000), blind(60_000), blind(90_000), moved(90_000)],
      'shift 0.1, look 30, look 60, look 90, restore, restored',
    ],
    [
      'is not promoted unseen at the end of its time',
      [moved(0), fine(30_000), blind(60_000), fine(90_000), moved(90_000)],
      'shift 0.1, look 30, look 60, look 90, shift 0.5, look 120',
    ],
    [
      'comes back when a person says so',
      [moved(0), { kind: 'interrupted' }, { kind: 'answered', restore: true }, moved(1)],
      'shift 0.1, look 30, ask, restore, restored',
    ],
    [
      'stays as it is when a person says so',
      [moved(0), { kind: 'interrupted' }, { kind: 'answered', restore: false }],
      'shift 0.1, look 30, ask, left',
    ],
    [
      'asks when a call under way has ended',
      [{ kind: 'interrupted' }, moved(0), { kind: 'answered', restore: true }, moved(1)],
      'shift 0.1, ask, restore, restored',
    ],
    [
      'is promoted when it was interrupted in its last call',
      [moved(0), fine(60_000), moved(60_000), fine(180_000), { kind: 'interrupted' }, moved(180_001)],
      'shift 0.1, look 30, shift 0.5, look 90, promote, promoted',
    ],
    ['ends where somebody else has moved the alias', [{ kind: 'overtaken' }], 'shift 0.1, overtaken'],
    [
      'is taken back when the alias could not be moved',
      [{ kind: 'failed', why: 'the network' }, moved(0)],
      'shift 0.1, restore, restored',
    ],
  ])('%s', (_, inputs, told) => {
    expect(story(inputs)).toBe(told);
  });

  it('refuses what cannot happen', () => {
    expect(() => story([fine(0)])).toThrow("a canary that is shifting cannot take 'looked'");
    expect(() => story([moved(0), moved(1)])).toThrow("a canary that is watching cannot take 'moved'");
  });

  it('always ends, and is promoted only when every look at the end of a step was fine', () => {
    const looks = fc.array(fc.constantFrom('fine', 'breach', 'blind', 'interrupt'), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(looks, fc.boolean(), (script, answer) => {
        let nowMs = 0;
        let lastLook = 'none';
        let move = begin(PLAN);
        const queue = [...script];
        for (let turn = 0; turn < 400 && move.state.kind !== 'ended'; turn += 1) {
          const { effect } = move;
          if (effect?.kind === 'look') {
            lastLook = queue.shift() ?? 'fine';
            nowMs = Math.max(nowMs, effect.atMs);
          }
          move = canaryMove(PLAN, move.state, inputFor(move, lastLook, nowMs, answer));
          if (move.state.kind === 'promoting') expect(lastLook).toBe('fine');
        }
        expect(move.state.kind).toBe('ended');
        if (move.state.kind === 'ended' && move.state.outcome.kind === 'promoted') {
          expect(nowMs).toBeGreaterThanOrEqual(180_000);
          const taken = script.slice(0, script.length - queue.length);
          expect(taken).not.toContain('breach');
          expect(taken).not.toContain('interrupt');
        }
      }),
    );
  });
});

function inputFor({ effect }: CanaryMove, look: string, atMs: number, answer: boolean): CanaryInput {
  switch (effect?.kind) {
    case 'ask':
      return { kind: 'answered', restore: answer };
    case 'look':
      if (look === 'interrupt') return { kind: 'interrupted' };
      if (look === 'blind') return blind(atMs);
      return { kind: 'looked', atMs, breach: look === 'breach' ? 'errors' : undefined };
    default:
      return moved(atMs);
  }
}
