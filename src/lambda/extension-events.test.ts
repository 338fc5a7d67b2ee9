import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  invokeEvent,
  normalIdentifier,
  readRegistration,
  registeredBody,
  shutdownEvent,
  wantsAccountId,
} from './extension-events.js';

const ID = '8476a536-e9f4-11e8-9739-2dfe598c3fcd';

describe('a registration', () => {
  it.each([
    ['{"events":["INVOKE","SHUTDOWN"]}', ['INVOKE', 'SHUTDOWN']],
    ['{"Events":["INVOKE"]}', ['INVOKE']],
    ['{"events":[]}', []],
    ['{"events":null,"configurationKeys":[]}', []],
    ['{"events":[null]}', ['']],
    ['{"other":1}', []],
    ['{}', []],
    ['null', []],
  ])('%s is for these events', (body, events) => {
    expect(readRegistration(body)).toEqual({ kind: 'events', events });
  });

  it.each([
    ['', 'unexpected end of JSON input'],
    [' \n', 'unexpected end of JSON input'],
    ['[]', 'json: cannot unmarshal array into a registration'],
    ['"INVOKE"', 'json: cannot unmarshal string into a registration'],
    ['{"events":{}}', 'json: cannot unmarshal object into events'],
    ['{"events":[1]}', 'json: cannot unmarshal number into an item of events'],
    ['{"configurationKeys":1}', 'json: cannot unmarshal number into configurationKeys'],
    ['{"configurationKeys":["x"]}', 'configurationKeys are deprecated; use environment variables instead'],
  ])('%s is none', (body, what) => {
    expect(readRegistration(body)).toEqual({ kind: 'malformed', what });
  });

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"events":${json}}`),
        ),
        (body) => {
          expect(() => readRegistration(body)).not.toThrow();
        },
      ),
    );
  });
});

it.each([
  [undefined, false],
  ['', false],
  ['accountid', false],
  ['accountId', true],
  ['some, accountId ,', true],
])('the features %j ask for the account: %j', (header, wanted) => {
  expect(wantsAccountId(header)).toBe(wanted);
});

describe('an identifier', () => {
  it.each([ID, ID.toUpperCase(), ID.replaceAll('-', ''), `{${ID}}`, `urn:uuid:${ID}`])(
    'may be written %s',
    (written) => {
      expect(normalIdentifier(written)).toBe(ID);
    },
  );

  it.each(['', 'x', ID.slice(1), `${ID}0`, ID.replace('8', 'g')])('is not %j', (written) => {
    expect(normalIdentifier(written)).toBeUndefined();
  });
});

describe('what extensions are told', () => {
  it('of the function', () => {
    const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:fn';
    expect(JSON.parse(registeredBody(arn, false))).toEqual({
      functionName: 'fn',
      functionVersion: '$LATEST',
      handler: 'bootstrap',
    });
    expect(JSON.parse(registeredBody(arn, true))).toMatchObject({ accountId: '123456789012' });
  });

  // The shapes are the developer guide's (runtimes-extensions-api); reasons are in lower case in RIE.
  it('of an invocation', () => {
    const facts = { deadlineMs: 676051, requestId: ID, arn: 'arn:fn', traceId: 'Root=1-5f35ae12' };
    expect(JSON.parse(invokeEvent(facts))).toEqual({
      eventType: 'INVOKE',
      deadlineMs: 676051,
      requestId: ID,
      invokedFunctionArn: 'arn:fn',
      tracing: { type: 'X-Amzn-Trace-Id', value: 'Root=1-5f35ae12' },
    });
    expect(JSON.parse(invokeEvent({ ...facts, traceId: '' }))).not.toHaveProperty('tracing');
  });

  it('of the end', () => {
    expect(shutdownEvent(42, 'spindown')).toBe(
      '{"eventType":"SHUTDOWN","deadlineMs":42,"shutdownReason":"spindown"}',
    );
  });
});
