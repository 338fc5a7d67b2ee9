/**
 * The certificate, key and certificates of authorities that `watch` serves with and `invoke` trusts, as PEM files.
 * Where nobody names them they are looked for where Cargo Lambda has them (cargo-lambda-remote/src/tls.rs, 1.9.2).
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.js';

/** Paths, as somebody named them. */
export interface TlsFiles {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly ca?: string | undefined;
}

/** PEM texts that a server needs. */
export interface ServerTls {
  /** The server's certificate; those of intermediate authorities may follow it. */
  readonly cert: string;
  readonly key: string;
  /** Certificates of the authorities above it. */
  readonly ca?: string | undefined;
}

/** What a server shows to its clients, as PEM. */
export interface ShownTls {
  readonly certificate: string;
  /** It, and those above it: what a client is given to trust. */
  readonly chain: string;
}

/** PEM texts that a client uses. */
export interface ClientTls {
  /** Whom to trust; without it whom Node.js trusts. */
  readonly ca?: string | undefined;
  /** Shown to a server that asks for it. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The one certificate that the server has to have: it told us so itself, through a file of this machine's. */
  readonly pinned?: string | undefined;
}

type Kind = keyof TlsFiles;

const WHAT: Readonly<Record<Kind, string>> = {
  cert: 'certificate',
  key: 'private key',
  ca: 'certificate of an authority',
};

/** How to make files that work, on one line. */
const MAKE_CERTIFICATE =
  'mkcert -cert-file cert.pem -key-file key.pem localhost 127.0.0.1 ::1   (or with openssl: docs/from-cargo-lambda.md)';

/** What was named, and for the rest the files of the folder that are there. */
export function findTlsFiles(said: TlsFiles, folder: string | undefined): TlsFiles {
  const find = (kind: Kind) => {
    const path = folder === undefined ? undefined : join(folder, `${kind}.pem`);
    return said[kind] ?? (path !== undefined && isFile(path) ? path : undefined);
  };
  return { cert: find('cert'), key: find('key'), ca: find('ca') };
}

/**
 * What a server serves HTTPS with; undefined when it is to serve plain HTTP.
 * @param said what was named; a part of it that comes to nothing is a mistake
 * @param folder where to look for the rest
 * @throws UserError when a file is missing, is no PEM, has expired, or the two do not belong together
 */
export function readServerTls(
  said: TlsFiles,
  folder: string | undefined,
  nowMs: number,
): ServerTls | undefined {
  const { cert, key, ca } = findTlsFiles(said, folder);
  if (cert === undefined || key === undefined) {
    if (said.cert ?? said.key ?? said.ca) throw incomplete(said, cert === undefined ? 'cert' : 'key', folder);
    return undefined;
  }
  const pair = readPair(cert, key, nowMs);
  return { ...pair, ...(ca !== undefined && { ca: readCertificates('ca', ca).pem }) };
}

/** @throws UserError as `readServerTls` */
export function readClientTls(said: TlsFiles, folder: string | undefined, nowMs: number): ClientTls {
  const { cert, key, ca } = findTlsFiles(said, folder);
  if ((said.cert ?? said.key) !== undefined && (cert === undefined || key === undefined))
    throw incomplete(said, cert === undefined ? 'cert' : 'key', folder);
  return {
    ...(cert !== undefined && key !== undefined && readPair(cert, key, nowMs)),
    ...(ca !== undefined && { ca: readCertificates('ca', ca).pem }),
  };
}

/** What is shown: all but the key. */
export function shownTls({ cert, ca }: ServerTls): ShownTls {
  const chain = ca === undefined ? cert : `${cert}\n${ca}`;
  return { certificate: ownCertificate(cert).toString(), chain };
}

/** The first certificate of a PEM text: the server's own. */
export function ownCertificate(pem: string): X509Certificate {
  return new X509Certificate(pem);
}

function readPair(certPath: string, keyPath: string, nowMs: number): { cert: string; key: string } {
  const { pem, first } = readCertificates('cert', certPath);
  const key = readKey(keyPath);
  if (!first.checkPrivateKey(key.object)) {
    throw new UserError('environment.file', {
      what: `The private key ${keyPath} is not that of the certificate ${certPath}.`,
      fix: 'Name the two that were made together: --tls-cert CERT --tls-key KEY',
    });
  }
  refuseOutOfDate(first, certPath, nowMs);
  return { cert: pem, key: key.pem };
}

function refuseOutOfDate({ validFrom, validTo }: X509Certificate, path: string, nowMs: number): void {
  const expired = Date.parse(validTo) < nowMs;
  if (!expired && Date.parse(validFrom) <= nowMs) return;
  throw new UserError('environment.file', {
    what: expired
      ? `The certificate ${path} has expired: it was valid until ${validTo}.`
      : `The certificate ${path} is not valid yet: it will be from ${validFrom} on.`,
    fix: expired ? `Make a new one: ${MAKE_CERTIFICATE}` : "See this machine's clock, or make a new one.",
  });
}

function readCertificates(kind: 'cert' | 'ca', path: string): { pem: string; first: X509Certificate } {
  const pem = read(kind, path);
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) {
    const isKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem);
    throw new UserError('environment.file', {
      what: `${path} has no certificate in PEM form${isKey ? ', but a private key' : ''}.`,
      fix: isKey
        ? 'Name the certificate, and the key with its own flag: --tls-cert CERT --tls-key KEY'
        : `Name a file that begins with -----BEGIN CERTIFICATE-----; a binary one becomes that with: openssl x509 -inform der -in ${path} -out ${kind}.pem`,
    });
  }
  try {
    const [first] = blocks.map((block) => new X509Certificate(block));
    return { pem, first: first! };
  } catch (cause) {
    throw new UserError('environment.file', {
      what: `${path} has a certificate that cannot be read (${(cause as Error).message}).`,
      fix: `See that the file is whole, or make a new one: ${MAKE_CERTIFICATE}`,
      cause,
    });
  }
}

function readKey(path: string): { pem: string; object: KeyObject } {
  const pem = read('key', path);
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(pem)) {
    throw new UserError('environment.file', {
      what: `The private key ${path} is encrypted, and nobody is there to give its passphrase.`,
      fix: `Store it without one: openssl pkey -in ${path} -out key.pem`,
    });
  }
  try {
    return { pem, object: createPrivateKey(pem) };
  } catch (cause) {
    const isCertificate = pem.includes('-----BEGIN CERTIFICATE-----');
    throw new UserError('environment.file', {
      what: `${path} has no private key in PEM form${isCertificate ? ', but a certificate' : ''}.`,
      fix: isCertificate
        ? 'Name the key, and the certificate with its own flag: --tls-cert CERT --tls-key KEY'
        : `Name a file that begins with -----BEGIN PRIVATE KEY-----; a binary one becomes that with: openssl pkey -inform der -in ${path} -out key.pem`,
      cause,
    });
  }
}

function read(kind: Kind, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UserError('environment.file', {
      what: `Cannot read the ${WHAT[kind]} ${path} (${(cause as NodeJS.ErrnoException).code}).`,
      fix: `Name a PEM file that can be read with --tls-${kind}, or make one: ${MAKE_CERTIFICATE}`,
      cause,
    });
  }
}

function incomplete(said: TlsFiles, missing: 'cert' | 'key', folder: string | undefined): UserError {
  const named = said.cert ?? said.key ?? said.ca;
  const nowhere = folder === undefined ? '' : `, and there is no ${join(folder, `${missing}.pem`)}`;
  return new UserError('usage.arguments', {
    what: `TLS needs a certificate and its key: ${named} was named, but no ${WHAT[missing]}${nowhere}.`,
    fix: `Add it: --tls-${missing} ${missing}.pem`,
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
