import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { TlsFiles } from '../http/tls-files.js';
import type { CliContext } from './context.js';

/** PEM files, as Cargo Lambda names them. */
export interface TlsOptions {
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsCa?: string;
}

/** What a service serves HTTPS with. */
export function addServerTlsOptions(command: Command, group: string): void {
  add(command, group, [
    [
      '--tls-cert <path>',
      "serve HTTPS with this certificate (PEM; default: cert.pem in Cargo Lambda's folder, if it is there)",
    ],
    ['--tls-key <path>', 'its private key (default: key.pem there)'],
    ['--tls-ca <path>', 'certificates above it, to be sent along (default: ca.pem there)'],
  ]);
}

/** Whom a client trusts, and what it shows. */
export function addClientTlsOptions(command: Command, group: string): void {
  add(command, group, [
    ['--tls-ca <path>', "trust the service's HTTPS certificate if one of these issued it (PEM)"],
    ['--tls-cert <path>', 'a certificate to show to a service that asks for one'],
    ['--tls-key <path>', 'its private key'],
  ]);
}

function add(command: Command, group: string, flags: readonly (readonly [string, string])[]): void {
  for (const [flag, what] of flags) command.addOption(new Option(flag, what).helpGroup(group));
}

export function tlsFiles({ tlsCert, tlsKey, tlsCa }: TlsOptions, cwd: string): TlsFiles {
  const at = (path: string | undefined) => (path === undefined ? undefined : resolve(cwd, path));
  return { cert: at(tlsCert), key: at(tlsKey), ca: at(tlsCa) };
}

/** Where Cargo Lambda looks for PEM files that nobody named: `dirs::config_dir()`, which is the system's. */
export function tlsFolder({ env }: Pick<CliContext, 'env'>): string {
  return join(configFolder(env), 'cargo-lambda');
}

function configFolder(env: NodeJS.ProcessEnv): string {
  const home = env['HOME'] ?? homedir();
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support');
  if (process.platform === 'win32') return env['APPDATA'] ?? join(home, 'AppData', 'Roaming');
  const said = env['XDG_CONFIG_HOME'];
  return said && isAbsolute(said) ? said : join(home, '.config');
}
