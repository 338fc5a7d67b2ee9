import { createServer, type Server, type Socket } from 'node:net';
import { listen } from '../http/listen.js';

/** The address that an environment's process finds in AWS_LAMBDA_RUNTIME_API: a port of its own. */
export class Endpoint {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private address: Promise<string> | undefined;

  /** Told when the last of the connections has ended. */
  onAbandoned: () => void = () => {};
  /** Serves a connection; set before any can come. */
  onConnection: (socket: Socket) => void = () => {};

  /** @param port a free one, if 0 or taken */
  constructor(private readonly port = 0) {
    this.server = createServer({ noDelay: true }, (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => {
        this.sockets.delete(socket);
        if (this.sockets.size === 0) this.onAbandoned();
      });
      this.onConnection(socket);
    });
  }

  /** `host:port`; the port stays the same for the environment's life. */
  listen(): Promise<string> {
    this.address ??= listen(this.server, this.port, '127.0.0.1')
      .catch((error) => (this.port === 0 ? Promise.reject(error) : listen(this.server, 0, '127.0.0.1')))
      .then((port) => `127.0.0.1:${port}`);
    return this.address;
  }

  /** What a process that was ended still had to say is not heard. */
  dropConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  close(): void {
    this.dropConnections();
    this.server.close();
  }
}
