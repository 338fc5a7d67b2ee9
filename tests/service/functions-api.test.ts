import { describe, expect, it } from 'vitest';
import { invoke, serve } from '../support/functions.js';
import { api, create, FUNCTIONS } from '../support/functions-api.js';
import { movedClock } from '../support/moved-clock.js';
import { forever, next, respond } from '../support/runtime-actions.js';
import { functionZip } from '../support/zips.js';

/** Answers with what the runtime finds in its environment. */
const tells = (...names: readonly string[]) => [
  forever(next(), (start) => respond(JSON.stringify(names.map((name) => start.env[name] ?? null)))(start)),
];

describe('a function that is created', () => {
  it('goes from Pending to Active, and is run from its zip', async () => {
    const clock = movedClock();
    const service = await serve(tells('AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_VERSION', 'COLOR'), {
      functions: [],
      clock,
    });
    const created = await create(service, 'fn', functionZip(), {
      Environment: { Variables: { COLOR: 'blue' } },
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      FunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:fn',
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
      Timeout: 3,
      MemorySize: 128,
      Version: '$LATEST',
    });
    const early = await invoke(service, '{}', { name: 'fn' });
    expect([early.status, early.headers['x-amzn-errortype']]).toEqual([409, 'ResourceConflictException']);
    clock.move(0);
    const { body } = await api(service, 'GET', `${FUNCTIONS}/fn/configuration`);
    expect(body).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
    expect(body).not.toHaveProperty('StateReason');
    expect(body.RevisionId).not.toBe(created.body.RevisionId);
    const answer = await invoke(service, '{}', { name: 'fn' });
    expect(JSON.parse(answer.text)).toEqual(['fn', '$LATEST', 'blue']);
  });
});
