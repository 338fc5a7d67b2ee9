import type { OtlpFormat } from './traces.js';

/** How much may wait for a collector that is slower than the functions, in bytes. */
const MAX_WAITING_BYTES = 32_000_000;

/** How long the collector may take for one message, and for the last ones when the service closes. */
const PATIENCE_MS = 10_000;
const FAREWELL_MS = 2_000;

/** Sends messages on to a collector, one after the other; what it does not take is lost, and said once. */
export class Forwarder {
  private sending: Promise<void> = Promise.resolve();
  private waitingBytes = 0;
  private readonly ended = new AbortController();

  constructor(
    /** With its path. */
    private readonly url: string,
    private readonly warnOnce: (text: string) => void,
  ) {}

  send(body: Buffer, format: OtlpFormat): void {
    if (this.waitingBytes + body.length > MAX_WAITING_BYTES)
      return this.warnOnce(`The collector at ${this.url} is too slow: spans are not sent to it.`);
    this.waitingBytes += body.length;
    this.sending = this.sending.then(async () => {
      await this.post(body, format);
      this.waitingBytes -= body.length;
    });
  }

  async close(): Promise<void> {
    const timer = setTimeout(() => this.ended.abort(), FAREWELL_MS);
    await this.sending;
    clearTimeout(timer);
  }

  private async post(body: Buffer, format: OtlpFormat): Promise<void> {
    if (this.ended.signal.aborted) return;
    const type = format === 'json' ? 'application/json' : 'application/x-protobuf';
    try {
      const answer = await fetch(this.url, {
        method: 'POST',
        headers: { 'Content-Type': type },
        body: new Uint8Array(body),
        signal: AbortSignal.any([this.ended.signal, AbortSignal.timeout(PATIENCE_MS)]),
      });
      await answer.arrayBuffer();
      if (!answer.ok) this.warnOnce(`The collector at ${this.url} refused spans (HTTP ${answer.status}).`);
    } catch (error) {
      const { message, cause } = error as Error;
      const { code, message: inner } = (cause ?? {}) as { code?: string; message?: string };
      const why = code ?? inner ?? message;
      this.warnOnce(`Spans cannot be sent to the collector at ${this.url} (${why}).`);
    }
  }
}
