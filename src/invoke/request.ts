/** One invocation as a person asks for it; local and remote carry it out alike. */
export interface InvokeRequest {
  readonly functionName: string;
  readonly payload: Buffer;
  readonly type: 'RequestResponse' | 'Event' | 'DryRun';
  readonly qualifier?: string | undefined;
  /** JSON, not encoded. */
  readonly clientContext?: string | undefined;
  /** Of a local invocation: who Amazon Cognito would say the caller is. */
  readonly cognitoIdentity?: CognitoIdentity | undefined;
  readonly logTail: boolean;
  /** Takes the answer chunk by chunk as the function streams it. */
  readonly onChunk?: ((chunk: Buffer) => void) | undefined;
}

export interface CognitoIdentity {
  readonly identityId: string;
  readonly identityPoolId: string;
}

export interface InvokeAnswer {
  readonly statusCode: number;
  /** Empty when it was streamed, or nothing waits for an answer. */
  readonly payload: Buffer;
  readonly requestId?: string | undefined;
  readonly executedVersion?: string | undefined;
  /** Set when the function failed: the payload, or `errorDetails` of a stream, tells how. */
  readonly functionError?: string | undefined;
  readonly errorDetails?: string | undefined;
  /** The end of the invocation's log, decoded. */
  readonly log?: string | undefined;
}
