/** What extensions say and hear: registration, INVOKE and SHUTDOWN (RIE: internal/lambda/rapi/model, rapi/handler). */
import { HANDLER } from './environment-variables.js';
import { UNPUBLISHED } from './function-name.js';

export const EXTENSION_EVENTS = ['INVOKE', 'SHUTDOWN'] as const;
export type ExtensionEvent = (typeof EXTENSION_EVENTS)[number];

/** An external one is a process of its own, an internal one a part of the runtime's. */
export type ExtensionKind = 'internal' | 'external';

/** Lower case in AWS's open source; the developer guide writes them in upper case. */
export type ShutdownReason = 'spindown' | 'timeout' | 'failure';

/** The body of `register`, or what is wrong with it; which events there are is not known here. */
export type Registration =
  | { readonly kind: 'events'; readonly events: readonly string[] }
  | { readonly kind: 'malformed'; readonly what: string };

/** Reads as Go's encoding/json does, in whose words it refuses: member names in any case, null for left out. */
export function readRegistration(text: string): Registration {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    const what = text.trim() === '' ? 'unexpected end of JSON input' : (error as Error).message;
    return { kind: 'malformed', what };
  }
  if (body === null) return { kind: 'events', events: [] };
  if (typeof body !== 'object' || Array.isArray(body)) return wrongType(body, 'a registration');
  const members = new Map(
    Object.entries(body).map(([name, value]) => [name.toLowerCase(), value as unknown]),
  );
  const events = strings(members.get('events'), 'events');
  if (events.kind === 'malformed') return events;
  const keys = strings(members.get('configurationkeys'), 'configurationKeys');
  if (keys.kind === 'malformed') return keys;
  if (keys.events.length > 0) {
    return {
      kind: 'malformed',
      what: 'configurationKeys are deprecated; use environment variables instead',
    };
  }
  return events;
}

function strings(value: unknown, name: string): Registration {
  if (value === undefined || value === null) return { kind: 'events', events: [] };
  if (!Array.isArray(value)) return wrongType(value, name);
  const wrong = value.find((item) => typeof item !== 'string' && item !== null);
  if (wrong !== undefined) return wrongType(wrong, `an item of ${name}`);
  return { kind: 'events', events: value.map((item: string | null) => item ?? '') };
}

function wrongType(value: unknown, name: string): Registration {
  const kind = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  return { kind: 'malformed', what: `json: cannot unmarshal ${kind} into ${name}` };
}

/** Whether `Lambda-Extension-Accept-Feature` asks for the account's id; what else it asks for is passed over. */
export function wantsAccountId(header: string | undefined): boolean {
  return header?.split(',').some((feature) => feature.trim() === 'accountId') ?? false;
}

interface RegisteredFunction {
  readonly version?: string | undefined;
  readonly handler?: string | undefined;
}

/**
 * What a registered extension learns about the function.
 * @param withAccountId whether it asked for it
 */
export function registeredBody(
  functionArn: string,
  withAccountId: boolean,
  { version = UNPUBLISHED, handler = HANDLER }: RegisteredFunction = {},
): string {
  const [, , , , accountId, , functionName] = functionArn.split(':');
  return JSON.stringify({
    functionName,
    functionVersion: version,
    handler,
    accountId: withAccountId ? accountId : undefined,
  });
}

export function invokeEvent(facts: {
  readonly deadlineMs: number;
  readonly requestId: string;
  readonly arn: string;
  readonly traceId: string;
}): string {
  const { deadlineMs, requestId, arn: invokedFunctionArn, traceId } = facts;
  const tracing = traceId === '' ? undefined : { type: 'X-Amzn-Trace-Id', value: traceId };
  return JSON.stringify({ eventType: 'INVOKE', deadlineMs, requestId, invokedFunctionArn, tracing });
}

/** @param deadlineMs milliseconds since 1970 at which what is left is killed */
export function shutdownEvent(deadlineMs: number, shutdownReason: ShutdownReason): string {
  return JSON.stringify({ eventType: 'SHUTDOWN', deadlineMs, shutdownReason });
}

const UUID =
  /^(?:urn:uuid:)?\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;

/** An identifier in the one form in which it is compared; undefined for what is no UUID. */
export function normalIdentifier(header: string): string | undefined {
  const parts = UUID.exec(header);
  return parts ? parts.slice(1).join('-').toLowerCase() : undefined;
}
