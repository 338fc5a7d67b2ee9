import type { ExtensionStateName } from '../lambda/extension-answers.js';
import { type Transition, transition } from './transition.js';

/**
 * What an extension may ask for, and when: one table for internal and external ones. What it does not list is refused
 * with 403 Extension.InvalidExtensionState.
 * Source: RIE internal/lambda/core/externalagent_states.go, internalagent_states.go.
 */
export type ExtensionState = ExtensionStateName;

export type ExtensionInput =
  | 'register'
  | 'next'
  | 'event-delivered'
  | 'init-error'
  | 'exit-error'
  /** Its file could not be executed. */
  | 'launch-failed'
  /** It ended by itself after SHUTDOWN. */
  | 'exited'
  /** It had to be killed after SHUTDOWN. */
  | 'shutdown-failed';

const TABLE: Record<ExtensionState, Partial<Record<ExtensionInput, ExtensionState>>> = {
  Started: { register: 'Registered', 'launch-failed': 'LaunchError' },
  Registered: { next: 'Ready', 'init-error': 'InitError', 'exit-error': 'ExitError' },
  // Unlike a runtime's, a second poll is refused while one waits.
  Ready: { 'event-delivered': 'Running', 'exit-error': 'ExitError' },
  Running: {
    next: 'Ready',
    'exit-error': 'ExitError',
    exited: 'Exited',
    'shutdown-failed': 'ShutdownFailed',
  },
  // Said again it changes nothing: the first error counts.
  InitError: { 'init-error': 'InitError' },
  ExitError: { 'exit-error': 'ExitError' },
  ShutdownFailed: {},
  Exited: {},
  LaunchError: {},
};

/** The state that AWS names in a refusal; for an exit error that is `Exited`. */
const WANTED: Record<ExtensionInput, ExtensionState> = {
  register: 'Registered',
  next: 'Ready',
  'event-delivered': 'Running',
  'init-error': 'InitError',
  'exit-error': 'Exited',
  'launch-failed': 'LaunchError',
  exited: 'Exited',
  'shutdown-failed': 'ShutdownFailed',
};

export type ExtensionStep = Transition<ExtensionState>;

export function extensionStep(state: ExtensionState, input: ExtensionInput): ExtensionStep {
  return transition(TABLE, WANTED, state, input);
}
