/** Which stage and method of a REST API answers a request. */
import type { RestApi, RestMethod, Stage } from './definition.js';
import { compareRank, matchPath, type PathMatch, partsOf } from './path-match.js';

export interface FoundMethod {
  readonly method: RestMethod;
  readonly pathParameters: Readonly<Record<string, string>>;
}

export interface FoundRestStage {
  readonly stage: Stage;
  readonly path: string;
}

/** The first part of the path is the stage, always. */
export function findRestStage(stages: readonly Stage[], path: string): FoundRestStage | undefined {
  const [first = ''] = partsOf(path);
  const stage = stages.find(({ name }) => name === first);
  return stage && { stage, path: path.slice(1 + first.length) || '/' };
}

/**
 * The most exact resource that has the method, a named one before ANY. A slash at the end counts for nothing, and
 * parameters stay as they were sent (SNAP:apigateway/test_apigateway_lambda#test_lambda_aws_proxy_integration).
 */
export function findRestMethod({ methods }: RestApi, method: string, path: string): FoundMethod | undefined {
  const parts = partsOf(path.length > 1 ? path.replace(/\/$/, '') : path);
  let best: { method: RestMethod; match: PathMatch } | undefined;
  for (const one of methods) {
    if (one.method !== 'ANY' && one.method !== method) continue;
    const match = matchPath(one.resourcePath, parts);
    if (!match) continue;
    const order = best && compareRank(match.rank, best.match.rank);
    if (order === undefined || order < 0 || (order === 0 && best?.method.method === 'ANY'))
      best = { method: one, match };
  }
  return best && { method: best.method, pathParameters: best.match.parameters };
}
