import { addRoute, createRouter, findRoute, type RouterContext } from 'rou3';
import type { LocalFunction } from './function.js';

/** A route of `[…watch.router]`: a path such as `/users/{id}`, the methods it is for (all when absent), a function. */
export interface UrlRoute {
  readonly path: string;
  readonly methods?: readonly string[] | undefined;
  readonly function: string;
}

export interface Routed {
  readonly fn: LocalFunction;
  readonly route: { readonly routeKey: string; readonly pathParameters: Record<string, string> };
}

/** Paths that lead to functions without naming them. */
export class UrlRouter {
  private router: RouterContext<UrlRoute> = createRouter();
  private empty = true;

  constructor(
    routes: readonly UrlRoute[],
    private readonly functionOf: (name: string) => LocalFunction | undefined,
  ) {
    this.replace(routes);
  }

  replace(routes: readonly UrlRoute[]): void {
    this.router = createRouter();
    this.empty = routes.length === 0;
    for (const route of routes) {
      for (const method of route.methods ?? [''])
        addRoute(this.router, method, inRouterSyntax(route.path), route);
    }
  }

  find(method: string, path: string): Routed | undefined {
    if (this.empty) return undefined;
    const found = findRoute(this.router, method, path);
    const fn = found && this.functionOf(found.data.function);
    if (!found || !fn) return undefined;
    const { methods } = found.data;
    const routeKey = `${methods?.includes(method) ? method : 'ANY'} ${found.data.path}`;
    return { fn, route: { routeKey, pathParameters: { ...found.params } } };
  }
}

/** `/users/{id}` and `/files/{*rest}`, as Cargo Lambda's router spells them, in the words of ours. */
function inRouterSyntax(path: string): string {
  return path.replace(/\{\*(\w+)\}/g, '**:$1').replace(/\{(\w+)\}/g, ':$1');
}
