import { isIP } from 'node:net';
import { ownCertificate } from './tls-files.js';

/** The host of a URL that reaches what listens on the address. */
export function urlHost(host: string): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return reachable.includes(':') ? `[${reachable}]` : reachable;
}

const THIS_MACHINE = new Set(['127.0.0.1', '::1', '0.0.0.0', '::']);

/** The https:// URL of what listens on the address with this certificate: by a name that the certificate has, where it can. */
export function secureUrl(cert: string, host: string, port: number, warn: (text: string) => void): string {
  const certificate = ownCertificate(cert);
  // A name that is only in the subject is none: most clients do not look there (RFC 9525, 2).
  const has = (name: string) =>
    isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name, { subject: 'never' });
  const address = urlHost(host);
  if (has(address.replace(/[[\]]/g, ''))) return `https://${address}:${port}`;
  if (THIS_MACHINE.has(host) && has('localhost')) return `https://localhost:${port}`;
  const names = certificate.subjectAltName ?? 'nothing (it has no subjectAltName)';
  warn(
    `The certificate is for ${names}, and not for ${address}: clients that look refuse https://${address}:${port}. ` +
      'Make one that names it, or listen where it says: --invoke-address NAME',
  );
  return `https://${address}:${port}`;
}
