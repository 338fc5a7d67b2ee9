import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../../http/body.js';
import { unknownExtension } from '../../lambda/extension-answers.js';
import { invalidSubscription } from '../../lambda/telemetry-answers.js';
import { readSubscription, type TelemetryApi } from '../../lambda/telemetry-subscription.js';
import type { EnvironmentBase } from '../environment-base.js';
import { callerOf } from '../extensions-api.js';
import { notFound, onMethod, send } from '../runtime-http.js';

/** Both are also reached with a slash at their end (developer guide, telemetry-api-reference). */
const PATHS = /^\/(?:(2022-07-01\/telemetry)|2020-08-15\/logs)\/?$/;
/** No request that makes sense is longer. */
const LONGEST_REQUEST = 65_536;

/** Which of the two APIs a path belongs to. */
export function telemetryApiOf(path: string): TelemetryApi | undefined {
  const match = PATHS.exec(path);
  return match ? (match[1] ? 'Telemetry' : 'Logs') : undefined;
}

/**
 * `PUT /2022-07-01/telemetry` and `PUT /2020-08-15/logs` on the endpoint of one environment.
 * Source: RIE-MI internal/lambda-managed-instances/rapi/handler/runtimelogs.go.
 */
export function telemetryApi(
  api: TelemetryApi,
  environment: EnvironmentBase,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  // Managed instances do not have it (RIE-MI: internal/lambda-managed-instances/rapi/router.go).
  if (api === 'Logs' && environment.journal.relay.managed) return notFound(request, response);
  onMethod('PUT', request, response, () => subscribe(api, environment, request, response));
}

function subscribe(
  api: TelemetryApi,
  environment: EnvironmentBase,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const extension = callerOf(environment, request, response, unknownExtension);
  if (!extension) return;
  readBody(request, LONGEST_REQUEST, (body) => {
    if (body.kind !== 'whole') return send(response, invalidSubscription(api, `the request is ${body.kind}`));
    const { managed } = environment.journal.relay;
    const read = readSubscription(api, body.bytes.toString('utf8'), managed);
    if (read.kind === 'invalid') return send(response, invalidSubscription(api, read.why));
    send(response, environment.journal.subscribe(extension.name, read.subscription));
  });
}
