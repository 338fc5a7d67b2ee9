import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import { type ServerTls, shownTls } from './tls-files.js';

/** The first byte of a TLS record that begins a handshake (RFC 8446, 5.1). No HTTP method begins with it. */
const HANDSHAKE = 0x16;

export interface SecureServer {
  readonly server: Server;
  /** Ends the connections that have not begun to speak TLS. */
  closePlain(): void;
}

interface Handlers {
  readonly request: RequestListener;
  /** A request that came without TLS. */
  readonly plainRequest: RequestListener;
  /** A client did not like what it was shown, or spoke something else. */
  readonly failed: (code: string) => void;
}

/** An HTTPS server that answers those who speak plain HTTP to it, too. */
export function secureServer(tls: ServerTls, options: ServerOptions, on: Handlers): SecureServer {
  const { chain: cert } = shownTls(tls);
  const server = createServer({ ...options, cert, key: tls.key, minVersion: 'TLSv1.2' }, on.request);
  server.removeAllListeners('tlsClientError');
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    socket.destroy();
    on.failed(error.code ?? error.message);
  });
  const plain = createPlainServer(on.plainRequest);
  const withoutTls = new Set<Socket>();
  const [secure] = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeListener('connection', secure!);
  server.on('connection', (socket: Socket) => {
    withoutTls.add(socket);
    socket.once('close', () => withoutTls.delete(socket));
    socket.on('error', ignore);
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.off('error', ignore);
      socket.unshift(first);
      if (first[0] === HANDSHAKE) {
        withoutTls.delete(socket);
        secure!.call(server, socket);
      } else plain.emit('connection', socket);
      // Not at once: the bytes would be handed to nobody.
      process.nextTick(() => socket.resume());
    });
  });
  return {
    server,
    closePlain() {
      for (const socket of withoutTls) socket.destroy();
    },
  };
}

function ignore(): void {}
