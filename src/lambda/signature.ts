/**
 * Signature version 4 on a request to a Function URL: what it claims, and what AWS says where that cannot hold. Whether
 * the signature itself is right is url-signature.ts's to compute.
 *
 * The texts: a signature that does not match, and a key that is not known, are reported from URLs
 * (curl/curl#18423, jamesmbourne/aws4-axios#1553; tests/golden/function-url-signatures.json), those about time and
 * scope from other services of AWS. All are 403.
 */
import type { UrlResponse } from './function-url-response.js';

export interface Signature {
  readonly kind: 'signature';
  readonly accessKeyId: string;
  /** `YYYYMMDD` of the credential's scope. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** When it was signed, as sent: `YYYYMMDDTHHMMSSZ`. */
  readonly signedAt: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken?: string | undefined;
  /** For how many seconds a presigned URL holds. */
  readonly expiresIn?: number | undefined;
}

export interface SignatureFault {
  readonly kind: 'fault';
  readonly answer: UrlResponse;
}

export interface SignedRequest {
  /** Values by lower-case names. */
  readonly header: (name: string) => string | undefined;
  readonly query: URLSearchParams;
}

/** The signature of a request, in its header or in its query; undefined when it has none. */
export function readSignature({ header, query }: SignedRequest): Signature | SignatureFault | undefined {
  const authorization = header('authorization');
  if (authorization?.startsWith('AWS4-HMAC-SHA256')) return fromHeader(authorization, header);
  if (query.get('X-Amz-Algorithm') === 'AWS4-HMAC-SHA256') return fromQuery(query);
  return undefined;
}

function fromHeader(
  authorization: string,
  header: (name: string) => string | undefined,
): Signature | SignatureFault {
  const part = (name: string) => new RegExp(`[\\s,]${name}=([^,\\s]+)`).exec(authorization)?.[1];
  const claimed = {
    Credential: part('Credential'),
    SignedHeaders: part('SignedHeaders'),
    Signature: part('Signature'),
  };
  const missing = Object.entries(claimed).filter(([, value]) => value === undefined);
  if (missing.length > 0) {
    const wants = missing.map(([name]) => `Authorization header requires '${name}' parameter. `);
    return fault('IncompleteSignatureException', `${wants.join('')}Authorization=${authorization}`);
  }
  return assemble({
    credential: claimed.Credential!,
    signedHeaders: claimed.SignedHeaders!,
    signature: claimed.Signature!,
    signedAt: header('x-amz-date'),
    sessionToken: header('x-amz-security-token'),
  });
}

function fromQuery(query: URLSearchParams): Signature | SignatureFault {
  const part = (name: string) => query.get(`X-Amz-${name}`) ?? undefined;
  const names = ['Credential', 'SignedHeaders', 'Signature', 'Date', 'Expires'];
  const missing = names.filter((name) => part(name) === undefined);
  if (missing.length > 0) {
    const wants = missing.map((name) => `AWS query-string parameters must include 'X-Amz-${name}'. `);
    return fault('IncompleteSignatureException', wants.join('').trim());
  }
  return assemble({
    credential: part('Credential')!,
    signedHeaders: part('SignedHeaders')!,
    signature: part('Signature')!,
    signedAt: part('Date'),
    sessionToken: part('Security-Token'),
    expiresIn: Number(part('Expires')),
  });
}

function assemble(claimed: {
  credential: string;
  signedHeaders: string;
  signature: string;
  signedAt: string | undefined;
  sessionToken: string | undefined;
  expiresIn?: number;
}): Signature | SignatureFault {
  const { credential, signedHeaders, signature, signedAt, sessionToken, expiresIn } = claimed;
  const [accessKeyId, date, region, service, ending, ...more] = credential.split('/');
  if (ending !== 'aws4_request' || more.length > 0 || !accessKeyId || !date || !region || !service) {
    const form = "'<your-access-key-id>/YYYYMMDD/REGION/SERVICE/aws4_request'";
    return fault(
      'IncompleteSignatureException',
      `Credential must have exactly 5 slash-delimited elements, e.g. ${form}, got '${credential}'.`,
    );
  }
  if (signedAt === undefined || millisecondsOf(signedAt) === undefined) {
    return fault(
      'IncompleteSignatureException',
      `Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Date=${signedAt ?? ''}`,
    );
  }
  const headers = signedHeaders.toLowerCase().split(';');
  return {
    kind: 'signature',
    accessKeyId,
    date,
    region,
    service,
    signedAt,
    signedHeaders: headers,
    signature,
    sessionToken,
    expiresIn,
  };
}

const SKEW_MS = 5 * 60_000;
const WEEK_SECONDS = 604_800;

/** What of a signature cannot hold, whoever signed. */
export function refuseSignature(
  signature: Signature,
  {
    region,
    nowMs,
    service = 'lambda',
  }: { readonly region: string; readonly nowMs: number; readonly service?: string },
): SignatureFault | undefined {
  const { date, signedAt, signedHeaders, expiresIn } = signature;
  if (signature.region !== region) return invalid('Credential should be scoped to a valid region. ');
  if (signature.service !== service)
    return invalid(`Credential should be scoped to correct service: '${service}'. `);
  if (!signedHeaders.includes('host')) {
    return invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  if (!signedAt.startsWith(date)) {
    const differ = `'${date}' != '${signedAt.slice(0, 8)}', from '${signedAt}'`;
    return invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ${differ}.`,
    );
  }
  if (expiresIn !== undefined && !(expiresIn >= 1 && expiresIn <= WEEK_SECONDS)) return mismatch();
  return refuseTime(signedAt, expiresIn, nowMs);
}

function refuseTime(
  signedAt: string,
  expiresIn: number | undefined,
  nowMs: number,
): SignatureFault | undefined {
  const signedMs = millisecondsOf(signedAt)!;
  const validMs = expiresIn === undefined ? SKEW_MS : expiresIn * 1000;
  const now = amzDate(nowMs);
  if (signedMs < nowMs - validMs) {
    const window = `${amzDate(nowMs - validMs)} (${now} - ${validMs / 60_000} min.)`;
    return invalid(`Signature expired: ${signedAt} is now earlier than ${window}`);
  }
  if (signedMs <= nowMs + SKEW_MS) return undefined;
  const window = `${amzDate(nowMs + SKEW_MS)} (${now} + ${SKEW_MS / 60_000} min.)`;
  return invalid(`Signature not yet current: ${signedAt} is still later than ${window}`);
}

/** The signature was made with another secret, or for another request. */
export function mismatch(): SignatureFault {
  return invalid(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access ' +
      'Key and signing method. Consult the service documentation for details.',
  );
}

/** Nobody has this key, or its session token is missing, or another's. */
export function unknownKey(): SignatureFault {
  return fault('UnrecognizedClientException', 'The security token included in the request is invalid.');
}

function invalid(message: string): SignatureFault {
  return fault('InvalidSignatureException', message);
}

function fault(errorType: string, message: string): SignatureFault {
  const headers: [string, string][] = [
    ['content-type', 'application/json'],
    ['x-amzn-ErrorType', errorType],
  ];
  return { kind: 'fault', answer: { status: 403, headers, body: JSON.stringify({ message }) } };
}

/** `requestContext.authorizer.iam` of a URL whose auth type is AWS_IAM (developer guide, urls-invocation). */
export interface IamCaller {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly cognitoIdentity: null;
  readonly principalOrgId: null;
  readonly userArn: string;
  readonly userId: string;
}

/** Who signed. A key says nothing of its owner: who that is, is made up, in the form of AWS's own. */
export function iamCaller(accessKey: string, temporary: boolean, accountId: string): IamCaller {
  const unique = accessKey.replace(/^(AKIA|ASIA)/, '');
  const userId = temporary ? `AROA${unique}:crablet` : `AIDA${unique}`;
  const userArn = temporary
    ? `arn:aws:sts::${accountId}:assumed-role/crablet/crablet`
    : `arn:aws:iam::${accountId}:user/crablet`;
  return {
    accessKey,
    accountId,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn,
    userId,
  };
}

/** `YYYYMMDDTHHMMSSZ` as milliseconds since 1970. */
export function millisecondsOf(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function amzDate(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');
}
