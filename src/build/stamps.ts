import { type Stats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/** What tells a file or folder from what it was: size, times, and number. Null when there was nothing. */
export type Stamp = readonly [size: number, mtimeMs: number, ctimeMs: number, ino: number] | null;

export type Stamps = readonly (readonly [path: string, stamp: Stamp])[];

export async function stampsOf(paths: Iterable<string>): Promise<Stamps> {
  const unique = [...new Set(paths)].sort();
  return Promise.all(
    unique.map(async (path) => {
      const stamp = await stat(path).then(stampFrom, () => null);
      return [path, stamp] as const;
    }),
  );
}

/** Whether every path is what it was. */
export function holds(stamps: Stamps): boolean {
  return stamps.every(([path, stamp]) => sameStamp(stamp, stampOf(path)));
}

/** Whether anything was written at or after a moment (epoch milliseconds). */
export function newerThan(stamps: Stamps, moment: number): boolean {
  return stamps.some(([, stamp]) => stamp !== null && Math.max(stamp[1], stamp[2]) >= moment);
}

function stampOf(path: string): Stamp {
  try {
    const facts = statSync(path, { throwIfNoEntry: false });
    return facts ? stampFrom(facts) : null;
  } catch {
    return null;
  }
}

function stampFrom({ size, mtimeMs, ctimeMs, ino }: Stats): Stamp {
  return [size, mtimeMs, ctimeMs, ino];
}

function sameStamp(one: Stamp, other: Stamp): boolean {
  if (one === null || other === null) return one === other;
  return one.every((value, index) => value === other[index]);
}
