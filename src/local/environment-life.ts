import type { Phase } from '../lambda/log-lines.js';
import type { Run } from './run.js';

export interface Initializing {
  readonly kind: 'initializing';
  readonly phase: Phase;
  readonly startedAt: number;
  run: Run | undefined;
}

/** What the environment is doing; each state has just the facts that belong to it. */
export type Life =
  /** No process; `restart` once there has been one. */
  | { readonly kind: 'cold'; readonly restart: boolean }
  | Initializing
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy'; readonly run: Run }
  /** Its processes are given time to end; then it initialises once more for `run`, if there is one. */
  | { readonly kind: 'resetting'; readonly run: Run | undefined }
  | { readonly kind: 'closed' };
