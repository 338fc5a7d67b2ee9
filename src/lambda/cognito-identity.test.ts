import { describe, expect, it } from 'vitest';
import { cognitoIdentityJson, decodeCognitoIdentity } from './cognito-identity.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a Cognito identity', () => {
  it('is handed to the runtime as it was given', () => {
    const json = cognitoIdentityJson({ identityId: 'eu-west-1:1', identityPoolId: 'eu-west-1:2' });
    expect(json).toBe('{"cognitoIdentityId":"eu-west-1:1","cognitoIdentityPoolId":"eu-west-1:2"}');
    expect(decodeCognitoIdentity(base64(json))).toBe(json);
  });

  it.each([
    '',
    'no json',
    'null',
    '[]',
    '{"cognitoIdentityId":"a"}',
    '{"cognitoIdentityId":1,"cognitoIdentityPoolId":"b"}',
  ])('is left out when it is %j', (text) => {
    expect(decodeCognitoIdentity(base64(text))).toBeUndefined();
  });
});
