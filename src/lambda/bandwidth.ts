/**
 * How fast AWS lets a streamed response leave: the first 6 MB at once, then 2 MB a second (developer guide,
 * configuration-response-streaming). AWS's emulator has the numbers and the way they are kept: a bucket that is full at
 * the start and refills while it is used (RIE: internal/lambda/core/bandwidthlimiter/throttler.go).
 */
import { STREAM_BURST_BYTES, STREAM_BYTES_PER_SECOND } from './limits.js';

export interface Bucket {
  /** How many bytes may leave now. */
  readonly bytes: number;
  readonly atMs: number;
}

export function fullBucket(nowMs: number): Bucket {
  return { bytes: STREAM_BURST_BYTES, atMs: nowMs };
}

/** The bucket after so many bytes have left; `waitMs` says when they may. */
export function spend(bucket: Bucket, bytes: number, nowMs: number): Bucket {
  return { bytes: available(bucket, nowMs) - bytes, atMs: nowMs };
}

/** How long these bytes have to wait. More than the bucket holds at its fullest waits for a full one. */
export function waitMs(bucket: Bucket, bytes: number, nowMs: number): number {
  const missing = Math.min(bytes, STREAM_BURST_BYTES) - available(bucket, nowMs);
  return missing <= 0 ? 0 : Math.ceil((missing * 1000) / STREAM_BYTES_PER_SECOND);
}

function available({ bytes, atMs }: Bucket, nowMs: number): number {
  // A clock that was set back refills nothing.
  const refilled = (Math.max(0, nowMs - atMs) / 1000) * STREAM_BYTES_PER_SECOND;
  return Math.min(STREAM_BURST_BYTES, bytes + refilled);
}
