import type { Socket } from 'node:net';
import { type RuntimeApiAnswer, STATUS_OK } from '../lambda/runtime-api-answers.js';
import type { Environment } from './environment.js';
import { type PlainRequest, readPlainRequest } from './plain-request.js';
import type { Poll } from './poll.js';

/** An event that is larger goes out in a write of its own rather than being copied behind its headers. */
const COPIED_PAYLOAD = 16_384;

/**
 * A runtime's connection as long as it carries nothing but plain requests (plain-request.ts), without what a complete
 * HTTP server makes for each: this is what every invocation passes twice, and it halves what that costs (bench/, row
 * "warm"). The first request of any other form, and all that follow, go to the complete server.
 */
export class PlainConnection implements Poll {
  private waiting = false;
  /** What came while an event was being waited for; no runtime does that. */
  private early: Buffer | undefined;
  private readonly onData = (chunk: Buffer) => this.take(chunk);

  constructor(
    private readonly socket: Socket,
    private readonly environment: Environment,
    private readonly leave: (unread: Buffer) => void,
  ) {
    socket.on('data', this.onData);
    // A connection that breaks is the process's to end or to mend.
    socket.on('error', () => {});
  }

  answer(headers: string[], payload: Buffer): void {
    this.waiting = false;
    let head = 'HTTP/1.1 200 OK\r\n';
    for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
    head += '\r\n';
    if (payload.length > COPIED_PAYLOAD) {
      this.socket.cork();
      this.socket.write(head, 'latin1');
      this.socket.write(payload);
      this.socket.uncork();
    } else {
      const message = Buffer.allocUnsafe(head.length + payload.length);
      message.write(head, 0, 'latin1');
      payload.copy(message, head.length);
      this.socket.write(message);
    }
    const { early } = this;
    this.early = undefined;
    if (early) setImmediate(() => this.take(early));
  }

  drop(): void {
    this.socket.destroy();
  }

  private take(bytes: Buffer): void {
    if (this.waiting) {
      this.early = this.early ? Buffer.concat([this.early, bytes]) : bytes;
      return;
    }
    const request = readPlainRequest(bytes);
    if (request && this.isAllowed(request)) return this.serve(request);
    // Refusals are the complete server's to say: it reads the request again.
    this.socket.removeListener('data', this.onData);
    this.leave(bytes);
  }

  private isAllowed(request: PlainRequest): boolean {
    const { environment } = this;
    if (request.kind === 'next') return environment.parties.allows('next');
    const { current } = environment;
    const { invocationId } = request;
    return (
      current?.invocation.requestId === request.requestId &&
      (invocationId === undefined || invocationId === current.invocationId) &&
      environment.parties.allows('response')
    );
  }

  private serve(request: PlainRequest): void {
    const { environment } = this;
    switch (request.kind) {
      case 'next':
        this.waiting = true;
        environment.parties.advance('next');
        environment.nextPolled(this);
        return;
      case 'response':
        environment.parties.advance('response');
        environment.parties.advance('answer-received');
        this.socket.write(OK);
        environment.unanswered?.succeed(request.body);
        return;
    }
  }
}

const OK = message(STATUS_OK);

function message({ status, body }: RuntimeApiAnswer): Buffer {
  const head = `HTTP/1.1 ${status} Accepted\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.from(head + body, 'latin1');
}
