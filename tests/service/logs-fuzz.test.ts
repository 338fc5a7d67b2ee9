import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OPERATIONS } from '../../src/lambda/logs/requests.js';
import { invoke, serve } from '../support/functions.js';
import { http, openHttp } from '../support/http.js';
import { callLogs } from '../support/logs.js';
import { forever, next, print, respond } from '../support/runtime-actions.js';

/**
 * Whatever anybody asks of CloudWatch Logs, the service goes on, and each request has an answer: what was asked
 * for, or a refusal with a name. A failing run prints its seed; `fc.assert(…, { seed, path })` plays it again.
 */

const logGroupName = '/aws/lambda/hello';
const MEMBERS = [
  ...[
    'logGroupName',
    'logGroupIdentifier',
    'logGroupIdentifiers',
    'logGroupNamePrefix',
    'logGroupNamePattern',
  ],
  ...[
    'logStreamName',
    'logStreamNames',
    'logStreamNamePrefix',
    'logStreamNamePrefixes',
    'orderBy',
    'descending',
  ],
  ...[
    'startTime',
    'endTime',
    'nextToken',
    'limit',
    'startFromHead',
    'filterPattern',
    'logEventFilterPattern',
  ],
  ...['interleaved', '__proto__', 'constructor'],
];

const word = fc.constantFrom(
  ...[
    logGroupName,
    '/nobody',
    `arn:aws:logs:us-east-1:123456789012:log-group:${logGroupName}`,
    'arn:',
    '',
    '*',
  ],
  ...[
    'LastEventTime',
    'ERROR',
    '?a ?b',
    '-a',
    '"',
    '%.*.*.*x%',
    '{ $.a = 1 }',
    '{ ($.a',
    '[a, ..., b=1*]',
    '[',
  ],
  ...['f/00000000000000000001000000000000000000000000000000000010/s', 'b/1/s', 'KzEvMg', '2026'],
);
const plain = fc.oneof(
  { weight: 6, arbitrary: word },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, -1, 50, 10_001, 1.5, 2 ** 53, 9e99, true, false, null) },
  { weight: 1, arbitrary: fc.string() },
);
const value = fc.oneof(
  { weight: 6, arbitrary: plain },
  { weight: 2, arbitrary: fc.array(plain, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);
const input = fc.dictionary(fc.constantFrom(...MEMBERS), value, { maxKeys: 5 });
/** Most are about a group that there is: else nothing behind that check would ever be reached. */
const body = fc.oneof(
  { weight: 8, arbitrary: input.map((some) => JSON.stringify({ logGroupName, ...some })) },
  { weight: 2, arbitrary: input.map((some) => JSON.stringify(some)) },
  { weight: 1, arbitrary: fc.oneof(fc.json(), fc.string(), fc.constantFrom('', '{', 'null', '[]', '"x"')) },
);
const answering = OPERATIONS.filter((name) => name !== 'StartLiveTail');
const operation = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...answering) },
  { weight: 1, arbitrary: fc.stringMatching(/^[!-~]{0,20}$/) },
);

async function serveTalkative() {
  const service = await serve([forever(next(), print('{"a":1}\nERROR at once\n'), respond('1'))]);
  await invoke(service, '{}', { headers: { 'X-Amz-Log-Type': 'Tail' } });
  return service;
}

it('no operation or body ends the service', async () => {
  const service = await serveTalkative();
  await fc.assert(
    fc.asyncProperty(operation, body, async (name, sent) => {
      // What is deleted is not there to be looked at.
      fc.pre(name !== 'StartLiveTail' && name !== 'DeleteLogGroup');
      const headers = {
        'X-Amz-Target': `Logs_20140328.${name}`,
        'Content-Type': 'application/x-amz-json-1.1',
      };
      const answer = await http(`${service.url}/`, { method: 'POST', headers, body: sent });
      expect([200, 400]).toContain(answer.status);
      // What only does something answers with nothing.
      const told = JSON.parse(answer.text || '{}') as { __type?: string };
      if (answer.status === 400) expect(told.__type).toMatch(/^[A-Z]\w+Exception$/);
    }),
    { numRuns: 600 },
  );
  expect((await callLogs(service, 'FilterLogEvents', { logGroupName })).body.events).toHaveLength(6);
});

it('no Live Tail request, and no way to leave one, ends the service', async () => {
  const service = await serveTalkative();
  await fc.assert(
    fc.asyncProperty(input, fc.boolean(), async (some, named) => {
      const headers = { 'X-Amz-Target': 'Logs_20140328.StartLiveTail' };
      const asked = named ? { ...some, logGroupIdentifiers: [logGroupName] } : some;
      const response = await openHttp(`${service.url}/`, {
        method: 'POST',
        headers,
        body: JSON.stringify(asked),
      });
      expect([200, 400]).toContain(response.statusCode);
      response.destroy();
    }),
    { numRuns: 150 },
  );
  expect((await invoke(service)).text).toBe('1');
});
