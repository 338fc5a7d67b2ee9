/** How much of a stream's end is kept: more than what lambda_runtime writes there, as a rule. */
export const TAIL_BYTES = 16_384;

/** The end of a stream, at whatever chunk borders it came; chunks are kept, not copied. */
export class StreamTail {
  private readonly chunks: Buffer[] = [];
  private length = 0;

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.length += chunk.length;
    while (this.length - this.chunks[0]!.length >= TAIL_BYTES) this.length -= this.chunks.shift()!.length;
  }

  /** At least the last `TAIL_BYTES`, or all there was. */
  bytes(): Buffer {
    return this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
  }
}
