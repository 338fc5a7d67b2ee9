import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../src/lambda/environment-variables.js';
import { Sha256 } from '../../src/local/sha256.js';
import { golden } from '../golden/read.js';
import { type ScriptedService, type ServiceOptions, serve } from '../support/functions.js';
import { type HttpAnswer, http } from '../support/http.js';
import { echo } from '../support/runtime-actions.js';

/** Function URLs whose requests have to be signed. */

const KEY: Credentials = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'secret/of+mine' };
const TEMPORARY: Credentials = {
  accessKeyId: 'ASIALOCAL',
  secretAccessKey: 'other',
  sessionToken: 'to/k+en==',
};
const { cases } = golden<{ cases: Record<string, { body: string }> }>('function-url-signatures');

function secured(options: ServiceOptions = {}): Promise<ScriptedService> {
  const hello = { urlAuth: 'AWS_IAM' as const };
  return serve([echo()], { hello, acceptedKeys: [KEY, TEMPORARY], ...options });
}

interface Asked {
  readonly method?: string;
  /** Path and query, encoded. */
  readonly path?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly key?: Credentials;
  readonly region?: string;
  readonly at?: Date;
}

function signerFor({ key = KEY, region = 'us-east-1' }: Asked): SignatureV4 {
  return new SignatureV4({ service: 'lambda', region, credentials: key, sha256: Sha256 });
}

function requestFor(service: ScriptedService, { method = 'GET', path = '/', body, headers = {} }: Asked) {
  const url = new URL(path, service.url);
  const query: Record<string, string[]> = {};
  for (const [name, value] of url.searchParams) query[name] = [...(query[name] ?? []), value];
  return {
    method,
    protocol: 'http:',
    hostname: url.hostname,
    path: url.pathname,
    query,
    headers: { host: url.host, ...headers },
    ...(body !== undefined && { body }),
  };
}

/** Signs as the AWS SDK does, and sends; `sent` may differ from what was signed. */
async function ask(service: ScriptedService, asked: Asked, sent: Asked = {}): Promise<HttpAnswer> {
  const signed = await signerFor(asked).sign(requestFor(service, asked), {
    ...(asked.at && { signingDate: asked.at }),
  });
  const { method, path, body, headers } = { ...asked, ...sent };
  return http(`${service.url}${path ?? '/'}`, {
    ...(method && { method }),
    ...(body !== undefined && { body }),
    headers: { ...signed.headers, ...headers },
  });
}

async function presign(service: ScriptedService, asked: Asked, expiresIn: number): Promise<string> {
  const { query } = await signerFor(asked).presign(requestFor(service, asked), {
    expiresIn,
    ...(asked.at && { signingDate: asked.at }),
  });
  const parameters = Object.entries(query ?? {}).flatMap(([name, value]) =>
    [value ?? ''].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`),
  );
  return `${(asked.path ?? '/').replace(/\?.*/, '')}?${parameters.join('&')}`;
}

describe('a signed request', () => {
  it.each<[string, Asked]>([
    ['a GET', {}],
    ['a path and a query', { path: '/a%20b/c?x=1&x=2&y=%2B%26&z' }],
    ['a body', { method: 'POST', body: '{"a":"ü"}', headers: { 'content-type': 'application/json' } }],
    ['a path with what is encoded twice', { path: '/a%2Fb/%25/~c' }],
    ['a temporary key', { key: TEMPORARY }],
  ])('with %s reaches the function', async (_name, asked) => {
    const service = await secured();
    const answer = await ask(service, asked);
    expect(answer.status, answer.text).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ requestContext: { authentication: null } });
  });

  it('tells the function who signed', async () => {
    const service = await secured({ accountId: '111122223333' });
    const { requestContext } = JSON.parse((await ask(service, {})).text);
    expect(requestContext).toMatchObject({
      accountId: '111122223333',
      authorizer: {
        iam: {
          accessKey: 'AKIALOCAL',
          accountId: '111122223333',
          callerId: 'AIDALOCAL',
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: 'arn:aws:iam::111122223333:user/crablet',
          userId: 'AIDALOCAL',
        },
      },
    });
  });

  it('may be signed with the key that functions are handed', async () => {
    const service = await secured({ acceptedKeys: [], credentials: async () => TEMPORARY });
    expect((await ask(service, { key: TEMPORARY })).status).toBe(200);
  });

  it('may be presigned', async () => {
    const service = await secured();
    for (const key of [KEY, TEMPORARY]) {
      const url = await presign(service, { path: '/a%20b?x=1', key }, 60);
      const answer = await http(service.url + url);
      expect(answer.status, answer.text).toBe(200);
      expect(JSON.parse(answer.text)).toMatchObject({ rawPath: '/a%20b', queryStringParameters: { x: '1' } });
    }
  });

  it('is signed for the path that was asked for, whose function it names', async () => {
    const service = await secured();
    const answer = await ask(service, { path: '/lambda-url/hello/x' });
    expect(JSON.parse(answer.text).rawPath).toBe('/x');
  });

  it('needs no signature for its preflight', async () => {
    const hello = { urlAuth: 'AWS_IAM' as const, cors: { allowOrigins: ['*'] } };
    const service = await secured({ hello });
    const headers = { origin: 'http://a.test', 'access-control-request-method': 'GET' };
    expect((await http(service.url, { method: 'OPTIONS', headers })).status).toBe(200);
    const refused = await http(service.url, { headers });
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([403, 'http://a.test']);
  });
});

describe('refused', () => {
  const mismatch = cases['signed wrongly']!.body;
  const unknown = cases['without its session token']!.body;
  const forbidden = cases['not signed, or not allowed']!.body;

  it.each<[string, Asked, Asked, string]>([
    ['another secret', { key: { ...KEY, secretAccessKey: 'x' } }, {}, mismatch],
    ['another path', { path: '/a' }, { path: '/b' }, mismatch],
    ['another query', { path: '/?a=1' }, { path: '/?a=2' }, mismatch],
    ['another method', {}, { method: 'DELETE' }, mismatch],
    ['another body', { method: 'POST', body: 'a' }, { body: 'b' }, mismatch],
    ['another header', { headers: { 'x-mine': 'a' } }, { headers: { 'x-mine': 'b' } }, mismatch],
    [
      'an unsigned body',
      { method: 'POST', body: 'a', headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
      {},
      mismatch,
    ],
    ['an unknown key', { key: { accessKeyId: 'AKIAOTHER', secretAccessKey: 'x' } }, {}, unknown],
    ['no session token', { key: { ...TEMPORARY, sessionToken: undefined } }, {}, unknown],
    ['a session token too many', { key: { ...KEY, sessionToken: 'x' } }, {}, unknown],
    ['another scheme', {}, { headers: { authorization: 'Bearer abc' } }, forbidden],
    [
      'another region',
      { region: 'eu-west-1' },
      {},
      '{"message":"Credential should be scoped to a valid region. "}',
    ],
  ])('%s', async (_name, asked, sent, body) => {
    const service = await secured();
    const answer = await ask(service, asked, sent);
    expect([answer.status, answer.text]).toEqual([403, body]);
    expect(answer.headers).not.toHaveProperty('x-amzn-trace-id');
    expect(service.runtimes.starts).toHaveLength(0);
  });

  it('nothing signed, and whoever watches is told how to go on', async () => {
    const service = await secured();
    const answer = await http(service.url);
    expect([answer.status, answer.text]).toEqual([403, forbidden]);
    expect(answer.headers['x-amzn-errortype']).toBe('AccessDeniedException');
    expect(service.warnings).toEqual([
      expect.stringMatching(/hello's URL .* not signed\..*--accept-key ID:SECRET.*--url-auth NONE/),
    ]);
  });

  it('a signature of an hour ago', async () => {
    const service = await secured();
    const answer = await ask(service, { at: new Date(Date.now() - 3_600_000) });
    expect([answer.status, JSON.parse(answer.text).message]).toEqual([
      403,
      expect.stringMatching(/^Signature expired: \w+Z is now earlier than \w+Z \(\w+Z - 5 min\.\)$/),
    ]);
  });

  it('a presigned URL whose time is over, or that was changed', async () => {
    const service = await secured();
    const over = await presign(service, { at: new Date(Date.now() - 61_000) }, 60);
    expect((await http(service.url + over)).text).toMatch(/Signature expired/);
    const changed = (await presign(service, { path: '/?x=1' }, 60)).replace('x=1', 'x=2');
    expect((await http(service.url + changed)).text).toBe(mismatch);
  });
});

it('no signature that was made up reaches a function, or ends the service', async () => {
  const service = await secured();
  const text = fc.stringMatching(/^[ -~]{0,40}$/);
  const scope = fc.tuple(fc.constantFrom('AKIALOCAL', 'x', ''), fc.constantFrom('us-east-1', '', 'x'), text);
  const part = (name: string) => fc.option(text, { nil: undefined }).map((value) => [name, value] as const);
  const request = fc.record({
    scope,
    date: fc.constantFrom('', 'today', new Date().toISOString().replace(/[-:]|\.\d+/g, '')),
    headers: fc.constantFrom('host', 'host;x-amz-date', 'host;missing', '', ';'),
    signature: fc.constantFrom('', 'abc', '0'.repeat(64)),
    query: fc.array(fc.oneof(...['Algorithm', 'Credential', 'Date', 'Expires', 'Signature'].map(part))),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ scope: [key, region, rest], date, headers, signature, query }) => {
      const credential = `${key}/${date.slice(0, 8)}/${region}/lambda/aws4_request${rest.slice(0, 2)}`;
      const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${headers}, Signature=${signature}`;
      const parameters = query.map(([name, value]) => `X-Amz-${name}=${encodeURIComponent(value ?? '')}`);
      const sent: Record<string, string> =
        parameters.length % 2 === 0 ? { authorization, 'x-amz-date': date } : {};
      const answer = await http(`${service.url}/?${parameters.join('&')}`, { headers: sent });
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.text)).toEqual(expect.objectContaining({}));
    }),
    { numRuns: 60 },
  );
  expect(service.runtimes.starts).toHaveLength(0);
  expect((await ask(service, {})).status).toBe(200);
});

it('what is not a URL asks for no signature: the Invoke API takes any', async () => {
  const service = await secured();
  const url = `${service.url}/2015-03-31/functions/hello/invocations`;
  expect((await http(url, { method: 'POST', body: '1' })).text).toBe('1');
});
