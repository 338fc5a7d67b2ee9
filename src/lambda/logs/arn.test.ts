import { describe, expect, it } from 'vitest';
import { groupNameOf, logGroupArn, logStreamArn } from './arn.js';

const home = { region: 'us-east-1', accountId: '123456789012' };
const ARN = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/hello';

describe('a log group', () => {
  it('has an ARN, and its streams have', () => {
    expect(logGroupArn(home, '/aws/lambda/hello')).toBe(ARN);
    expect(logStreamArn(home, '/aws/lambda/hello', 's')).toBe(`${ARN}:log-stream:s`);
  });

  it.each([
    ['its name', '/aws/lambda/hello'],
    ['its ARN', ARN],
    ['its ARN as a policy has it', `${ARN}:*`],
    ['the ARN it has in another account', ARN.replace('123456789012', '999999999999')],
  ])('is meant by %s', (_name, identifier) => {
    expect(groupNameOf(identifier, home)).toBe('/aws/lambda/hello');
  });

  it.each([
    ['of another region', ARN.replace('us-east-1', 'eu-west-1')],
    ['of a stream', `${ARN}:log-stream:s`],
    ['of a function', 'arn:aws:lambda:us-east-1:123456789012:function:hello'],
  ])('is not meant by an ARN %s', (_name, identifier) => {
    expect(groupNameOf(identifier, home)).toBeUndefined();
  });
});
