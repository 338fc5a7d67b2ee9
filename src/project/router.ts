import * as v from 'valibot';
import type { Kind } from './kinds.js';
import type { Route } from './project.js';

/**
 * `[…watch.router]` in the three forms that Cargo Lambda reads (cargo-lambda-metadata/src/cargo/watch.rs):
 * `"/path" = "function"`, `"/path" = [{ method = "GET", function = "a" }, …]`, and a list of
 * `{ path, methods?, function }`. The path's syntax is matchit's: `/users/{id}`, `/files/{*rest}`.
 */
const METHODS = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((methods) =>
    (typeof methods === 'string' ? [methods] : methods).map((one) => one.toUpperCase()),
  ),
);

const PATH = v.pipe(v.string(), v.startsWith('/'));

const TARGET = v.strictObject({
  method: v.optional(METHODS),
  methods: v.optional(METHODS),
  function: v.string(),
});

const BY_PATH = v.record(PATH, v.union([v.string(), TARGET, v.array(TARGET)]));

const LISTED = v.array(v.strictObject({ path: PATH, ...TARGET.entries }));

const ROUTES = v.union([
  v.pipe(
    LISTED,
    v.transform((routes) => routes.map(({ path, ...target }) => route(path, target))),
  ),
  v.pipe(
    BY_PATH,
    v.transform((byPath) =>
      Object.entries(byPath).flatMap(([path, targets]) =>
        typeof targets === 'string'
          ? [{ path, function: targets }]
          : [targets].flat().map((one) => route(path, one)),
      ),
    ),
  ),
]);

export const routes: Kind<readonly Route[]> = {
  schema: ROUTES,
  expected:
    'a table such as "/users/{id}" = "users", or a list of { path = "/users/{id}", methods = ["GET"], function = "users" }',
  json: { type: ['object', 'array'] },
  merges: 'list',
  fromText: (text) => text,
};

function route(path: string, target: v.InferOutput<typeof TARGET>): Route {
  const methods = [...(target.methods ?? []), ...(target.method ?? [])];
  // ANY is how API Gateway spells "every method".
  const any = methods.length === 0 || methods.includes('ANY') || methods.includes('*');
  return any ? { path, function: target.function } : { path, methods, function: target.function };
}
