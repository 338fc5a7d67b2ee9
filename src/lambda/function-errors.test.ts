import { describe, expect, it } from 'vitest';
import { golden } from '../../tests/golden/read.js';
import * as errors from './function-errors.js';

interface Recorded {
  cases: { name: string; payload: { errorType: string; errorMessage: string } }[];
}

const ID = '6a0b0b0e-0000-4000-8000-00000000cafe';
const ours: Record<string, errors.FunctionError> = {
  'exit 0': errors.exitError(ID, { kind: 'exit', status: 0 }),
  'exit 127': errors.exitError(ID, { kind: 'exit', status: 127 }),
  'segmentation fault': errors.exitError(ID, { kind: 'signal', signal: 'SIGSEGV' }),
  'timeout of 1 s': errors.timedOut(ID, 1),
  'init never ends, timeout of 30 s': errors.timedOut(ID, 30),
  'response too large': errors.responseTooLarge(),
  'extension that reported an init error and exited': errors.extensionError(
    ID,
    'Extension.InitError',
    errors.describeExtensionExit({ kind: 'exit', status: 0 }),
  ),
  'extension that may not be executed': errors.extensionError(
    ID,
    'Extension.LaunchError',
    errors.launchFault('/opt/extensions/elk-extension', 'notExecutable'),
  ),
  'extension for another machine': errors.extensionError(
    ID,
    'Extension.LaunchError',
    errors.launchFault('/opt/extensions/datadog-agent', 'wrongFormat'),
  ),
  'extension that exited': errors.extensionError(
    ID,
    'Extension.Crash',
    errors.describeExtensionExit({ kind: 'exit', status: 0 }),
  ),
  'bootstrap missing': errors.invalidEntrypoint(ID, errors.ENTRYPOINT_FAULTS.missing),
};

describe('recorded payloads', () => {
  // The handler's own errors are the runtime's body, which nobody rewrites.
  const cases = golden<Recorded>('function-errors').cases.filter(({ name }) => name !== 'Rust handler error');

  it.each(cases)('$name', ({ name, payload }) => {
    const expected = JSON.stringify(payload).replace('<uuid>', ID);
    expect(ours[name]).toEqual({ errorType: payload.errorType, payload: expected });
  });

  it('are all compared', () => {
    expect(Object.keys(ours).sort()).toEqual(cases.map(({ name }) => name).sort());
  });
});

describe('by analogy', () => {
  it.each([
    [
      errors.exitError(ID, { kind: 'signal', signal: 'SIGKILL' }),
      'Runtime.ExitError',
      'Runtime exited with error: signal: killed',
    ],
    [
      errors.exitError(ID, { kind: 'not-started', code: 'EACCES' }),
      'Runtime.InvalidEntrypoint',
      'fork/exec /var/task/bootstrap: permission denied',
    ],
    [
      errors.exitError(ID, { kind: 'not-started', code: 'ENOEXEC' }),
      'Runtime.InvalidEntrypoint',
      'fork/exec /var/task/bootstrap: exec format error',
    ],
    [
      errors.exitError(ID, { kind: 'not-started', code: 'EMFILE' }),
      'Runtime.InvalidEntrypoint',
      'fork/exec /var/task/bootstrap: EMFILE',
    ],
    [
      errors.exitError(ID, { kind: 'out-of-memory' }),
      'Runtime.OutOfMemory',
      'Runtime exited with error: signal: killed',
    ],
    [errors.timedOut(ID, 2.5), 'Sandbox.Timedout', 'Task timed out after 2.50 seconds'],
    [errors.truncatedResponse(ID), 'Runtime.TruncatedResponse', 'HTTP request detected as truncated'],
    [errors.invalidResponseMode(ID), 'Runtime.InvalidResponseModeHeader', 'Invalid function response mode'],
    [errors.extensionError(ID, 'Extension.Crash', 'exit status 1'), 'Extension.Crash', 'exit status 1'],
  ])('%o', (error, errorType, what) => {
    expect(error.errorType).toBe(errorType);
    expect(JSON.parse(error.payload)).toEqual({ errorType, errorMessage: `RequestId: ${ID} Error: ${what}` });
  });
});

it.each([
  ['SIGABRT', 'aborted'],
  ['SIGBUS', 'bus error'],
  ['SIGTERM', 'terminated'],
  ['SIGRTMIN', 'rtmin'],
])('words %s as %s', (signal, words) => {
  expect(errors.signalWords(signal)).toBe(words);
});
