import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { countDown, Debugging } from './debugging.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A process that a debugger is attached to, or not. */
function debugged() {
  const state = { attached: false, pid: 7 as number | undefined };
  const debugging = new Debugging(
    () => Date.now(),
    async () => state.attached,
  );
  return { state, debugging, pid: () => state.pid };
}

it('counts down what is left only while no debugger is attached', () => {
  const steps = fc.array(fc.record({ elapsed: fc.nat({ max: 100 }), attached: fc.boolean() }));
  fc.assert(
    fc.property(fc.nat({ max: 1_000 }), steps, (total, all) => {
      const left = all.reduce((rest, { elapsed, attached }) => countDown(rest, elapsed, attached), total);
      const ran = all.reduce((sum, { elapsed, attached }) => sum + (attached ? 0 : elapsed), 0);
      expect(left).toBe(Math.max(0, total - ran));
    }),
  );
});

describe('a timer', () => {
  it('ends as any other when no debugger is attached', async () => {
    const { debugging, pid } = debugged();
    const ended = vi.fn();
    debugging.timer(1_000, pid, ended);
    await vi.advanceTimersByTimeAsync(950);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('stands still while one is attached, and goes on with what was left', async () => {
    const { debugging, pid, state } = debugged();
    const ended = vi.fn();
    debugging.timer(1_000, pid, ended);
    await vi.advanceTimersByTimeAsync(500);
    state.attached = true;
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(ended).not.toHaveBeenCalled();
    state.attached = false;
    await vi.advanceTimersByTimeAsync(300);
    expect(ended).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(400);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('that was called off does not end, even while it looks', async () => {
    const { debugging, pid } = debugged();
    const ended = vi.fn();
    const timer = debugging.timer(100, pid, ended);
    vi.advanceTimersByTime(100);
    timer.close();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ended).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('whoever waits for a debugger', () => {
  it('is told once when it is attached, and not before there is a process', async () => {
    const { debugging, pid, state } = debugged();
    const attached = vi.fn();
    state.pid = undefined;
    state.attached = true;
    debugging.whenAttached(pid, attached);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(attached).not.toHaveBeenCalled();
    state.pid = 8;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(attached).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('may stop waiting', async () => {
    const { debugging, pid, state } = debugged();
    const attached = vi.fn();
    debugging.whenAttached(pid, attached).close();
    state.attached = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(attached).not.toHaveBeenCalled();
  });
});
