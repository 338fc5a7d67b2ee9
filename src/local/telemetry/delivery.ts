import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Destination } from '../../lambda/telemetry-subscription.js';
import type { Answer } from './outbox.js';

/** The way to a subscriber. */
export interface Delivery {
  /** Delivers events, each as JSON; one call at a time. Never rejects. */
  send(events: readonly string[]): Promise<Answer>;
  close(): void;
}

/** An environment's own address: nothing is ever sent elsewhere, whatever host the destination names. */
const LOOPBACK = '127.0.0.1';

export function deliveryTo(destination: Destination): Delivery {
  switch (destination.protocol) {
    case 'HTTP':
      return httpDelivery(destination);
    case 'TCP':
      return tcpDelivery(destination.port);
  }
}

/** JSON arrays, over one connection that is kept: the `lambda-extension` crate accepts the next only after the last. */
function httpDelivery({ port, path, method }: Destination & { protocol: 'HTTP' }): Delivery {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    send(events) {
      const body = Buffer.from(`[${events.join(',')}]`);
      const headers = {
        Host: `sandbox.localdomain:${port}`,
        'Content-Type': 'application/json',
        'Content-Length': body.length,
      };
      return new Promise((resolve) => {
        const sent = request({ host: LOOPBACK, port, path, method, headers, agent }, (response) => {
          const { statusCode = 0 } = response;
          response.on('end', () => resolve(statusCode >= 200 && statusCode < 300 ? 'taken' : 'refused'));
          response.on('error', () => {});
          response.resume();
        });
        sent.on('error', () => {});
        // Comes in any case, and last.
        sent.on('close', () => resolve('unreachable'));
        sent.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}

/** One event a line. That the system has taken the bytes is all that can be known. */
function tcpDelivery(port: number): Delivery {
  let socket: Socket | undefined;
  const open = () => {
    const opened = connect({ host: LOOPBACK, port, noDelay: true });
    opened.on('error', () => {});
    opened.on('close', () => {
      if (socket === opened) socket = undefined;
    });
    opened.resume();
    return opened;
  };
  return {
    send(events) {
      socket ??= open();
      const used = socket;
      return new Promise((resolve) => {
        used.write(`${events.join('\n')}\n`, (error) => resolve(error ? 'unreachable' : 'taken'));
      });
    },
    close: () => socket?.destroy(),
  };
}
