import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { golden } from '../../tests/golden/read.js';
import type { Condition } from './async-retry.js';
import { deliveryOf, type EndedEvent, invocationRecord } from './event-record.js';
import { type EventTarget, parseTarget, type TargetRole } from './event-target.js';

interface Recorded {
  readonly records: readonly {
    readonly name: string;
    readonly body: {
      readonly timestamp: string;
      readonly requestContext: {
        readonly requestId: string;
        readonly functionArn: string;
        readonly condition: Condition;
        readonly approximateInvokeCount: number;
      };
      readonly requestPayload: unknown;
      readonly responseContext?: { readonly functionError?: string };
      readonly responsePayload?: unknown;
    };
  }[];
  readonly deadLetter: { readonly body: unknown; readonly attributes: Record<string, object> };
  readonly eventBridge: { readonly source: string; readonly detailTypes: readonly [string, string] };
}

const { records, deadLetter, eventBridge } = golden<Recorded>('event-records');

/** The event whose record the body is. */
function eventOf(body: Recorded['records'][number]['body']): EndedEvent {
  const { requestId, functionArn, condition, approximateInvokeCount } = body.requestContext;
  return {
    requestId,
    functionArn,
    condition,
    invokeCount: approximateInvokeCount,
    requestPayload: JSON.stringify(body.requestPayload),
    response: body.responseContext && {
      kind: 'answered',
      payload: JSON.stringify(body.responsePayload),
      failed: body.responseContext.functionError !== undefined,
    },
    endedAt: Date.parse(body.timestamp),
  };
}

const failed = eventOf(records[1]!.body);

function target(arn: string, role: TargetRole): EventTarget {
  const found = parseTarget(arn, role);
  if (!found) throw new Error(`${arn} is no target`);
  return found;
}

const QUEUE = 'arn:aws:sqs:eu-west-1:111111111111:queue';
const TOPIC = 'arn:aws:sns:eu-west-1:111111111111:topic';
const BUS = 'arn:aws:events:eu-west-1:111111111111:event-bus/default';

describe('the record of an invocation', () => {
  it.each(records)('$name', ({ body }) => {
    expect(invocationRecord(eventOf(body))).toBe(JSON.stringify(body));
  });

  it('has payloads as they are: every digit, any spacing', () => {
    const payload = '{ "id": 12345678901234567890, "x": 1.10 }';
    const response = { kind: 'answered', payload: '[1.0]', failed: false } as const;
    const record = invocationRecord({ ...failed, requestPayload: payload, response });
    expect(record).toContain(`"requestPayload":${payload},`);
    expect(record).toContain('"responsePayload":[1.0]}');
  });

  it('is JSON whatever the function answered', () => {
    fc.assert(
      fc.property(fc.string(), (payload) => {
        const record = invocationRecord({
          ...failed,
          response: { kind: 'answered', payload, failed: false },
        });
        expect(JSON.parse(record)).toMatchObject({ requestContext: { requestId: failed.requestId } });
      }),
    );
    const text = invocationRecord({
      ...failed,
      response: { kind: 'answered', payload: 'no JSON', failed: false },
    });
    expect(JSON.parse(text)).toMatchObject({ responsePayload: 'no JSON' });
  });

  it('says 429 of an event that grew old without room to run', () => {
    const record = invocationRecord({ ...failed, response: { kind: 'throttled' } });
    expect(JSON.parse(record)).toMatchObject({ responseContext: { statusCode: 429 } });
    expect(JSON.parse(record)).not.toHaveProperty('responsePayload');
  });
});

describe('the message for', () => {
  it('a queue or a topic is the record, and no attributes', () => {
    const body = invocationRecord(failed);
    for (const [service, arn] of [
      ['sqs', QUEUE],
      ['sns', TOPIC],
    ] as const)
      expect(deliveryOf(failed, 'on-failure', target(arn, 'on-failure'))).toEqual({
        service,
        arn,
        body,
        attributes: {},
        traceHeader: undefined,
      });
  });

  it('a queue has the trace header when the trace is sampled', () => {
    const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=';
    const sent = (traceHeader: string) =>
      deliveryOf({ ...failed, traceHeader }, 'on-failure', target(QUEUE, 'on-failure'));
    expect(sent(`${header}1`)).toMatchObject({ traceHeader: `${header}1` });
    expect(sent(`${header}0`)).toMatchObject({ traceHeader: undefined });
  });

  it('a function is the record, as its payload', () => {
    const arn = 'arn:aws:lambda:eu-west-1:111111111111:function:other';
    expect(deliveryOf(failed, 'on-failure', target(arn, 'on-failure'))).toMatchObject({
      service: 'lambda',
      arn,
      payload: invocationRecord(failed),
    });
  });

  it.each([
    ['on-success', records[0]!, eventBridge.detailTypes[0]],
    ['on-failure', records[1]!, eventBridge.detailTypes[1]],
  ] as const)('an event bus, %s', (role, { body }, detailType) => {
    const event = eventOf(body);
    expect(deliveryOf(event, role, target(BUS, role))).toMatchObject({
      service: 'events',
      arn: BUS,
      source: eventBridge.source,
      detailType,
      detail: JSON.stringify(body),
      resources: [BUS, event.functionArn],
    });
  });
});

describe('the message for a dead-letter queue', () => {
  const letter = (event: Partial<EndedEvent>) =>
    deliveryOf({ ...failed, ...event }, 'dead-letter', target(QUEUE, 'dead-letter'));

  it('is the event itself, and attributes that tell what went wrong', () => {
    const sent = letter({});
    if (sent.service !== 'sqs') throw new Error('it is for a queue');
    expect(sent.body).toBe(JSON.stringify(deadLetter.body));
    const attributes = Object.entries(sent.attributes).map(([name, { type, value }]) => [
      name,
      { DataType: type, StringValue: value },
    ]);
    expect(Object.fromEntries(attributes)).toEqual(deadLetter.attributes);
  });

  it.each([
    ['more than 1 KB', 'x'.repeat(2000), 'x'.repeat(1024)],
    ['a character that does not fit in', `${'x'.repeat(1022)}€`, 'x'.repeat(1022)],
    ['one that just does', `${'x'.repeat(1021)}€y`, `${'x'.repeat(1021)}€`],
    ['astral characters', '🦀'.repeat(300), '🦀'.repeat(256)],
  ])('cuts the error message: %s', (_what, errorMessage, cut) => {
    const payload = JSON.stringify({ errorMessage });
    expect(letter({ response: { kind: 'answered', payload, failed: true } })).toMatchObject({
      attributes: { ErrorMessage: { value: cut } },
    });
  });

  it.each(['null', '"text"', '[1]', '{"errorMessage":5}', 'no JSON', '{"errorMessage":""}'])(
    'has no error message when the answer has none: %s',
    (payload) => {
      const sent = letter({ response: { kind: 'answered', payload, failed: true } });
      expect(Object.keys('attributes' in sent ? sent.attributes : {})).toEqual(['RequestID', 'ErrorCode']);
    },
  );

  it('says 429 of an event that grew old without room to run', () => {
    expect(letter({ condition: 'EventAgeExceeded', response: { kind: 'throttled' } })).toMatchObject({
      attributes: { ErrorCode: { value: '429' }, ErrorMessage: { value: 'Rate Exceeded.' } },
    });
  });

  it('has no error code when the reserved concurrency is zero', () => {
    const sent = letter({ condition: 'ZeroReservedConcurrency', response: undefined });
    expect(Object.keys('attributes' in sent ? sent.attributes : {})).toEqual(['RequestID', 'ErrorMessage']);
  });
});
