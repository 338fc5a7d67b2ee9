import type { Clock } from './clock.js';
import type { Shape } from './shaped-stream.js';
import type { UrlKeys } from './url-auth.js';

/** What the service has for whoever answers callers. */
export interface Serving {
  readonly shape: Shape;
  readonly clock: Clock;
  readonly urlKeys: UrlKeys;
  /** A trace header for a new invocation; one that the caller sent keeps its root and sampling. */
  newTrace(incoming: string | undefined): string;
  /** Tells of something that belongs to no log, and no second time. */
  warnOnce(text: string): void;
}
