import { expect, it } from 'vitest';
import { evaluatePolicy } from './policy.js';

const ARN = 'arn:aws:execute-api:us-east-1:123456789012:api/prod/GET/orders/1';
const statement = (more: object) => ({
  Effect: 'Allow',
  Action: 'execute-api:Invoke',
  Resource: '*',
  ...more,
});

it.each<[string, unknown, string | undefined]>([
  ['allows all', [statement({})], 'allowed'],
  ['one statement without a list', statement({}), 'allowed'],
  [
    'lists of actions and resources',
    [statement({ Action: ['x:y', 'execute-api:*'], Resource: ['a', ARN] })],
    'allowed',
  ],
  ['actions in another case', [statement({ Action: 'EXECUTE-API:invoke' })], 'allowed'],
  ['a pattern with a question mark', [statement({ Resource: ARN.replace('/1', '/?') })], 'allowed'],
  ['a dot is a dot', [statement({ Resource: ARN.replace('execute-api', 'execute.api') })], 'not-mentioned'],
  ['another resource', [statement({ Resource: 'arn:aws:execute-api:*/POST/*' })], 'not-mentioned'],
  ['another action', [statement({ Action: 'execute-api:ManageConnections' })], 'not-mentioned'],
  ['a deny wins, wherever it stands', [statement({}), statement({ Effect: 'Deny' })], 'denied'],
  ['a deny of something else', [statement({ Effect: 'Deny', Resource: 'x' }), statement({})], 'allowed'],
  ['NotResource', [statement({ Resource: undefined, NotResource: ARN })], 'not-mentioned'],
  ['NotAction', [statement({ Action: undefined, NotAction: 'x:y' })], 'allowed'],
  ['a condition is not taken for granted', [statement({ Condition: { Bool: {} } })], 'not-mentioned'],
  ['a condition of a deny is', [statement({}), statement({ Effect: 'Deny', Condition: {} })], 'denied'],
  ['no statement', [], undefined],
  ['an effect that is none', [statement({ Effect: 'Maybe' })], undefined],
])('%s', (_, Statement, verdict) => {
  expect(evaluatePolicy({ Version: '2012-10-17', Statement }, ARN)).toBe(verdict);
});

it('what is no policy', () => {
  for (const value of [undefined, null, 'x', {}]) expect(evaluatePolicy(value, ARN)).toBeUndefined();
});
