import type { Condition } from './async-retry.js';
import type { EventTarget, TargetRole } from './event-target.js';
import { UNPUBLISHED } from './function-name.js';

/** An event that is over. Payloads are JSON as it came: numbers keep all their digits. */
export interface EndedEvent {
  readonly requestId: string;
  /** With its qualifier, `$LATEST` when there was none. */
  readonly functionArn: string;
  readonly condition: Condition;
  /** How often the function ran. */
  readonly invokeCount: number;
  readonly requestPayload: string;
  /** What the last try was answered with; nothing when there was none. */
  readonly response?: EventResponse | undefined;
  readonly traceHeader?: string | undefined;
  /** Epoch milliseconds. */
  readonly endedAt: number;
}

export type EventResponse =
  | {
      readonly kind: 'answered';
      readonly payload: string;
      readonly failed: boolean;
      readonly version?: string | undefined;
    }
  | { readonly kind: 'throttled' };

/** A message for another service, in terms of that service's API. */
export type Delivery =
  | {
      readonly service: 'sqs' | 'sns';
      readonly arn: string;
      readonly body: string;
      readonly attributes: MessageAttributes;
      readonly traceHeader?: string | undefined;
    }
  | {
      readonly service: 'events';
      readonly arn: string;
      readonly detail: string;
      readonly detailType: string;
      readonly source: 'lambda';
      readonly resources: readonly string[];
      /** Epoch milliseconds. */
      readonly time: number;
      readonly traceHeader?: string | undefined;
    }
  | {
      readonly service: 'lambda';
      readonly arn: string;
      readonly payload: string;
      readonly traceHeader?: string | undefined;
    };

/** Sends a message, or throws what hindered it; at the end of the service it is told to stop. */
export type Deliver = (delivery: Delivery, signal: AbortSignal) => Promise<void>;

export interface MessageAttribute {
  readonly type: 'String' | 'Number';
  readonly value: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** The message for a destination or a dead-letter queue. */
export function deliveryOf(event: EndedEvent, role: TargetRole, target: EventTarget): Delivery {
  return role === 'dead-letter' ? deadLetter(event, target) : record(event, target);
}

function record(event: EndedEvent, { service, arn }: EventTarget): Delivery {
  const traceHeader = sampled(event.traceHeader);
  const body = invocationRecord(event);
  switch (service) {
    case 'sqs':
    case 'sns':
      return { service, arn, body, attributes: {}, traceHeader };
    case 'lambda':
      return { service, arn, payload: body, traceHeader: event.traceHeader };
    case 'events':
      return {
        service,
        arn,
        detail: body,
        detailType: `Lambda Function Invocation Result - ${event.condition === 'Success' ? 'Success' : 'Failure'}`,
        source: 'lambda',
        resources: [arn, event.functionArn],
        time: event.endedAt,
        traceHeader,
      };
    default:
      return service satisfies never;
  }
}

/** AWS's messages carry the trace header when the trace is sampled; those recorded without sampling have none. */
function sampled(traceHeader: string | undefined): string | undefined {
  return traceHeader?.includes('Sampled=1') ? traceHeader : undefined;
}

/**
 * The body that destinations get, with its members in AWS's order (SNAP:test_lambda_destinations
 * #test_assess_lambda_destination_invocation, #test_retries; SNAP:test_lambda#test_reserved_concurrency without the
 * members about a response).
 */
export function invocationRecord(event: EndedEvent): string {
  const { requestId, functionArn, condition, invokeCount, response } = event;
  const members = [
    ['version', '"1.0"'],
    ['timestamp', JSON.stringify(new Date(event.endedAt).toISOString())],
    [
      'requestContext',
      JSON.stringify({ requestId, functionArn, condition, approximateInvokeCount: invokeCount }),
    ],
    ['requestPayload', asJson(event.requestPayload)],
    ...(response === undefined ? [] : responseMembers(response)),
  ];
  return `{${members.map(([name, json]) => `"${name}":${json}`).join(',')}}`;
}

function responseMembers(response: EventResponse): [string, string][] {
  if (response.kind === 'throttled') return [['responseContext', JSON.stringify({ statusCode: 429 })]];
  const context = {
    statusCode: 200,
    executedVersion: response.version ?? UNPUBLISHED,
    ...(response.failed && { functionError: 'Unhandled' }),
  };
  return [
    ['responseContext', JSON.stringify(context)],
    ['responsePayload', asJson(response.payload)],
  ];
}

/** JSON as it is; anything else, which a function may well answer with, as a JSON text. */
function asJson(payload: string): string {
  return parsed(payload) === undefined ? JSON.stringify(payload) : payload;
}

function parsed(payload: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(payload) };
  } catch {
    return undefined;
  }
}

/** How much of the error's message a dead-letter queue is told (developer guide, invocation-async). */
const MAX_ERROR_MESSAGE_BYTES = 1024;

/** The event itself; what went wrong is in its attributes (SNAP:test_lambda_destinations#test_dead_letter_queue). */
function deadLetter(event: EndedEvent, { service, arn }: EventTarget): Delivery {
  const { code, message } = errorOf(event);
  const attributes: Record<string, MessageAttribute> = {
    RequestID: { type: 'String', value: event.requestId },
    ...(code !== undefined && { ErrorCode: { type: 'Number', value: code } }),
    // An attribute without a value is refused by the queue.
    ...(message !== '' && { ErrorMessage: { type: 'String', value: message } }),
  };
  return {
    service: service === 'sns' ? 'sns' : 'sqs',
    arn,
    body: event.requestPayload,
    attributes,
    traceHeader: sampled(event.traceHeader),
  };
}

function errorOf({ response, condition }: EndedEvent): { code?: string; message: string } {
  // Not among the recordings; the words, missing blank included, are as another emulator's authors met them on AWS.
  if (condition === 'ZeroReservedConcurrency')
    return {
      message: 'Function not invoked. Function isconfigured with zero reserved concurrent executions',
    };
  if (response === undefined) return { message: condition };
  if (response.kind === 'throttled') return { code: '429', message: 'Rate Exceeded.' };
  const answer = parsed(response.payload)?.value as { errorMessage?: unknown } | null | undefined;
  const message = typeof answer?.errorMessage === 'string' ? answer.errorMessage : '';
  return { code: '200', message: firstBytes(message, MAX_ERROR_MESSAGE_BYTES) };
}

/** Cut between characters. */
function firstBytes(text: string, limit: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += utf8Length(character.codePointAt(0) ?? 0);
    if (bytes > limit) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
