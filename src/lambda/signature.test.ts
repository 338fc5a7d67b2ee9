import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { golden } from '../../tests/golden/read.js';
import { forbidden, type UrlResponse } from './function-url.js';
import {
  iamCaller,
  millisecondsOf,
  mismatch,
  readSignature,
  refuseSignature,
  type Signature,
  unknownKey,
} from './signature.js';

interface Recorded {
  cases: Record<string, { type?: string; body: string }>;
}

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const HOME = { region: 'us-east-1', nowMs: NOW };
const SCOPE = 'AKIDEXAMPLE/20260102/us-east-1/lambda/aws4_request';
const AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=${SCOPE}, SignedHeaders=host;x-amz-date, Signature=abc123`;

function read(headers: Record<string, string>, query = '') {
  return readSignature({ header: (name) => headers[name], query: new URLSearchParams(query) });
}

const signed = (change: Partial<Signature> = {}): Signature => ({
  ...(read({ authorization: AUTHORIZATION, 'x-amz-date': '20260102T030405Z' }) as Signature),
  ...change,
});

const message = (answer: UrlResponse | undefined) => answer && JSON.parse(String(answer.body)).message;

describe('what is recorded', () => {
  const { cases } = golden<Recorded>('function-url-signatures');

  it.each<[string, UrlResponse]>([
    ['not signed, or not allowed', forbidden()],
    ['signed wrongly', mismatch().answer],
    ['without its session token', unknownKey().answer],
  ])('%s', (name, answer) => {
    const { type, body } = cases[name]!;
    expect([answer.status, answer.body]).toEqual([403, body]);
    if (type) expect(answer.headers).toContainEqual(['x-amzn-ErrorType', type]);
  });
});

describe('a signature is read', () => {
  const facts = { accessKeyId: 'AKIDEXAMPLE', date: '20260102', region: 'us-east-1', service: 'lambda' };

  it('from the header', () => {
    expect(signed()).toMatchObject({
      ...facts,
      signedAt: '20260102T030405Z',
      signedHeaders: ['host', 'x-amz-date'],
      signature: 'abc123',
    });
  });

  it('from a header without blanks, as some signers write it', () => {
    const authorization = AUTHORIZATION.replaceAll(', ', ',');
    expect(read({ authorization, 'x-amz-date': '20260102T030405Z' })).toEqual(signed());
  });

  it('from the query of a presigned URL', () => {
    const query = new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': SCOPE,
      'X-Amz-Date': '20260102T030405Z',
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Security-Token': 'token',
      'X-Amz-Signature': 'abc123',
    });
    expect(read({}, query.toString())).toMatchObject({ ...facts, expiresIn: 60, sessionToken: 'token' });
  });

  it.each<[string, Record<string, string>, string]>([
    ['nothing', {}, ''],
    ['another scheme', { authorization: 'Bearer abc' }, ''],
    ['a query that is none', {}, 'X-Amz-Algorithm=x'],
  ])('from %s not at all', (_, headers, query) => {
    expect(read(headers, query)).toBeUndefined();
  });

  it.each<[string, Record<string, string>, string, string]>([
    [
      'the signature',
      { authorization: `AWS4-HMAC-SHA256 Credential=${SCOPE}, SignedHeaders=host` },
      '',
      'Signature',
    ],
    ['the date', { authorization: AUTHORIZATION }, '', "'X-Amz-Date'"],
    ['a proper date', { authorization: AUTHORIZATION, 'x-amz-date': 'today' }, '', 'Date=today'],
    ['a whole scope', { authorization: AUTHORIZATION.replace('/lambda', '') }, '', 'exactly 5'],
    ['a credential', {}, 'X-Amz-Algorithm=AWS4-HMAC-SHA256', "'X-Amz-Credential'"],
  ])('and refused where it lacks %s', (_, headers, query, words) => {
    const fault = read(headers, query);
    expect(fault?.kind === 'fault' && message(fault.answer)).toContain(words);
  });

  it('from anything without an error of ours', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (authorization, date, query) => {
        read({ authorization: `AWS4-HMAC-SHA256 ${authorization}`, 'x-amz-date': date }, query);
      }),
    );
  });
});

describe('a signature holds', () => {
  it.each<[string, Partial<Signature>]>([
    ['as it is', {}],
    ['up to five minutes later', { signedAt: '20260102T025905Z' }],
    ['up to five minutes before', { signedAt: '20260102T030905Z' }],
    ['as long as a presigned URL says', { signedAt: '20260102T020405Z', expiresIn: 3600 }],
  ])('%s', (_, change) => {
    expect(refuseSignature(signed(change), HOME)).toBeUndefined();
  });

  it.each<[string, Partial<Signature>, string]>([
    [
      'any longer',
      { signedAt: '20260102T025904Z' },
      'Signature expired: 20260102T025904Z is now earlier than 20260102T025905Z (20260102T030405Z - 5 min.)',
    ],
    [
      'before its time',
      { signedAt: '20260102T030906Z' },
      'Signature not yet current: 20260102T030906Z is still later than 20260102T030905Z (20260102T030405Z + 5 min.)',
    ],
    [
      'longer than a presigned URL says',
      { signedAt: '20260102T030304Z', expiresIn: 60 },
      'Signature expired: 20260102T030304Z is now earlier than 20260102T030305Z (20260102T030405Z - 1 min.)',
    ],
    ['for another region', { region: 'eu-west-1' }, 'Credential should be scoped to a valid region. '],
    ['for another service', { service: 's3' }, "Credential should be scoped to correct service: 'lambda'. "],
    ['without the host', { signedHeaders: ['x-amz-date'] }, "'Host' or ':authority' must be"],
    ['for another day', { date: '20260101' }, "'20260101' != '20260102', from '20260102T030405Z'."],
    ['for more than a week', { expiresIn: 604_801 }, 'does not match'],
    ['for no time', { expiresIn: Number.NaN }, 'does not match'],
  ])('not %s', (_, change, words) => {
    const fault = refuseSignature(signed(change), HOME);
    expect(message(fault?.answer)).toContain(words);
    expect(fault?.answer.headers).toContainEqual(['x-amzn-ErrorType', 'InvalidSignatureException']);
  });
});

it('reads times as AWS writes them', () => {
  expect(millisecondsOf('20260102T030405Z')).toBe(NOW);
  expect(millisecondsOf('2026-01-02T03:04:05Z')).toBeUndefined();
});

it('makes a caller of a key, in the form of AWS', () => {
  expect(iamCaller('AKIAABC', false, '123456789012')).toEqual({
    accessKey: 'AKIAABC',
    accountId: '123456789012',
    callerId: 'AIDAABC',
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: 'arn:aws:iam::123456789012:user/crablet',
    userId: 'AIDAABC',
  });
  expect(iamCaller('ASIAABC', true, '123456789012')).toMatchObject({
    userArn: 'arn:aws:sts::123456789012:assumed-role/crablet/crablet',
    userId: 'AROAABC:crablet',
  });
});
