import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** Without loading node:tls, which a service without TLS never does. */
export function isOverTls(socket: Socket): socket is TLSSocket {
  return 'encrypted' in socket && socket.encrypted === true;
}

/** How a client reached us, as a proxy in front of a function tells it. */
export function forwardedBy(socket: Socket): { readonly proto: string; readonly port: string } {
  return { proto: isOverTls(socket) ? 'https' : 'http', port: String(socket.localPort) };
}
