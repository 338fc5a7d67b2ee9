import { type Bucket, fullBucket, spend, waitMs } from '../lambda/bandwidth.js';
import type { Clock } from './clock.js';
import type { Failure, ResponseStream } from './invocation.js';

/** What becomes of a stream on its way out: nothing, or AWS's speed. */
export type Shape = (stream: ResponseStream) => ResponseStream;

/** A stream that leaves no faster than AWS lets it; a chunk that has to wait holds the function up. */
export class ShapedStream implements ResponseStream {
  private bucket: Bucket;
  private waiting: Buffer | undefined;
  private ended = false;
  private resume: () => void = () => {};
  private cancel: () => void = () => {};

  constructor(
    private readonly stream: ResponseStream,
    private readonly clock: Clock,
  ) {
    this.bucket = fullBucket(clock.now());
  }

  write(chunk: Buffer): boolean {
    const now = this.clock.now();
    const wait = waitMs(this.bucket, chunk.length, now);
    if (wait === 0) {
      this.bucket = spend(this.bucket, chunk.length, now);
      return this.stream.write(chunk);
    }
    this.waiting = chunk;
    this.cancel = this.clock.after(wait, () => this.release(chunk));
    return false;
  }

  whenDrained(listener: () => void): void {
    if (this.waiting) this.resume = listener;
    else this.stream.whenDrained(listener);
  }

  /** The function is done, and its last chunk may still have to wait. */
  end(): void {
    if (this.waiting) this.ended = true;
    else this.stream.end();
  }

  fail(failure: Failure): void {
    this.cancel();
    if (this.waiting) this.stream.write(this.waiting);
    this.stream.fail(failure);
  }

  private release(chunk: Buffer): void {
    const { resume } = this;
    this.waiting = undefined;
    const ready = this.write(chunk);
    if (this.waiting) return;
    if (this.ended) this.stream.end();
    else if (ready) resume();
    else this.stream.whenDrained(resume);
  }
}
