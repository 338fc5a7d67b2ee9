import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../lambda/environment-variables.js';
import { millisecondsOf, mismatch, type Signature, type SignatureFault } from '../lambda/signature.js';
import { Sha256 } from './sha256.js';

/** What a signature covers. */
export interface SignedMessage {
  readonly method: string;
  /** Path and query as on the wire. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** AWS's own signer signs the request again; undefined when it comes to the same. */
export async function checkSignature(
  claimed: Signature,
  message: SignedMessage,
  { accessKeyId, secretAccessKey }: Credentials,
): Promise<SignatureFault | undefined> {
  if (!coversBody(message)) return mismatch();
  const signed = new Map(claimed.signedHeaders.map((name) => [name, message.headers[name]]));
  if ([...signed.values()].includes(undefined)) return mismatch();
  const signer = new SignatureV4({
    service: claimed.service,
    region: claimed.region,
    // A session token is signed like any other header or parameter, if it is signed at all.
    credentials: { accessKeyId, secretAccessKey },
    sha256: Sha256,
    applyChecksum: false,
  });
  const question = message.url.indexOf('?');
  const request = {
    method: message.method,
    protocol: 'https:',
    hostname: message.headers.host ?? '',
    path: question === -1 ? message.url : message.url.slice(0, question),
    query: parametersOf(question === -1 ? '' : message.url.slice(question + 1)),
    headers: Object.fromEntries([...signed].map(([name, value]) => [name, String(value)])),
    body: message.body,
  };
  const signingDate = new Date(millisecondsOf(claimed.signedAt) ?? Number.NaN);
  const signableHeaders = new Set(claimed.signedHeaders);
  const { expiresIn } = claimed;
  if (expiresIn === undefined) {
    const { headers } = await signer.sign(request, { signingDate, signableHeaders });
    return same(/Signature=(\w+)$/.exec(headers['authorization'] ?? '')?.[1], claimed.signature);
  }
  const unhoistableHeaders = signableHeaders;
  const { query } = await signer.presign(request, {
    signingDate,
    signableHeaders,
    unhoistableHeaders,
    expiresIn,
  });
  return same(String(query?.['X-Amz-Signature']), claimed.signature);
}

/** A hash that is sent has to be the body's; an unsigned body URLs do not take (CloudFront's guide, Lambda origins). */
function coversBody({ headers, body }: SignedMessage): boolean {
  const sent = headers['x-amz-content-sha256'];
  return sent === undefined || sent === createHash('sha256').update(body).digest('hex');
}

function same(computed: string | undefined, claimed: string): SignatureFault | undefined {
  const [ours, theirs] = [Buffer.from(computed ?? ''), Buffer.from(claimed)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs) ? undefined : mismatch();
}

/** What the signer adds itself is left out. */
const ADDED = /^x-amz-(algorithm|credential|date|expires|signedheaders|signature)$/i;

function parametersOf(query: string): Record<string, string | string[]> {
  const parameters: Record<string, string | string[]> = Object.create(null);
  const presigned = /(^|&)X-Amz-Signature=/.test(query);
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decoded(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? '' : decoded(pair.slice(equals + 1));
    if (presigned && ADDED.test(name)) continue;
    const before = parameters[name];
    parameters[name] = before === undefined ? value : [before, value].flat();
  }
  return parameters;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
