import type { Input, OperationName } from '../../lambda/functions-api/operations.js';
import type { Functions } from '../functions.js';
import type { IdentityContext } from '../identity/context.js';
import type { FetchObject } from '../local-lambda-options.js';
import type { GroupContext } from '../logs/group-operations.js';
import type { Deployed } from './deployed.js';
import type { SourceStore } from './source-store.js';

/** What the operations of the control plane work on. */
export interface ApiContext extends IdentityContext {
  readonly functions: Functions;
  readonly deployed: Deployed;
  readonly sources: SourceStore;
  readonly logs: GroupContext;
  readonly fetchObject: FetchObject | undefined;
}

/** How the caller reached the service. */
export interface Reach {
  /** Scheme, host and port, without a slash at the end. */
  readonly baseUrl: string;
}

/** Answers with the members of the output; with nothing where AWS answers 204. */
export type Handler<O extends OperationName> = (
  context: ApiContext,
  input: Input<O>,
  reach: Reach,
) => Promise<object | undefined>;

export type Handlers = { readonly [O in OperationName]?: Handler<O> };
