import { setImmediate } from 'node:timers/promises';
import { Deflate } from 'pako';

/**
 * zlib's own algorithm and hash, in JavaScript: Node.js has Chromium's zlib, whose bytes are others in each version and on
 * each processor, and more. Level 9 would take twice as long for two bytes in a thousand.
 */
const DEFLATE = { level: 7, legacyHash: true } as const;
/** What is packed in a few hundredths of a second. */
const STEP_BYTES = 256 * 1024;

/** Packs bytes, with or without gzip's header (which says no name and no time) around it; the same bytes everywhere. */
export function* packing(bytes: Uint8Array, form: 'raw' | 'gzip'): Generator<void, Uint8Array> {
  const deflate = new Deflate({ ...DEFLATE, [form]: true });
  for (let offset = 0; offset === 0 || offset < bytes.length; offset += STEP_BYTES) {
    const end = offset + STEP_BYTES;
    deflate.push(bytes.subarray(offset, end), end >= bytes.length);
    yield;
  }
  return deflate.result as Uint8Array;
}

/** Goes through all steps at once. */
export function atOnce<Result>(steps: Generator<void, Result>): Result {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** Goes through them with a pause between two, in which a signal is heard. */
export async function heeding<Result>(
  signal: AbortSignal | undefined,
  steps: Generator<void, Result>,
): Promise<Result> {
  let step = steps.next();
  while (!step.done) {
    await setImmediate();
    signal?.throwIfAborted();
    step = steps.next();
  }
  return step.value;
}
