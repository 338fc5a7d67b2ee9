import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

/** What is asked of a request whose body may be read: node:http's own, or one that was read from its bytes. */
export interface HttpRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: string[];
  readonly socket: Socket;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'end' | 'close' | 'error', listener: () => void): unknown;
  resume(): unknown;
}

/** What is asked of a response: node:http's own, or one that is sent in a single write. */
export interface HttpAnswer {
  readonly destroyed: boolean;
  readonly headersSent: boolean;
  /** @param headers names and values in turn */
  writeHead(status: number, headers: string[]): unknown;
  flushHeaders(): void;
  write(chunk: Uint8Array): boolean;
  end(body?: Uint8Array | string): unknown;
  destroy(): unknown;
  once(event: 'drain' | 'close', listener: () => void): unknown;
  removeListener(event: 'drain' | 'close', listener: () => void): unknown;
}
