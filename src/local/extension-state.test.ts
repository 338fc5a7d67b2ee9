import { describe, expect, it } from 'vitest';
import { type ExtensionInput, type ExtensionState, extensionStep } from './extension-state.js';

/** As a refusal names them (RIE: internal/lambda/rapi/handler/agent*.go). */
const NAMES: Record<ExtensionInput, ExtensionState> = {
  register: 'Registered',
  next: 'Ready',
  'event-delivered': 'Running',
  'init-error': 'InitError',
  'exit-error': 'Exited',
  'launch-failed': 'LaunchError',
  exited: 'Exited',
  'shutdown-failed': 'ShutdownFailed',
};
const INPUTS = Object.keys(NAMES) as ExtensionInput[];

/** Where each state leads (RIE: internal/lambda/core/externalagent_states.go); the rest is refused. */
const LEADS: [ExtensionState, Partial<Record<ExtensionInput, ExtensionState>>][] = [
  ['Started', { register: 'Registered', 'launch-failed': 'LaunchError' }],
  ['Registered', { next: 'Ready', 'init-error': 'InitError', 'exit-error': 'ExitError' }],
  ['Ready', { 'event-delivered': 'Running', 'exit-error': 'ExitError' }],
  [
    'Running',
    { next: 'Ready', 'exit-error': 'ExitError', exited: 'Exited', 'shutdown-failed': 'ShutdownFailed' },
  ],
  ['InitError', { 'init-error': 'InitError' }],
  ['ExitError', { 'exit-error': 'ExitError' }],
  ['ShutdownFailed', {}],
  ['Exited', {}],
  ['LaunchError', {}],
];

describe.each(LEADS)('in state %s', (from, leads) => {
  it.each(INPUTS)('%s', (input) => {
    const state = leads[input];
    expect(extensionStep(from, input)).toEqual(
      state ? { allowed: true, state } : { allowed: false, from, to: NAMES[input] },
    );
  });
});
