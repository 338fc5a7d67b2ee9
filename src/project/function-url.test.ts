import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { readEnvironment } from './environment-layer.js';
import type { DeployValues } from './keys.js';
import { type Place, readLayer } from './layer.js';
import { resolveLayers } from './resolve.js';

const PLACE: Place = {
  source: 'package',
  file: 'Cargo.toml',
  directory: '/p',
  table: 'package.metadata.lambda',
};

const layer = (function_url: unknown) => readLayer({ deploy: { function_url } }, PLACE);
const read = (...given: unknown[]): DeployValues['function_url'] =>
  resolveLayers(given.map(layer), false).deploy.function_url;

function refusal(given: unknown): string {
  try {
    layer(given);
  } catch (error) {
    if (error instanceof UserError) return `${error.message} ${error.fix}`;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('function_url', () => {
  it('is read as it is written, methods in any case', () => {
    const written = {
      auth_type: 'aws-iam',
      invoke_mode: 'response_stream',
      cors: {
        allow_origins: ['https://example.com', 'http://localhost:5173'],
        allow_methods: ['get', '*'],
        allow_headers: 'authorization, x-mine',
        expose_headers: ['*'],
        allow_credentials: true,
        max_age: 86_400,
      },
    };
    expect(read(written)).toEqual({
      auth_type: 'AWS_IAM',
      invoke_mode: 'RESPONSE_STREAM',
      cors: {
        allow_origins: ['https://example.com', 'http://localhost:5173'],
        allow_methods: ['GET', '*'],
        allow_headers: ['authorization', 'x-mine'],
        expose_headers: ['*'],
        allow_credentials: true,
        max_age: 86_400,
      },
    });
  });

  it('is put together of several layers, key by key', () => {
    const cors = { allow_origins: ['*'] };
    expect(read({ auth_type: 'AWS_IAM', cors: { max_age: 1 } }, { cors })).toEqual({
      auth_type: 'AWS_IAM',
      cors,
    });
  });

  it('may come as JSON in a variable', () => {
    const env = { CRABLET_DEPLOY_FUNCTION_URL: '{"auth_type":"NONE"}' };
    expect(readEnvironment(env, '/p').sections.deploy.values['function_url']).toEqual({ auth_type: 'NONE' });
  });

  it.each<[string, unknown, RegExp]>([
    ['no table', true, /'function_url' is true, but it must be a table of auth_type, invoke_mode, cors/],
    ['a misspelt key', { authtype: 'NONE' }, /function_url\]: there is no key 'authtype'; .*'auth_type'/],
    [
      'a key with dashes',
      { cors: { 'allow-origins': [] } },
      /function_url\.cors\]: .*'allow-origins'; .*'allow_origins'/,
    ],
    ['an auth type', { auth_type: 'IAM' }, /'auth_type' is "IAM", .* one of "NONE", "AWS_IAM"/],
    ['an origin without a scheme', { cors: { allow_origins: ['example.com'] } }, /"https:\/\/example\.com"/],
    [
      'an origin with a path',
      { cors: { allow_origins: ['https://example.com/'] } },
      /'allow_origins' is \["https/,
    ],
    ['OPTIONS, which needs no permission', { cors: { allow_methods: ['OPTIONS'] } }, /GET, HEAD, POST, PUT/],
    ['more than six methods', { cors: { allow_methods: Array(7).fill('GET') } }, /at most 6/],
    ['two names in one', { cors: { allow_headers: ['a,b'] } }, /each in quotes of its own/],
    ['more than a day', { cors: { max_age: 86_401 } }, /a whole number from 0 to 86400/],
    ['credentials that are no flag', { cors: { allow_credentials: 'yes' } }, /true or false/],
  ])('is refused with %s', (_, given, words) => {
    expect(refusal(given)).toMatch(words);
  });
});
