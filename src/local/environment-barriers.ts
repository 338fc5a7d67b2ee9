import type { ExtensionEvent, ExtensionKind, ShutdownReason } from '../lambda/extension-events.js';
import { SHUTDOWN_MS } from '../lambda/limits.js';
import type { OutcomeName } from '../lambda/log-lines.js';
import type { ExtensionState } from './extension-state.js';
import type { RuntimeState } from './runtime-state.js';

/** When a phase of an environment's life is over, and how long its end may take: pure, of what there is in it. */

interface Party {
  readonly kind: ExtensionKind;
  readonly state: ExtensionState;
  readonly events: readonly ExtensionEvent[];
}

/** Init ends when the runtime and every extension have asked for their first event (DG26). */
export function initIsOver(runtime: RuntimeState, extensions: readonly Party[]): boolean {
  return runtime === 'Ready' && extensions.every(({ state }) => state === 'Ready');
}

/**
 * An invocation is over for the environment when the runtime and each extension that heard of it have asked for more
 * (RIE: internal/lambda/rapid/handlers.go, doInvoke); its caller has been answered before.
 */
export function invokeIsOver(runtime: RuntimeState, subscribers: readonly Party[]): boolean {
  return runtime === 'Ready' && subscribers.every(({ state }) => state === 'Ready');
}

export interface ShutdownPlan {
  /** From the first signal to the last SIGKILL, in milliseconds. */
  readonly totalMs: number;
  /** The part of it in which the runtime may end by itself after SIGTERM. */
  readonly runtimeMs: number;
}

/** Undefined where nothing is waited for: without an extension the runtime is killed at once. */
export function shutdownPlan(extensions: readonly Party[]): ShutdownPlan | undefined {
  if (extensions.length === 0) return undefined;
  const { internalExtension, externalExtension, runtimeBesideExternal } = SHUTDOWN_MS;
  const internal = extensions.some(({ kind }) => kind === 'internal');
  const external = extensions.some(({ kind }) => kind === 'external');
  return {
    totalMs: external ? externalExtension : internalExtension,
    runtimeMs: internal ? internalExtension : runtimeBesideExternal,
  };
}

/** What SHUTDOWN says of why. */
export function shutdownReason(why: OutcomeName): ShutdownReason {
  switch (why) {
    case 'success':
      return 'spindown';
    case 'timeout':
      return 'timeout';
    case 'error':
    case 'failure':
      return 'failure';
  }
}
