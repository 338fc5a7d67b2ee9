import { describe, expect, it } from 'vitest';
import { golden } from '../../tests/golden/read.js';
import * as answers from './extension-answers.js';
import { readRegistration } from './extension-events.js';
import type { RuntimeApiAnswer } from './runtime-api-answers.js';

interface Recorded {
  cases: { name: string; body: string }[];
}

const withKeys = readRegistration('{"configurationKeys":["x"]}');
const ours: Record<string, RuntimeApiAnswer> = {
  'no identifier': answers.missingIdentifier,
  'identifier that is no UUID': answers.invalidIdentifier,
  'unknown identifier asks for an event': answers.unknownExtension('<id>'),
  'unknown identifier reports an error': answers.unknownReporter,
  'no name': answers.emptyName,
  'unknown event': answers.unknownEvent('abcdef'),
  'SHUTDOWN for an internal extension': answers.noShutdownForInternal,
  'wrong state': answers.invalidExtensionState('Registered', 'Registered', 'spy'),
  'name taken': answers.nameTaken,
  'registration closed': answers.registrationClosed,
  'too many': answers.tooManyExtensions,
  'no error type': answers.missingErrorType,
  'configuration keys': answers.invalidRequestFormat(withKeys.kind === 'malformed' ? withKeys.what : ''),
};

describe("the emulator's refusals", () => {
  const { cases } = golden<Recorded>('extensions-api');

  it.each(cases)('$name', ({ name, body }) => {
    expect(ours[name]).toEqual({ status: 403, body });
  });

  it('are all compared', () => {
    expect(Object.keys(ours).sort()).toEqual(cases.map(({ name }) => name).sort());
  });
});
