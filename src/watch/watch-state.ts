/**
 * Save → build → swap, as a pure table. An edit during a build starts another one when it is done: what cargo has
 * compiled by then is not thrown away, and no edit is missed.
 */
export type WatchState =
  /** Nothing to do; `healthy` tells whether the last build could be served. */
  | { readonly kind: 'resting'; readonly healthy: boolean }
  | { readonly kind: 'building'; readonly again: boolean };

export type WatchInput = { readonly kind: 'changed' } | { readonly kind: 'built'; readonly healthy: boolean };

export interface WatchStep {
  readonly state: WatchState;
  readonly build: boolean;
}

export function watchStep(state: WatchState, input: WatchInput): WatchStep {
  switch (input.kind) {
    case 'changed':
      if (state.kind === 'building') return { state: { kind: 'building', again: true }, build: false };
      return { state: { kind: 'building', again: false }, build: true };
    case 'built':
      if (state.kind === 'building' && state.again)
        return { state: { kind: 'building', again: false }, build: true };
      return { state: { kind: 'resting', healthy: input.healthy }, build: false };
  }
}
