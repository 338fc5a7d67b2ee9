import { type IncomingMessage, type Server, ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpAnswer, HttpRequest } from './message.js';
import { type PlainGet, readPlainGet } from './plain-get.js';

/** Serves a plain request, or leaves it, with the whole connection, to the complete server. */
export type PlainHandler = (request: HttpRequest, answer: HttpAnswer) => 'served' | 'left';

/** A body that is larger goes out in a write of its own rather than being copied behind its headers. */
const COPIED_BODY = 16_384;

/** How much is read ahead of a request that is being served. */
const MOST_EARLY = 65_536;

/** Those of a server's connections that node:http does not know. */
export interface PlainConnections {
  /** Ends those that wait for a request. */
  closeIdle(): void;
  closeAll(): void;
}

/**
 * Lets a server read plain GET requests from their bytes, without what node:http makes for each: a third of what a
 * request costs the service (bench/, row "warm"). The first request of any other form, and all that follow on its
 * connection, are node:http's. Returns what ends the connections that wait for a request.
 * @param event what the server emits for a connection that HTTP can be read from: over TLS a later one
 */
export function readPlainRequests(
  server: Server,
  handler: PlainHandler,
  event: 'connection' | 'secureConnection' = 'connection',
): PlainConnections {
  const [complete] = server.listeners(event) as ((socket: Socket) => void)[];
  const open = new Set<PlainConnection>();
  server.removeListener(event, complete!);
  server.on(event, (socket: Socket) => {
    new PlainConnection(socket, server.keepAliveTimeout, handler, open, () => complete!.call(server, socket));
  });
  return {
    closeIdle() {
      for (const connection of open) connection.endIfIdle();
    },
    closeAll() {
      for (const { socket } of open) socket.destroy();
    },
  };
}

class PlainConnection {
  /** What came while a request was being served. */
  private early: Buffer | undefined;
  private busy = false;
  private ended = false;
  private readonly keepAlive: string;
  private readonly onData = (chunk: Buffer) => this.take(chunk);
  private readonly onEnd = () => this.otherSideEnded();
  private readonly onTimeout = () => void (this.busy || this.socket.destroy());
  private readonly onClose = () => void this.open.delete(this);
  private readonly onError = () => {};

  constructor(
    readonly socket: Socket,
    keepAliveMs: number,
    private readonly handler: PlainHandler,
    private readonly open: Set<PlainConnection>,
    private readonly complete: () => void,
  ) {
    this.keepAlive = `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveMs / 1000)}\r\n\r\n`;
    open.add(this);
    socket.setTimeout(keepAliveMs, this.onTimeout);
    socket.on('data', this.onData).on('end', this.onEnd).on('close', this.onClose).on('error', this.onError);
  }

  endIfIdle(): void {
    if (!this.busy) this.socket.end();
  }

  /** Sends a whole answer and takes the next request. */
  send(status: number, headers: string[], body: Uint8Array | string | undefined): void {
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`;
    let dated = false;
    for (let i = 0; i < headers.length; i += 2) {
      const name = headers[i]!;
      head += `${name}: ${headers[i + 1]}\r\n`;
      dated ||= name.length === 4 && name.toLowerCase() === 'date';
    }
    if (!dated) head += `Date: ${new Date().toUTCString()}\r\n`;
    head += this.keepAlive;
    this.write(head, body ?? '');
    this.answered();
  }

  private write(head: string, body: Uint8Array | string): void {
    const { socket } = this;
    const length = Buffer.byteLength(body);
    if (length > COPIED_BODY) {
      socket.cork();
      socket.write(head, 'latin1');
      socket.write(body);
      socket.uncork();
      return;
    }
    const message = Buffer.allocUnsafe(head.length + length);
    message.write(head, 0, 'latin1');
    if (typeof body === 'string') message.write(body, head.length, 'utf8');
    else message.set(body, head.length);
    socket.write(message);
  }

  /** The answer was sent: what has come meanwhile is next. */
  answered(): void {
    this.busy = false;
    const { early } = this;
    this.early = undefined;
    if (early) {
      this.socket.resume();
      setImmediate(() => this.take(early));
    } else if (this.ended) this.socket.end();
  }

  private take(bytes: Buffer): void {
    if (this.busy) {
      this.early = this.early ? Buffer.concat([this.early, bytes]) : bytes;
      if (this.early.length > MOST_EARLY) this.socket.pause();
      return;
    }
    const plain = readPlainGet(bytes);
    this.busy = true;
    if (plain && this.handler(new PlainRequest(plain, this.socket), new PlainAnswer(this)) === 'served')
      return;
    this.leave(bytes);
  }

  private leave(unread: Buffer): void {
    const { socket } = this;
    this.open.delete(this);
    socket.setTimeout(0, this.onTimeout);
    socket
      .off('data', this.onData)
      .off('end', this.onEnd)
      .off('close', this.onClose)
      .off('error', this.onError);
    socket.unshift(unread);
    this.complete();
  }

  private otherSideEnded(): void {
    this.ended = true;
    this.endIfIdle();
  }
}

class PlainRequest implements HttpRequest {
  readonly method = 'GET';
  readonly httpVersion = '1.1';
  readonly url: string;
  readonly headers;
  readonly rawHeaders;

  constructor(
    { url, headers, rawHeaders }: PlainGet,
    readonly socket: Socket,
  ) {
    this.url = url;
    this.headers = headers;
    this.rawHeaders = rawHeaders;
  }

  // It has no body: nobody is ever told of one.
  on(): void {}
  resume(): void {}
}

/** A whole answer goes out in one write; any other is handed to a response of node:http. */
class PlainAnswer implements HttpAnswer {
  private status = 0;
  private headers: string[] | undefined;
  private sent = false;
  private response: ServerResponse | undefined;

  constructor(private readonly connection: PlainConnection) {}

  get destroyed(): boolean {
    return this.connection.socket.destroyed;
  }

  get headersSent(): boolean {
    return this.headers !== undefined;
  }

  writeHead(status: number, headers: string[]): void {
    this.status = status;
    this.headers = headers;
  }

  end(body?: Uint8Array | string): void {
    if (this.response) return void this.response.end(body);
    if (this.sent) return;
    this.sent = true;
    this.connection.send(this.status, this.headers ?? [], body);
  }

  flushHeaders(): void {
    this.complete().flushHeaders();
  }

  write(chunk: Uint8Array): boolean {
    return this.complete().write(chunk);
  }

  destroy(): void {
    this.connection.socket.destroy();
  }

  once(event: 'drain' | 'close', listener: () => void): void {
    this.complete().once(event, listener);
  }

  removeListener(event: 'drain' | 'close', listener: () => void): void {
    this.response?.removeListener(event, listener);
  }

  private complete(): ServerResponse {
    if (this.response) return this.response;
    const { socket } = this.connection;
    const request = { method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1, headers: {} };
    const response = new ServerResponse(request as unknown as IncomingMessage);
    this.response = response;
    response.assignSocket(socket);
    const drained = () => void response.emit('drain');
    socket.on('drain', drained);
    response.once('finish', () => {
      socket.off('drain', drained);
      response.detachSocket(socket);
      this.connection.answered();
    });
    if (this.headers) response.writeHead(this.status, this.headers);
    return response;
  }
}
