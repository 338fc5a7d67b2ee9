import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { golden } from '../../tests/golden/read.js';
import { type Cors, corsHeaders, type Header, preflightOf, preflightResponse, saidTwice } from './cors.js';

interface Recorded {
  preflight: { request: Record<string, string>; status: number; headers: Header[] };
  'answer of a function that sends its own': { own: Header[]; names: string[] };
  asterisks: { 'allow-origin': string; 'allow-methods': string };
}

const recorded = golden<Recorded>('function-url-cors');
const ORIGIN = 'https://localhost:8080';
const CORS: Cors = {
  allowOrigins: [ORIGIN],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['authorization', 'content-type', 'x-books-authorization'],
  allowCredentials: true,
};

const named = (headers: readonly Header[]) => Object.fromEntries(headers);

describe('a preflight', () => {
  it('is answered as recorded', () => {
    const { request, status, headers } = recorded.preflight;
    const asked = preflightOf('OPTIONS', request);
    expect(preflightResponse(CORS, asked!)).toEqual({ status, headers, body: '' });
  });

  it('is answered with what was asked for where an asterisk allows all', () => {
    const { asterisks } = recorded;
    const origin = asterisks['allow-origin'];
    const cors = { allowOrigins: ['*'], allowMethods: ['*'], allowHeaders: ['*'], maxAge: 86_400 };
    const { headers } = preflightResponse(cors, { origin, method: 'POST', headers: 'x-a,x-b' });
    expect(named(headers)).toMatchObject({
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Allow-Methods': asterisks['allow-methods'],
      'Access-Control-Allow-Headers': 'x-a,x-b',
      'Access-Control-Max-Age': '86400',
    });
  });

  it.each<[string, string | undefined, Record<string, string>]>([
    ['another method', 'POST', recorded.preflight.request],
    ['no method at all', undefined, recorded.preflight.request],
    ['no origin', 'OPTIONS', { 'access-control-request-method': 'GET' }],
    ['no question', 'OPTIONS', { origin: ORIGIN }],
  ])('is not a request with %s', (_, method, headers) => {
    expect(preflightOf(method, headers)).toBeUndefined();
  });
});

describe('another answer', () => {
  it('says whom it is for', () => {
    expect(corsHeaders({ ...CORS, exposeHeaders: ['x-a', 'x-b'] }, ORIGIN)).toEqual([
      ['Vary', 'Origin'],
      ['Access-Control-Allow-Origin', ORIGIN],
      ['Access-Control-Expose-Headers', 'x-a,x-b'],
      ['Access-Control-Allow-Credentials', 'true'],
    ]);
  });

  it('says it beside what the function says, as recorded', () => {
    const { own, names } = recorded['answer of a function that sends its own'];
    const added = corsHeaders(CORS, ORIGIN);
    const all = [...added, ...own].map(([name]) => name.toLowerCase());
    expect(all.sort()).toEqual(names.toSorted());
    expect(saidTwice(own, added)).toBe('access-control-allow-origin');
  });

  it('finds no header twice that is there once', () => {
    expect(saidTwice([['vary', 'accept']], corsHeaders(CORS, ORIGIN))).toBeUndefined();
    expect(saidTwice([['access-control-max-age', '5']], corsHeaders(CORS, ORIGIN))).toBeUndefined();
  });
});

const word = fc.stringMatching(/^[a-z-]{1,8}$/);
const origin = fc.webUrl().map((url) => new URL(url).origin);
const cors: fc.Arbitrary<Cors> = fc.record(
  {
    allowOrigins: fc.array(fc.oneof(origin, fc.constant('*')), { maxLength: 4 }),
    allowMethods: fc.array(fc.constantFrom('GET', 'POST', '*'), { maxLength: 3 }),
    allowHeaders: fc.array(fc.oneof(word, fc.constant('*')), { maxLength: 3 }),
    exposeHeaders: fc.array(word, { maxLength: 3 }),
    allowCredentials: fc.boolean(),
    maxAge: fc.nat(86_400),
  },
  { requiredKeys: [] },
);

describe('whatever is configured', () => {
  it('an origin that is not allowed is told nothing but that it matters', () => {
    fc.assert(
      fc.property(cors, origin, word, (settings, from, method) => {
        fc.pre(!settings.allowOrigins?.some((one) => one === '*' || one === from));
        const names = [
          ...preflightResponse(settings, { origin: from, method }).headers,
          ...corsHeaders(settings, from),
        ].map(([name]) => name);
        expect(names.filter((name) => name.startsWith('Access-Control-'))).toEqual([]);
        expect(names).toContain('Vary');
      }),
    );
  });

  it('an origin that is allowed is told itself, once', () => {
    fc.assert(
      fc.property(cors, origin, word, (settings, from, method) => {
        const allowed = { ...settings, allowOrigins: [...(settings.allowOrigins ?? []), from] };
        for (const headers of [
          preflightResponse(allowed, { origin: from, method }).headers,
          corsHeaders(allowed, from),
        ]) {
          const told = headers.filter(([name]) => name === 'Access-Control-Allow-Origin');
          expect(told).toEqual([['Access-Control-Allow-Origin', from]]);
          expect(new Set(headers.map(([name]) => name)).size).toBe(headers.length);
        }
      }),
    );
  });

  it('credentials are allowed only where it says so', () => {
    fc.assert(
      fc.property(cors, origin, word, (settings, from, method) => {
        const { headers } = preflightResponse(settings, { origin: from, method });
        if ('Access-Control-Allow-Credentials' in named(headers))
          expect(settings.allowCredentials).toBe(true);
      }),
    );
  });
});
