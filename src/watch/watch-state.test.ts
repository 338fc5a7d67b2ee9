import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type WatchInput, type WatchState, watchStep } from './watch-state.js';

const resting = (healthy: boolean): WatchState => ({ kind: 'resting', healthy });
const building = (again: boolean): WatchState => ({ kind: 'building', again });
const changed: WatchInput = { kind: 'changed' };
const built = (healthy: boolean): WatchInput => ({ kind: 'built', healthy });

describe('watchStep', () => {
  it.each([
    [resting(true), changed, building(false), true],
    [resting(false), changed, building(false), true],
    [building(false), changed, building(true), false],
    [building(true), changed, building(true), false],
    [building(false), built(true), resting(true), false],
    [building(false), built(false), resting(false), false],
    [building(true), built(true), building(false), true],
    [building(true), built(false), building(false), true],
    // A build that was never begun cannot end; nothing comes of it.
    [resting(false), built(true), resting(true), false],
  ])('%j and %j make %j', (state, input, next, build) => {
    expect(watchStep(state, input)).toEqual({ state: next, build });
  });

  /** Plays changes and ends of builds; an end only while a build runs, as the loop tells it. */
  const play = (moves: readonly ('change' | 'end')[]) => {
    let state: WatchState = resting(false);
    let running = 0;
    let mostRunning = 0;
    let unseen = 0;
    for (const move of moves) {
      if (move === 'end' && running === 0) continue;
      if (move === 'end') running -= 1;
      else unseen += 1;
      const step = watchStep(state, move === 'end' ? built(true) : changed);
      state = step.state;
      if (step.build) {
        running += 1;
        unseen = 0;
      }
      mostRunning = Math.max(mostRunning, running);
    }
    return { state, running, mostRunning, unseen };
  };
  const moves = fc.array(fc.constantFrom('change' as const, 'end' as const), { maxLength: 60 });

  it('never runs two builds at once', () => {
    fc.assert(fc.property(moves, (list) => play(list).mostRunning <= 1));
  });

  it('follows every change with a build that starts after it', () => {
    fc.assert(
      fc.property(moves, (list) => {
        // Two ends are enough to come to rest: that of the build that runs, and that of the one it owes.
        const { state, running, unseen } = play([...list, 'end', 'end']);
        expect({ kind: state.kind, running, unseen }).toEqual({ kind: 'resting', running: 0, unseen: 0 });
      }),
    );
  });
});
