import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { golden } from '../../tests/golden/read.js';
import * as answers from './telemetry-answers.js';
import {
  type ReadSubscription,
  readSubscription,
  SCHEMA_VERSIONS,
  type Subscription,
  sameSubscription,
} from './telemetry-subscription.js';

const HTTP = { protocol: 'HTTP', URI: 'http://sandbox.localdomain:8080' };
const VALID = { schemaVersion: '2022-07-01', types: ['platform'], destination: HTTP };
const read = (change: object, api: 'Telemetry' | 'Logs' = 'Telemetry') =>
  readSubscription(api, JSON.stringify({ ...VALID, ...change }));
const why = (result: ReadSubscription) => (result.kind === 'invalid' ? result.why : 'valid');

function subscription(result: ReadSubscription): Subscription {
  if (result.kind === 'invalid') throw new Error(result.why);
  return result.subscription;
}

describe('a valid request', () => {
  it('has the defaults for what it leaves out', () => {
    expect(subscription(read({}))).toEqual({
      api: 'Telemetry',
      schemaVersion: '2022-07-01',
      types: ['platform'],
      buffering: { maxItems: 10_000, maxBytes: 262_144, timeoutMs: 1_000 },
      destination: { protocol: 'HTTP', port: 8080, path: '/', method: 'POST' },
    });
  });

  it.each([
    ['Telemetry', '2022-07-01'],
    ['Telemetry', '2022-12-13'],
    ['Telemetry', '2025-01-29'],
    ['Logs', '2020-08-15'],
    ['Logs', '2021-03-18'],
  ] as const)('of the %s API may be of schema version %s', (api, schemaVersion) => {
    expect(subscription(read({ schemaVersion }, api)).schemaVersion).toBe(schemaVersion);
  });

  it('of the Logs API need not say a schema version', () => {
    expect(subscription(read({ schemaVersion: undefined }, 'Logs')).schemaVersion).toBe('2020-08-15');
  });

  it.each([
    ['http://sandbox.localdomain:8080/a/b?c=%20', { port: 8080, path: '/a/b?c=%20' }],
    ['http://sandbox:80', { port: 80, path: '/' }],
    ['HTTP://Sandbox.LocalDomain:1?x', { port: 1, path: '/?x' }],
    ['http://sandbox.localdomain:65535/#fragment', { port: 65_535, path: '/' }],
  ])('names its listener as %s', (URI, destination) => {
    expect(subscription(read({ destination: { protocol: 'HTTP', URI } })).destination).toMatchObject(
      destination,
    );
  });

  it('may ask for PUT, or for TCP', () => {
    const put = subscription(read({ destination: { ...HTTP, method: 'PUT' } }, 'Telemetry'));
    expect(put.destination).toMatchObject({ method: 'PUT' });
    const tcp = subscription(read({ destination: { protocol: 'TCP', port: 4711 } }));
    expect(tcp.destination).toEqual({ protocol: 'TCP', port: 4711 });
  });

  it('has each type once', () => {
    expect(subscription(read({ types: ['function', 'platform', 'function'] })).types).toEqual([
      'platform',
      'function',
    ]);
  });

  it.each([
    ['maxItems', 1_000, 10_000],
    ['maxBytes', 262_144, 1_048_576],
    ['timeoutMs', 25, 30_000],
  ])('has %s from %d to %d', (name, least, most) => {
    for (const value of [least, most]) {
      expect(subscription(read({ buffering: { [name]: value } })).buffering).toMatchObject({ [name]: value });
    }
    for (const value of [least - 1, most + 1, least + 0.5, String(least)]) {
      expect(why(read({ buffering: { [name]: value } }))).toBe(
        `${name} should be between ${least} and ${most}`,
      );
    }
  });
});

describe('what is wrong is said', () => {
  it.each<[string, object]>([
    ['schemaVersion is not provided', { schemaVersion: undefined }],
    ['schemaVersion should be one of 2022-07-01, 2022-12-13, 2025-01-29', { schemaVersion: '2021-03-18' }],
    ['types should not be empty', { types: [] }],
    ['types should not be empty', { types: 'platform' }],
    ['types should be of platform, function, extension', { types: ['platform', 'platform.start'] }],
    ['destination is not provided', { destination: undefined }],
    ['destination protocol should be HTTP or TCP', { destination: { protocol: 'UDP' } }],
    ['destination method should be POST or PUT', { destination: { ...HTTP, method: 'GET' } }],
    ['URI is not provided', { destination: { protocol: 'HTTP' } }],
    ['URI port is not provided', { destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain/x' } }],
    ['URI scheme should be http', { destination: { protocol: 'HTTP', URI: 'https://sandbox:443' } }],
    ['URI scheme should be http', { destination: { protocol: 'HTTP', URI: 'sandbox:443' } }],
    ['URI path is not valid', { destination: { protocol: 'HTTP', URI: 'http://sandbox:80/a b' } }],
    ['port 9001 is reserved', { destination: { protocol: 'HTTP', URI: 'http://sandbox:9001' } }],
    [
      'port should be between 1 and 65535',
      { destination: { protocol: 'HTTP', URI: 'http://sandbox:65536' } },
    ],
    ['port is not provided', { destination: { protocol: 'TCP' } }],
    ['port should be between 1 and 65535', { destination: { protocol: 'TCP', port: 0 } }],
    ['buffering should be an object', { buffering: [] }],
  ])('%s', (text, change) => {
    expect(why(read(change))).toBe(text);
  });

  it.each(['127.0.0.1', 'localhost', 'example.com', 'sandbox.localdomain.example.com', 'user@sandbox'])(
    'the host %s is not in the environment',
    (host) => {
      expect(why(read({ destination: { protocol: 'HTTP', URI: `http://${host}:80` } }))).toBe(
        'URI host should be sandbox.localdomain',
      );
    },
  );

  it('of managed instances, which know one schema version', () => {
    const of = (schemaVersion: string) =>
      why(readSubscription('Telemetry', JSON.stringify({ ...VALID, schemaVersion }), true));
    expect(of('2025-01-29')).toBe('valid');
    expect(of('2022-07-01')).toBe('schemaVersion should be one of 2025-01-29');
  });

  it.each(['', '{', 'null', '[]', '"x"', '3'])('%j is no request', (body) => {
    expect(['failed to parse JSON', 'the request should be a JSON object']).toContain(
      why(readSubscription('Telemetry', body)),
    );
  });
});

describe('recorded answers', () => {
  const { answers: recorded } = golden<{ answers: { name: string; status: number; body: string }[] }>(
    'telemetry',
  );
  const noPort = JSON.stringify({
    schemaVersion: '2022-07-01',
    types: [],
    destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain' },
  });
  const ours: Record<string, unknown> = {
    subscribed: answers.SUBSCRIBED,
    'telemetry invalid': answers.invalidSubscription('Telemetry', why(readSubscription('Telemetry', noPort))),
    'logs invalid': answers.invalidSubscription(
      'Logs',
      why(readSubscription('Logs', noPort.replace('2022-07-01', '2020-08-15'))),
    ),
    'telemetry closed': answers.subscriptionClosed('Telemetry'),
    'logs closed': answers.subscriptionClosed('Logs'),
  };

  it.each(recorded)('$name', ({ name, status, body }) => {
    expect(ours[name]).toEqual({ status, body });
  });
});

it('reads whatever it is sent', () => {
  const destination = fc.record(
    {
      protocol: fc.constantFrom('HTTP', 'TCP', 'x', null),
      URI: fc.oneof(fc.webUrl(), fc.constant('http://sandbox:1/'), fc.anything()),
      port: fc.anything(),
      method: fc.anything(),
    },
    { requiredKeys: [] },
  );
  const request = fc.record(
    {
      schemaVersion: fc.oneof(fc.constantFrom(...SCHEMA_VERSIONS.Telemetry), fc.anything()),
      types: fc.oneof(fc.subarray(['platform', 'function', 'extension']), fc.anything()),
      destination: fc.oneof(destination, fc.anything()),
      buffering: fc.oneof(
        fc.dictionary(fc.constantFrom('maxItems', 'timeoutMs'), fc.anything()),
        fc.anything(),
      ),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.constantFrom('Telemetry' as const, 'Logs' as const), request, (api, said) => {
      const result = readSubscription(api, JSON.stringify(said));
      if (result.kind === 'invalid') expect(result.why).not.toBe('');
      else expect(sameSubscription(result.subscription, result.subscription)).toBe(true);
    }),
  );
});
