/**
 * Which stage and route of an HTTP API answers a request (API Gateway developer guide, "Route API requests"): the most
 * exact path whose method fits, a named method before ANY, and `$default` when there is none.
 */
import { percentDecode } from '../http-event.js';
import type { HttpApi, HttpRoute, Stage } from './definition.js';
import { compareRank, matchPath, type PathMatch, partsOf } from './path-match.js';

export interface FoundStage {
  readonly stage: Stage;
  /** What follows the stage in the path; begins with a slash. */
  readonly path: string;
}

export interface FoundRoute {
  readonly route: HttpRoute;
  readonly pathParameters: Readonly<Record<string, string>>;
}

const DEFAULT = '$default';

/** A named stage is the first part of the path; all else is the default stage's, if there is one. */
export function findHttpStage(stages: readonly Stage[], path: string): FoundStage | undefined {
  const [first = ''] = partsOf(path);
  const named = stages.find(({ name }) => name !== DEFAULT && name === first);
  if (named) return { stage: named, path: path.slice(1 + first.length) || '/' };
  const fallback = stages.find(({ name }) => name === DEFAULT);
  return fallback && { stage: fallback, path };
}

export function findHttpRoute({ routes }: HttpApi, method: string, path: string): FoundRoute | undefined {
  const parts = partsOf(path);
  let best: { route: HttpRoute; match: PathMatch; any: boolean } | undefined;
  for (const route of routes) {
    const [wanted = '', template] = route.routeKey.split(' ', 2);
    if (template === undefined || (wanted !== 'ANY' && wanted !== method)) continue;
    const match = matchPath(template, parts);
    if (!match) continue;
    const order = best && compareRank(match.rank, best.match.rank);
    if (order === undefined || order < 0 || (order === 0 && best?.any))
      best = { route, match, any: wanted === 'ANY' };
  }
  if (best) return { route: best.route, pathParameters: decoded(best.match.parameters) };
  const fallback = routes.find(({ routeKey }) => routeKey === DEFAULT);
  return fallback && { route: fallback, pathParameters: {} };
}

function decoded(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, percentDecode(value)]));
}
