import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { startReaper } from '../process/reaper.js';

/** A file of certificates that a command is to trust, and the variables that tell its programs of it. */
export interface TrustBundle {
  readonly variables: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Where the AWS CLI and boto3, requests, curl, and OpenSSL, Go and rustls look. Each of them then trusts nobody else. */
const ONLY_THESE = ['AWS_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE'];

/**
 * What makes a command's programs trust our certificate, and AWS as before: the usual authorities are in the file, too.
 * A variable that the user has set stays as it is.
 */
export async function trustBundle(chain: string, env: NodeJS.ProcessEnv): Promise<TrustBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'crablet-trust-'));
  // Removed even when this process is killed.
  const reaper = startReaper([folder]);
  const all = join(folder, 'all.pem');
  const ours = join(folder, 'service.pem');
  await writeFile(ours, chain);
  await writeFile(all, [chain, ...rootCertificates].join('\n'));
  const named = [...ONLY_THESE.map((name) => [name, all]), ['NODE_EXTRA_CA_CERTS', ours]];
  return {
    variables: Object.fromEntries(named.filter(([name]) => !env[name!])) as Record<string, string>,
    async remove() {
      await rm(folder, { recursive: true, force: true });
      reaper.close();
    },
  };
}
