import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LocalFunction } from './function.js';
import { type UrlRoute, UrlRouter } from './url-router.js';

const functionOf = (name: string) =>
  name === 'missing' ? undefined : ({ name } as unknown as LocalFunction);

function find(routes: UrlRoute[], method: string, path: string): unknown {
  const found = new UrlRouter(routes, functionOf).find(method, path);
  return found && [found.fn.name, found.route.routeKey, found.route.pathParameters];
}

const ROUTES: UrlRoute[] = [
  { path: '/users', function: 'list' },
  { path: '/users/{id}', methods: ['GET', 'HEAD'], function: 'read' },
  { path: '/users/{id}', methods: ['DELETE'], function: 'remove' },
  { path: '/users/me', function: 'me' },
  { path: '/files/{*rest}', function: 'files' },
  { path: '/{team}/{member}/profile', function: 'profile' },
  { path: '/gone', function: 'missing' },
];

it.each<[string, string, unknown]>([
  ['GET', '/users', ['list', 'ANY /users', {}]],
  ['PATCH', '/users', ['list', 'ANY /users', {}]],
  ['GET', '/users/7', ['read', 'GET /users/{id}', { id: '7' }]],
  ['HEAD', '/users/7', ['read', 'HEAD /users/{id}', { id: '7' }]],
  ['DELETE', '/users/7', ['remove', 'DELETE /users/{id}', { id: '7' }]],
  ['PUT', '/users/7', undefined],
  ['GET', '/users/me', ['me', 'ANY /users/me', {}]],
  ['GET', '/files/a/b.txt', ['files', 'ANY /files/{*rest}', { rest: 'a/b.txt' }]],
  [
    'GET',
    '/crab/ferris/profile',
    ['profile', 'ANY /{team}/{member}/profile', { team: 'crab', member: 'ferris' }],
  ],
  ['GET', '/elsewhere', undefined],
  ['GET', '/', undefined],
  // A route to a function that is not served leads nowhere.
  ['GET', '/gone', undefined],
])('%s %s', (method, path, expected) => {
  expect(find(ROUTES, method, path)).toEqual(expected);
});

it('without routes finds nothing', () => {
  expect(find([], 'GET', '/users')).toBeUndefined();
});

it('never throws, whatever the request line is', () => {
  const router = new UrlRouter(ROUTES, functionOf);
  const path = fc.oneof(
    fc.string(),
    fc.webPath(),
    fc.constantFrom('*', '', '//', '/%', '/users//', '/__proto__'),
  );
  fc.assert(fc.property(fc.string(), path, (method, given) => void router.find(method, given)));
});
