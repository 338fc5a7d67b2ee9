/**
 * What the Extensions API, 2020-01-01, refuses and in which words: all of it 403 (RIE: internal/lambda/rapi/handler,
 * agentregister.go, agentnext.go, agentiniterror.go, agentexiterror.go, constants.go; rapi/middleware).
 */
import { MAX_EXTENSIONS } from './limits.js';
import type { RuntimeApiAnswer } from './runtime-api-answers.js';

/** The states of an extension (RIE: internal/lambda/core/agent_state_names.go). */
export type ExtensionStateName =
  | 'Started'
  | 'Registered'
  | 'Ready'
  | 'Running'
  | 'InitError'
  | 'ExitError'
  | 'ShutdownFailed'
  | 'Exited'
  | 'LaunchError';

function refusal(errorType: string, errorMessage: string): RuntimeApiAnswer {
  return { status: 403, body: JSON.stringify({ errorMessage, errorType }) };
}

export const missingIdentifier = refusal(
  'Extension.MissingExtensionIdentifier',
  'Missing Lambda-Extension-Identifier header',
);

export const invalidIdentifier = refusal(
  'Extension.InvalidExtensionIdentifier',
  'Invalid Lambda-Extension-Identifier',
);

/** To `event/next`; the two error reports have a sentence without the identifier. */
export function unknownExtension(identifier: string): RuntimeApiAnswer {
  return refusal('Extension.UnknownExtensionIdentifier', `Unknown extension ${identifier}`);
}

export const unknownReporter = refusal(
  'Extension.UnknownExtensionIdentifier',
  'Unknown Lambda-Extension-Identifier',
);

export const emptyName = refusal('Extension.InvalidExtensionName', 'Empty extension name');

export function unknownEvent(event: string): RuntimeApiAnswer {
  return refusal('Extension.InvalidEventType', `${event}: ErrorInvalidEventType`);
}

/** An internal extension cannot outlive the runtime's process, so there is nothing it could do at its end. */
export const noShutdownForInternal = refusal(
  'Extension.InvalidEventType',
  'SHUTDOWN: ShutdownEventNotSupportedForInternalExtension',
);

/** @param extension its name at registration, its identifier later: that is how AWS says it */
export function invalidExtensionState(
  from: ExtensionStateName,
  to: ExtensionStateName,
  extension: string,
): RuntimeApiAnswer {
  return refusal(
    'Extension.InvalidExtensionState',
    `State transition from ${from} to ${to} failed for extension ${extension}. Error: State transition is not allowed`,
  );
}

export const nameTaken = refusal(
  'Extension.InvalidExtensionState',
  'Extension with this name already registered',
);

export const registrationClosed = refusal(
  'Extension.RegistrationClosed',
  'Extension registration closed already',
);

export const tooManyExtensions = refusal(
  'Extension.TooManyExtensions',
  `Extension limit (${MAX_EXTENSIONS}) reached`,
);

export const missingErrorType = refusal(
  'Extension.MissingHeader',
  'Lambda-Extension-Function-Error-Type not found',
);

/** @param what the parser's words: AWS's are those of Go's */
export function invalidRequestFormat(what: string): RuntimeApiAnswer {
  return refusal('InvalidRequestFormat', what);
}
