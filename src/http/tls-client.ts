import { X509Certificate } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';
import { UserError } from '../errors.js';
import type { ClientTls } from './tls-files.js';

/** How a connection to an HTTPS service is made, for node:https and its agents. */
export function connectionOptions({ ca, cert, key, pinned }: ClientTls): ConnectionOptions {
  const own = { ...(cert !== undefined && key !== undefined && { cert, key }) };
  if (pinned === undefined) return { ...own, ...(ca !== undefined && { ca }) };
  const { fingerprint256 } = new X509Certificate(pinned);
  return {
    ...own,
    ca: pinned,
    // It is trusted for itself: whoever issued it need not be.
    allowPartialTrustChain: true,
    // Which of its names we call it by says nothing more.
    checkServerIdentity: (_, { fingerprint256: shown }) =>
      shown === fingerprint256 ? undefined : new Error('the service has another certificate than it told'),
  };
}

const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
]);

/** What a failed connection over TLS means, and what mends it; undefined for an error of another kind. */
export function tlsProblem(error: Error, endpoint: string): UserError | undefined {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const problem = explain(code, error, endpoint);
  return problem && new UserError('invoke.no-service', { ...problem, cause: error });
}

function explain(code: string, error: Error, endpoint: string): { what: string; fix: string } | undefined {
  if (UNTRUSTED.has(code)) {
    return {
      what: `The certificate of ${endpoint} is of nobody who is trusted here (${code}).`,
      fix: 'Name the certificate of the authority that issued it, or its own if it signed itself: --tls-ca ca.pem',
    };
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return {
      what: `The certificate of ${endpoint} ${code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'}.`,
      fix: 'Start the service with a new one.',
    };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      what: `The certificate of ${endpoint} is for other names: ${(error as { cert?: { subjectaltname?: string } }).cert?.subjectaltname ?? 'none'}.`,
      fix: 'Call the service by one of them: --endpoint-url https://NAME:PORT',
    };
  }
  // Node.js tells the reason in the code or, when it happens while writing, only in the text.
  if (/wrong.version.number|packet.length.too.long/i.test(`${code} ${error.message}`)) {
    return {
      what: `What answers at ${endpoint} does not speak TLS.`,
      fix: `Ask it over plain HTTP: --endpoint-url ${endpoint.replace(/^https/, 'http')}   (or let it speak TLS: crablet watch --tls-cert … --tls-key …)`,
    };
  }
  if (/^ERR_SSL_|^EPROTO$/.test(code)) {
    return {
      what: `No TLS connection to ${endpoint} could be made (${error.message.trim()}).`,
      fix: 'See which certificates it asks for and trusts: --tls-cert, --tls-key and --tls-ca name those of this side.',
    };
  }
  return undefined;
}
