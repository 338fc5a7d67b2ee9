import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request as send } from 'node:http';
import { connect } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
  readonly agent?: Agent | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called when the system has taken the request. */
  readonly onWritten?: () => void;
}

/** One HTTP exchange with nothing in between: no redirects, no decoding, the path exactly as it is in `url`. */
export async function http(url: string, request: HttpRequest = {}): Promise<HttpAnswer> {
  const response = await openHttp(url, request);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return { status: response.statusCode ?? 0, headers: response.headers, body, text: body.toString('utf8') };
}

/** As `http`, but hands out the response as soon as its head is there. */
export function openHttp(url: string, request: HttpRequest = {}): Promise<IncomingMessage> {
  const { method = 'GET', headers = {}, body, agent, signal, onWritten = () => {} } = request;
  const [, host, port, path] = /^http:\/\/([^/:]+|\[[^\]]+\]):(\d+)(.*)$/.exec(url) ?? [];
  if (!host || !port) throw new Error(`no URL with a port: ${url}`);
  return new Promise((resolve, reject) => {
    const sent = send(
      { host: host.replace(/[[\]]/g, ''), port, path: path || '/', method, headers, agent, signal },
      resolve,
    );
    sent.on('error', reject);
    sent.end(body, onWritten);
  });
}

/** Writes bytes to a port and resolves to all that comes back until the other side closes. */
export function exchangeBytes(address: string, bytes: string | Buffer, { end = true } = {}): Promise<string> {
  const [host, port] = splitAddress(address);
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ host, port });
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
    if (end) socket.end(bytes);
    else socket.write(bytes);
  });
}

export function splitAddress(address: string): [host: string, port: number] {
  const at = address.lastIndexOf(':');
  return [address.slice(0, at), Number(address.slice(at + 1))];
}
