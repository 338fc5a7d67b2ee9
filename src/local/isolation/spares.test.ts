import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConfinementRequest } from '../isolation.js';
import type { Confined } from './confined.js';
import { Spares } from './spares.js';

class Made {
  onClosed = () => {};
  closed = false;
  waits = false;
  constructor(readonly request: ConfinementRequest) {}
  wait = () => {
    this.waits = true;
  };
  isWhole = () => Promise.resolve(this.waits && whole);
  close = () => {
    this.closed = true;
    this.onClosed();
  };
}

let whole: boolean;
let root: string;
let made: Made[];
let spares: Spares;

beforeEach(() => {
  vi.useFakeTimers();
  whole = true;
  root = mkdtempSync(join(tmpdir(), 'crablet-spares-'));
  made = [];
  spares = new Spares((request) => {
    const one = new Made(request);
    made.push(one);
    return one as unknown as Confined;
  });
});

afterEach(() => {
  spares.close();
  vi.useRealTimers();
  rmSync(root, { recursive: true, force: true });
});

const like = (functionName: string, change: Partial<ConfinementRequest> = {}): ConfinementRequest => ({
  functionName,
  memoryMb: 128,
  ephemeralStorageMb: 512,
  taskRoot: '/task',
  tmp: join(root, 'environment'),
  layers: [],
  extensions: {},
  ...change,
});

const inAWhile = () => vi.advanceTimersByTimeAsync(50);

describe('a spare', () => {
  it('is made in a while, in a folder of its own, and handed out once', async () => {
    spares.prepare(like('hello'));
    expect(made).toEqual([]);
    await inAWhile();
    expect(made).toHaveLength(1);
    expect(made[0]!.request.tmp).toMatch(new RegExp(`^${root}/spare-`));
    expect(spares.take(like('hello', { tmp: join(root, 'other') }))).toBe(made[0]);
    expect(spares.take(like('hello'))).toBeUndefined();
  });

  it('is made once for a burst', async () => {
    for (let i = 0; i < 10; i += 1) spares.prepare(like('hello'));
    await inAWhile();
    expect(made).toHaveLength(1);
    spares.prepare(like('hello'));
    await inAWhile();
    expect(made).toHaveLength(1);
  });

  it.each([
    ['another function', { functionName: 'other' }],
    ['another build', { taskRoot: '/next' }],
    ['other settings', { memoryMb: 256 }],
  ])('is none for %s', async (_what, change) => {
    spares.prepare(like('hello'));
    await inAWhile();
    expect(spares.take(like('hello', change))).toBeUndefined();
  });

  it('is not made for more functions than it is kept for, as long as nobody uses them', async () => {
    for (let i = 0; i < 50; i += 1) spares.prepare(like(`function-${i}`));
    await inAWhile();
    expect(made).toHaveLength(8);
    expect(made.every(({ closed }) => !closed)).toBe(true);
  });

  it('ends with its function, and makes room for another', async () => {
    for (let i = 0; i < 8; i += 1) spares.prepare(like(`function-${i}`));
    await inAWhile();
    spares.forget('function-3');
    spares.prepare(like('other'));
    await inAWhile();
    expect(made[3]!.closed).toBe(true);
    expect(spares.take(like('other'))).toBe(made[8]);
  });

  it('gives way to one of the next build', async () => {
    spares.prepare(like('hello'));
    await inAWhile();
    spares.prepare(like('hello', { taskRoot: '/next' }));
    await inAWhile();
    expect(made.map(({ closed }) => closed)).toEqual([true, false]);
    expect(spares.take(like('hello', { taskRoot: '/next' }))).toBe(made[1]);
  });

  it('that did not come about is none', async () => {
    whole = false;
    spares.prepare(like('hello'));
    await inAWhile();
    expect(made).toHaveLength(1);
    expect(spares.take(like('hello'))).toBeUndefined();
  });

  it('is kept for the functions used last, and for none after the end', async () => {
    for (let i = 0; i < 10; i += 1) spares.used(like(`function-${i}`));
    await inAWhile();
    expect(made.filter(({ closed }) => !closed).map(({ request }) => request.functionName)).toEqual(
      [2, 3, 4, 5, 6, 7, 8, 9].map((i) => `function-${i}`),
    );
    spares.used(like('late'));
    spares.close();
    await inAWhile();
    expect(made.every(({ closed }) => closed)).toBe(true);
    expect(made).toHaveLength(10);
  });
});
