import { stat } from 'node:fs/promises';

/** What tells a file or folder from what it was: size, times, and number. Null when there was nothing. */
export type Stamp = readonly [size: number, mtimeMs: number, ctimeMs: number, ino: number] | null;

export type Stamps = readonly (readonly [path: string, stamp: Stamp])[];

export async function stampsOf(paths: Iterable<string>): Promise<Stamps> {
  const unique = [...new Set(paths)].sort();
  return Promise.all(unique.map(async (path) => [path, await stampOf(path)] as const));
}

/** Whether every path is what it was. */
export async function holds(stamps: Stamps): Promise<boolean> {
  const now = await Promise.all(stamps.map(([path]) => stampOf(path)));
  return stamps.every(([, stamp], index) => sameStamp(stamp, now[index]!));
}

/** Whether anything was written at or after a moment (epoch milliseconds). */
export function newerThan(stamps: Stamps, moment: number): boolean {
  return stamps.some(([, stamp]) => stamp !== null && Math.max(stamp[1], stamp[2]) >= moment);
}

async function stampOf(path: string): Promise<Stamp> {
  try {
    const { size, mtimeMs, ctimeMs, ino } = await stat(path);
    return [size, mtimeMs, ctimeMs, ino];
  } catch {
    return null;
  }
}

function sameStamp(one: Stamp, other: Stamp): boolean {
  if (one === null || other === null) return one === other;
  return one.every((value, index) => value === other[index]);
}
