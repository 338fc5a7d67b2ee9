/**
 * Who the caller is, where Amazon Cognito's credentials signed the request. AWS reads it from those credentials, which a
 * local service has no way to; so it takes it from a header of its own, in base64 as it takes the client context.
 */
export const COGNITO_IDENTITY_HEADER = 'X-Crablet-Cognito-Identity';

/**
 * As `Lambda-Runtime-Cognito-Identity` has it (RIE: internal/lambda/rapi/rendering/rendering.go; lambda_runtime 1.5.0:
 * src/types.rs, CognitoIdentity).
 */
export function cognitoIdentityJson(identity: {
  readonly identityId: string;
  readonly identityPoolId: string;
}): string {
  return JSON.stringify({
    cognitoIdentityId: identity.identityId,
    cognitoIdentityPoolId: identity.identityPoolId,
  });
}

/**
 * The header's JSON; undefined for what is not an identity, which no runtime is to meet: the process of a Rust function
 * ends over it.
 */
export function decodeCognitoIdentity(base64: string): string | undefined {
  try {
    const value = JSON.parse(Buffer.from(base64, 'base64').toString('utf8')) as Record<
      string,
      unknown
    > | null;
    const identityId = value?.['cognitoIdentityId'];
    const identityPoolId = value?.['cognitoIdentityPoolId'];
    if (typeof identityId !== 'string' || typeof identityPoolId !== 'string') return undefined;
    return cognitoIdentityJson({ identityId, identityPoolId });
  } catch {
    return undefined;
  }
}
