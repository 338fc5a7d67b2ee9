import type { Socket } from 'node:net';
import type { Environment } from './environment.js';

/** Which environment is at the other end of a connection: known from the port it came in on, never guessed. */
export class Connections {
  private readonly environments = new WeakMap<Socket, Environment>();

  environmentOf(socket: Socket): Environment | undefined {
    return this.environments.get(socket);
  }

  belongsTo(socket: Socket, environment: Environment): void {
    this.environments.set(socket, environment);
  }
}
