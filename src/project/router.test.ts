import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { routes } from './router.js';

describe('routes', () => {
  it.each([
    ['a path', { '/': 'home' }, [{ path: '/', function: 'home' }]],
    [
      'a path with several methods',
      {
        '/users/{id}': [
          { method: 'get', function: 'read' },
          { methods: ['PUT', 'PATCH'], function: 'write' },
        ],
      },
      [
        { path: '/users/{id}', methods: ['GET'], function: 'read' },
        { path: '/users/{id}', methods: ['PUT', 'PATCH'], function: 'write' },
      ],
    ],
    ['one target as a table', { '/x': { method: 'ANY', function: 'x' } }, [{ path: '/x', function: 'x' }]],
    [
      'a list',
      [
        { path: '/x/{*rest}', function: 'x' },
        { path: '/y', methods: ['post'], function: 'y' },
      ],
      [
        { path: '/x/{*rest}', function: 'x' },
        { path: '/y', methods: ['POST'], function: 'y' },
      ],
    ],
    ['nothing', {}, []],
  ])('reads %s', (_, written, result) => {
    expect(v.parse(routes.schema, written)).toEqual(result);
  });

  it.each([
    ['a text', 'home'],
    ['a path without a slash', { users: 'x' }],
    ['a target without a function', { '/x': [{ method: 'GET' }] }],
    ['a misspelt key', [{ path: '/x', function: 'x', metods: ['GET'] }]],
    ['a list without paths', [{ function: 'x' }]],
  ])('refuses %s', (_, written) => {
    expect(v.safeParse(routes.schema, written).success).toBe(false);
  });
});
