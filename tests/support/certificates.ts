import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Made for one test file by openssl, and gone with it: nothing that is kept could expire. */
export interface Certificates {
  readonly folder: string;
  /** Paths of PEM files: an authority, a certificate that it issued for localhost and 127.0.0.1, its key. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly pem: { readonly cert: string; readonly key: string; readonly ca: string };
  /** A certificate for other names, by the same authority. */
  issue(name: string, names: string): { readonly cert: string; readonly key: string };
  remove(): void;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'crablet-certificates-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const ca = at('ca.pem');
  openssl('req', '-x509', ...KEY, '-subj', '/CN=ca', '-keyout', 'ca-key.pem', '-out', ca);
  const issue = (name: string, names: string) => {
    const files = { cert: at(`${name}.pem`), key: at(`${name}-key.pem`) };
    openssl('req', ...KEY, '-subj', `/CN=${name}`, '-keyout', files.key, '-out', 'request.pem');
    writeFileSync(at('extensions'), names === '' ? '' : `subjectAltName=${names}\n`);
    const signed = ['-CA', ca, '-CAkey', 'ca-key.pem', '-CAcreateserial', '-extfile', 'extensions'];
    openssl('x509', '-req', '-in', 'request.pem', ...signed, '-days', '2', '-out', files.cert);
    return files;
  };
  const own = issue('server', 'DNS:localhost,IP:127.0.0.1,IP:::1');
  const read = (path: string) => readFileSync(path, 'utf8');
  return {
    folder,
    ca,
    ...own,
    pem: { cert: read(own.cert), key: read(own.key), ca: read(ca) },
    issue,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
