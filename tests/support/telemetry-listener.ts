import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { listen } from '../../src/http/listen.js';

/** One event as a subscriber gets it. */
export interface ToldEvent {
  readonly time: string;
  readonly type: string;
  readonly record: unknown;
}

/** What an extension listens with, and what came; closed after the test. */
export class TelemetryListener {
  port = 0;
  /** How many connections were made. */
  connections = 0;
  readonly batches: ToldEvent[][] = [];
  readonly requests: IncomingMessage[] = [];
  private readonly sockets = new Set<Socket>();

  constructor(private readonly server: Server | HttpServer) {
    server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on('error', () => {});
    });
    onTestFinished(() => this.close());
  }

  /** All events of all batches. */
  get events(): ToldEvent[] {
    return this.batches.flat();
  }

  async listen(port: number): Promise<this> {
    this.port = await listen(this.server, port, '127.0.0.1');
    return this;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

/** Takes batches over HTTP, and answers each with 200 or as `answer` does. */
export function httpListener(
  answer: (response: ServerResponse, batch: number) => void = (response) => void response.end(),
  port = 0,
): Promise<TelemetryListener> {
  const server = createHttpServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    listener.requests.push(request);
    listener.batches.push(JSON.parse(text) as ToldEvent[]);
    answer(response, listener.batches.length);
  });
  const listener = new TelemetryListener(server);
  return listener.listen(port);
}

/** Takes lines over TCP. */
export function tcpListener(port = 0): Promise<TelemetryListener> {
  const server = createTcpServer((socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
      const end = text.lastIndexOf('\n') + 1;
      if (end === 0) return;
      const lines = text.slice(0, end - 1).split('\n');
      text = text.slice(end);
      listener.batches.push(lines.map((line) => JSON.parse(line) as ToldEvent));
    });
  });
  const listener = new TelemetryListener(server);
  return listener.listen(port);
}
