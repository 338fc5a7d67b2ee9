import { describe, expect, it } from 'vitest';
import type { HttpApi, RestApi } from './definition.js';
import { findHttpRoute, findHttpStage } from './http-routes.js';
import { findRestMethod, findRestStage } from './rest-routes.js';

const integration = {
  kind: 'function',
  function: 'f',
  payloadFormatVersion: '2.0',
  timeoutMs: 30_000,
} as const;

function httpApi(...routeKeys: string[]): HttpApi {
  const routes = routeKeys.map((routeKey) => ({ routeKey, integration }));
  return { kind: 'http', id: 'api', name: 'Api', stages: [], routes };
}

describe('a route of an HTTP API', () => {
  // The table of the API Gateway developer guide, "Routing API requests", and its neighbours.
  const api = httpApi(
    'GET /pets/dog/1',
    'GET /pets/dog/{id}',
    'GET /pets/{proxy+}',
    'ANY /{proxy+}',
    '$default',
  );
  it.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', {}],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
    ['POST', '/test/5', 'ANY /{proxy+}', { proxy: 'test/5' }],
    ['POST', '/pets/dog/1', 'ANY /{proxy+}', { proxy: 'pets/dog/1' }],
    ['GET', '/', '$default', {}],
    ['GET', '/pets/dog/a%20b', 'GET /pets/dog/{id}', { id: 'a b' }],
    ['GET', '/pets/dog/', 'GET /pets/{proxy+}', { proxy: 'dog/' }],
  ])('%s %s is that of %s', (method, path, routeKey, pathParameters) => {
    expect(findHttpRoute(api, method, path)).toMatchObject({ route: { routeKey }, pathParameters });
  });

  it('names its method before it takes any', () => {
    const both = httpApi('ANY /items', 'GET /items');
    expect(findHttpRoute(both, 'GET', '/items')?.route.routeKey).toBe('GET /items');
    expect(findHttpRoute(both, 'PUT', '/items')?.route.routeKey).toBe('ANY /items');
  });

  it('is none where nothing fits', () => {
    expect(findHttpRoute(httpApi('GET /items'), 'GET', '/items/')).toBeUndefined();
    expect(findHttpRoute(httpApi('GET /{proxy+}'), 'GET', '/')).toBeUndefined();
  });

  it('has parameters of any name', () => {
    const found = findHttpRoute(httpApi('GET /{__proto__}/{constructor}'), 'GET', '/a/b');
    expect(Object.entries(found?.pathParameters ?? {})).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });
});

describe('a stage', () => {
  const stages = [{ name: '$default' }, { name: 'prod' }];
  it.each([
    ['/prod/items', 'prod', '/items'],
    ['/prod', 'prod', '/'],
    ['/production', '$default', '/production'],
    ['/', '$default', '/'],
  ])('of an HTTP API: %s is %s', (path, name, rest) => {
    expect(findHttpStage(stages, path)).toEqual({ stage: { name }, path: rest });
  });

  it('of an HTTP API is none without a default one', () => {
    expect(findHttpStage([{ name: 'prod' }], '/items')).toBeUndefined();
  });

  it('of a REST API is the first part of the path', () => {
    expect(findRestStage([{ name: 'prod' }], '/prod/items/7')).toMatchObject({ path: '/items/7' });
    expect(findRestStage([{ name: 'prod' }], '/items/7')).toBeUndefined();
  });
});

describe('a method of a REST API', () => {
  const method = (resourcePath: string, name: string) => ({
    resourceId: resourcePath,
    resourcePath,
    method: name,
    integration,
  });
  const api: RestApi = {
    kind: 'rest',
    id: 'api',
    name: 'Api',
    stages: [],
    binaryMediaTypes: [],
    methods: [
      method('/', 'GET'),
      method('/users', 'GET'),
      method('/users/{id}', 'ANY'),
      method('/{proxy+}', 'POST'),
    ],
  };
  it.each([
    ['GET', '/', '/', {}],
    ['GET', '/users', '/users', {}],
    ['GET', '/users/', '/users', {}],
    ['DELETE', '/users/7', '/users/{id}', { id: '7' }],
    ['POST', '/users', '/{proxy+}', { proxy: 'users' }],
    ['POST', '/a%2Bb/c', '/{proxy+}', { proxy: 'a%2Bb/c' }],
  ])('%s %s is that of %s', (name, path, resourcePath, pathParameters) => {
    expect(findRestMethod(api, name, path)).toMatchObject({ method: { resourcePath }, pathParameters });
  });

  it('is none where nothing fits', () => {
    expect(findRestMethod(api, 'GET', '/other')).toBeUndefined();
    expect(findRestMethod(api, 'PUT', '/users')).toBeUndefined();
  });
});
