import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../http/body.js';
import { headerOf } from '../http/header.js';
import {
  emptyName,
  invalidExtensionState,
  invalidIdentifier,
  invalidRequestFormat,
  missingErrorType,
  missingIdentifier,
  unknownExtension,
  unknownReporter,
} from '../lambda/extension-answers.js';
import {
  normalIdentifier,
  readRegistration,
  registeredBody,
  wantsAccountId,
} from '../lambda/extension-events.js';
import { MAX_RESPONSE_BYTES } from '../lambda/limits.js';
import { type RuntimeApiAnswer, STATUS_OK } from '../lambda/runtime-api-answers.js';
import type { EnvironmentBase } from './environment-base.js';
import type { Extension } from './extensions.js';
import { httpPoll } from './poll.js';
import { notFound, onMethod, send } from './runtime-http.js';

export const EXTENSIONS_API = '/2020-01-01/extension/';

/**
 * The Extensions API, 2020-01-01, on the endpoint of one environment.
 * Source: RIE internal/lambda/rapi/router.go and rapi/handler/agent*.go.
 * @param path what follows `EXTENSIONS_API`
 */
export function extensionsApi(
  environment: EnvironmentBase,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  switch (path) {
    case 'register':
      return onMethod('POST', request, response, () => register(environment, request, response));
    case 'event/next':
      return onMethod('GET', request, response, () => next(environment, request, response));
    case 'init/error':
      return onMethod('POST', request, response, () => report(environment, 'init-error', request, response));
    case 'exit/error':
      return onMethod('POST', request, response, () => report(environment, 'exit-error', request, response));
    default:
      return notFound(request, response);
  }
}

function register(environment: EnvironmentBase, request: IncomingMessage, response: ServerResponse): void {
  const name = headerOf(request, 'lambda-extension-name') ?? '';
  if (name === '') return refuse(request, response, emptyName);
  readBody(request, MAX_RESPONSE_BYTES, (body) => {
    if (body.kind !== 'whole') return send(response, invalidRequestFormat('unexpected EOF'));
    const registration = readRegistration(body.bytes.toString('utf8'));
    if (registration.kind === 'malformed') return send(response, invalidRequestFormat(registration.what));
    const result = environment.parties.extensions.register(name, registration.events);
    if (result.kind === 'refused') return send(response, result.answer);
    const withAccountId = wantsAccountId(headerOf(request, 'lambda-extension-accept-feature'));
    send(
      response,
      { status: 200, body: registeredBody(environment.owner.arn, withAccountId, environment.owner.settings) },
      ['Lambda-Extension-Identifier', result.extension.id],
    );
  });
}

function next(environment: EnvironmentBase, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const extension = callerOf(environment, request, response, unknownExtension);
  if (!extension) return;
  const step = extension.advance('next');
  if (!step.allowed) return send(response, invalidExtensionState(step.from, step.to, extension.id));
  extension.nextPolled(httpPoll(response));
  environment.mayGoOn();
}

/** Which error it was counts when the process ends, and that is what it is expected to do next. */
function report(
  environment: EnvironmentBase,
  input: 'init-error' | 'exit-error',
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume();
  const errorType = headerOf(request, 'lambda-extension-function-error-type') ?? '';
  const extension = callerOf(environment, request, response, () =>
    errorType === '' ? missingErrorType : unknownReporter,
  );
  if (!extension) return;
  if (errorType === '') return send(response, missingErrorType);
  const step = extension.advance(input);
  if (!step.allowed) return send(response, invalidExtensionState(step.from, step.to, extension.id));
  extension.errorType ??= errorType;
  environment.parties.extensionReported(
    input === 'init-error' ? 'Extension.InitError' : 'Extension.ExitError',
  );
  send(response, STATUS_OK);
}

/** The extension that the identifier in the request's head names, or undefined when it was refused. */
export function callerOf(
  environment: EnvironmentBase,
  request: IncomingMessage,
  response: ServerResponse,
  unknown: (identifier: string) => RuntimeApiAnswer,
): Extension | undefined {
  const header = headerOf(request, 'lambda-extension-identifier') ?? '';
  const identifier = normalIdentifier(header);
  const extension = identifier && environment.parties.extensions.byIdentifier(identifier);
  if (extension) return extension;
  if (header === '') refuse(request, response, missingIdentifier);
  else if (identifier === undefined) refuse(request, response, invalidIdentifier);
  else refuse(request, response, unknown(identifier));
  return undefined;
}

function refuse(request: IncomingMessage, response: ServerResponse, answer: RuntimeApiAnswer): void {
  request.resume();
  send(response, answer);
}
