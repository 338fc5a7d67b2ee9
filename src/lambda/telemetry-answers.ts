/** What the Telemetry and Logs APIs say to an extension that subscribes. */
import type { RuntimeApiAnswer } from './runtime-api-answers.js';
import type { TelemetryApi } from './telemetry-subscription.js';

/** 200: subscribed (developer guide, telemetry-api-reference). */
export const SUBSCRIBED: RuntimeApiAnswer = { status: 200, body: '"OK"' };

/**
 * 400: the request is not valid. The guide's example has no prefix in the Telemetry API and one in the Logs API
 * (telemetry-api-reference, runtimes-logs-api).
 */
export function invalidSubscription(api: TelemetryApi, why: string): RuntimeApiAnswer {
  const errorType = api === 'Logs' ? 'Logs.ValidationError' : 'ValidationError';
  return { status: 400, body: JSON.stringify({ errorType, errorMessage: why }) };
}

/** 400: an extension may use one of the two APIs. The guide says that this is an error; the text is by analogy. */
export function otherApiInUse(api: TelemetryApi, name: string): RuntimeApiAnswer {
  const other = api === 'Logs' ? 'Telemetry' : 'Logs';
  return invalidSubscription(api, `extension ${name} is already subscribed to the ${other} API`);
}

/**
 * 403: the init phase is over. The Telemetry API's text as users met it on AWS (open-telemetry/opentelemetry-lambda
 * pull request 1452), the Logs API's as in RIE: rapi/handler/runtimelogs_test.go.
 */
export function subscriptionClosed(api: TelemetryApi): RuntimeApiAnswer {
  const errorMessage = `${api} API subscription is closed already`;
  return { status: 403, body: JSON.stringify({ errorMessage, errorType: `${api}.SubscriptionClosed` }) };
}
