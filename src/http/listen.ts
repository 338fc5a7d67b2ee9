import type { AddressInfo, Server } from 'node:net';
import { UserError } from '../errors.js';

/** Listens and resolves to the port that was given, or rejects with the system's error. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      server.removeListener('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** A user-facing error for a port that cannot be listened on; `holder` says who has it, when that is known. */
export function portError(error: unknown, port: number, host: string, holder?: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    return new UserError('environment.port-in-use', {
      what: `Port ${port} of ${host} is taken${holder ? ` by ${holder}` : ''}.`,
      fix: 'End that program, or let crablet take a free port: --invoke-port 0',
      cause: error,
    });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EACCES' || code === 'EINVAL') {
    return new UserError('environment.port-in-use', {
      what: `Cannot listen on ${host}:${port} (${code}).`,
      fix: 'Use an address of this machine and a port above 1023, such as --invoke-address 127.0.0.1 --invoke-port 9000',
      cause: error,
    });
  }
  return error;
}
