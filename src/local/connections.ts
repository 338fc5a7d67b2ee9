import type { Socket } from 'node:net';
import type { ConcurrentEnvironment } from './concurrent-environment.js';
import type { Environment } from './environment.js';

/** The two kinds that there are. */
export type AnyEnvironment = Environment | ConcurrentEnvironment;

/** Which environment is at the other end of a connection: known from the port it came in on, never guessed. */
export class Connections {
  private readonly environments = new WeakMap<Socket, AnyEnvironment>();

  environmentOf(socket: Socket): AnyEnvironment | undefined {
    return this.environments.get(socket);
  }

  belongsTo(socket: Socket, environment: AnyEnvironment): void {
    this.environments.set(socket, environment);
  }
}
