import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, makeCertificates } from '../../tests/support/certificates.js';
import { UserError } from '../errors.js';
import { findTlsFiles, readClientTls, readServerTls, shownTls } from './tls-files.js';
import { secureUrl } from './url-host.js';

let made: Certificates;
let empty: string;
beforeAll(() => {
  made = makeCertificates();
  empty = join(made.folder, 'empty');
  mkdirSync(empty);
});
afterAll(() => made.remove());

// Certificates are made while the tests run, and valid from that second on.
const NOW = Date.now() + 60_000;
const YEAR_MS = 365 * 86_400_000;

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof UserError) return `${error.code}: ${error.message}\n${error.fix}`;
    throw error;
  }
  throw new Error('was not refused');
}

function file(name: string, text: string): string {
  const path = join(made.folder, name);
  writeFileSync(path, text);
  return path;
}

describe('files that nobody named', () => {
  it('are those of the folder that are there, and named ones come first', () => {
    const folder = join(made.folder, 'config');
    mkdirSync(folder);
    for (const name of ['cert', 'key'] as const) writeFileSync(join(folder, `${name}.pem`), made.pem[name]);
    mkdirSync(join(folder, 'ca.pem'));
    const cert = join(folder, 'cert.pem');
    expect(findTlsFiles({}, folder)).toEqual({ cert, key: join(folder, 'key.pem'), ca: undefined });
    expect(findTlsFiles({ key: made.key, ca: made.ca }, folder)).toEqual({
      cert,
      key: made.key,
      ca: made.ca,
    });
    expect(readServerTls({}, folder, NOW)).toEqual({ cert: made.pem.cert, key: made.pem.key });
    expect(readServerTls({}, empty, NOW)).toBe(undefined);
    expect(readServerTls({}, undefined, NOW)).toBe(undefined);
  });

  it('that are half there make no service HTTPS', () => {
    const folder = join(made.folder, 'half');
    mkdirSync(folder);
    writeFileSync(join(folder, 'cert.pem'), made.pem.cert);
    writeFileSync(join(folder, 'ca.pem'), made.pem.ca);
    expect(readServerTls({}, folder, NOW)).toBe(undefined);
    expect(readClientTls({}, folder, NOW)).toEqual({ ca: made.pem.ca });
  });
});

describe('what is served', () => {
  it('is the certificate and those above it', () => {
    const read = readServerTls({ cert: made.cert, key: made.key, ca: made.ca }, undefined, NOW)!;
    expect(read).toEqual(made.pem);
    const { certificate, chain } = shownTls(read);
    expect(certificate.trim()).toBe(made.pem.cert.trim());
    expect(chain).toBe(`${made.pem.cert}\n${made.pem.ca}`);
  });

  it('is at a name that the certificate has', () => {
    const warnings: string[] = [];
    const url = (names: string, host: string) => {
      const { cert } = made.issue('named', names);
      const pem = readServerTls({ cert, key: join(made.folder, 'named-key.pem') }, undefined, NOW)!.cert;
      return secureUrl(pem, host, 9000, (text) => warnings.push(text));
    };
    expect(url('IP:127.0.0.1,DNS:localhost', '127.0.0.1')).toBe('https://127.0.0.1:9000');
    expect(url('IP:::1', '::')).toBe('https://[::1]:9000');
    expect(url('DNS:localhost', '0.0.0.0')).toBe('https://localhost:9000');
    expect(url('DNS:dev.example', 'dev.example')).toBe('https://dev.example:9000');
    expect(warnings).toEqual([]);
    expect(url('DNS:dev.example', '127.0.0.1')).toBe('https://127.0.0.1:9000');
    expect(url('', 'named')).toBe('https://named:9000');
    expect(warnings).toEqual([
      expect.stringContaining('is for DNS:dev.example, and not for 127.0.0.1'),
      expect.stringContaining('is for nothing (it has no subjectAltName)'),
    ]);
  });
});

describe('files that cannot be used', () => {
  const server = (files: { cert?: string; key?: string; ca?: string }, now = NOW) =>
    refusal(() => readServerTls({ cert: made.cert, key: made.key, ...files }, empty, now));

  it('are told when they are missing or no PEM', () => {
    expect(server({ cert: '/nowhere/cert.pem' })).toMatch(
      /Cannot read the certificate .*\(ENOENT\)[\s\S]*mkcert/,
    );
    expect(server({ key: made.folder })).toMatch(/Cannot read the private key .*\(EISDIR\)/);
    expect(server({ cert: file('garbage.pem', 'garbage') })).toMatch(
      /no certificate in PEM form\.[\s\S]*openssl x509 -inform der/,
    );
    expect(server({ key: file('garbage.pem', 'garbage') })).toMatch(
      /no private key in PEM form\.[\s\S]*openssl pkey/,
    );
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    expect(server({ cert: file('broken.pem', broken) })).toMatch(/has a certificate that cannot be read/);
    expect(server({ ca: file('broken.pem', made.pem.ca + broken) })).toMatch(/cannot be read/);
    expect(server({ ca: file('empty.pem', '') })).toMatch(/empty\.pem has no certificate/);
  });

  it('are told when they are the other way round, encrypted or of two pairs', () => {
    expect(server({ cert: made.key })).toMatch(/no certificate in PEM form, but a private key/);
    expect(server({ key: made.cert })).toMatch(/no private key in PEM form, but a certificate/);
    const encrypted = join(made.folder, 'encrypted.pem');
    execFileSync('openssl', ['pkcs8', '-topk8', '-passout', 'pass:x', '-in', made.key, '-out', encrypted]);
    expect(server({ key: encrypted })).toMatch(/is encrypted[\s\S]*openssl pkey -in/);
    expect(server({ key: join(made.folder, 'ca-key.pem') })).toMatch(
      /ca-key\.pem is not that of the certificate/,
    );
  });

  it('are told when it is not their time', () => {
    expect(server({}, NOW + YEAR_MS)).toMatch(/has expired: it was valid until[\s\S]*mkcert/);
    expect(server({}, NOW - YEAR_MS)).toMatch(/is not valid yet/);
  });

  it('are told when half of them was named', () => {
    const half = (files: object) => refusal(() => readServerTls(files, empty, NOW));
    expect(half({ cert: made.cert })).toMatch(
      /^usage\.arguments: .*no private key, and there is no .*key\.pem/,
    );
    expect(half({ key: made.key })).toMatch(/no certificate, and[\s\S]*--tls-cert cert\.pem/);
    expect(half({ ca: made.ca })).toMatch(/needs a certificate and its key/);
    expect(refusal(() => readClientTls({ cert: made.cert }, empty, NOW))).toMatch(/no private key/);
    expect(readClientTls({ ca: made.ca }, empty, NOW)).toEqual({ ca: made.pem.ca });
  });
});
