import type { Home } from '../../lambda/function-name.js';
import type { Tree } from '../../lambda/identity/query-answer.js';
import type { Clock } from '../clock.js';
import type { QueryInput } from './query-input.js';
import type { RoleStore } from './role-store.js';

/** What the operations of IAM and STS work on. */
export interface IdentityContext {
  readonly home: Home;
  readonly clock: Clock;
  readonly roles: RoleStore;
  warn(text: string): void;
}

/** Answers with the members of the result; with nothing where there is none. */
export type QueryHandler = (context: IdentityContext, input: QueryInput) => Promise<Tree | undefined>;
