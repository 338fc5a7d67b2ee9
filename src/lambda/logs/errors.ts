/**
 * What CloudWatch Logs answers when it refuses a request: `application/x-amz-json-1.1`, always with the status 400.
 * The texts are recorded (tests/golden/logs-errors.json) unless they are marked "by analogy".
 */
export interface LogsRefusal {
  readonly code: string;
  readonly message: string;
}

/** A refusal on its way from where it is noticed to where it is answered. */
export class LogsError extends Error {
  constructor(readonly refusal: LogsRefusal) {
    super(refusal.message);
  }
}

/** The body of the answer. */
export function refusalBody({ code, message }: LogsRefusal): string {
  return JSON.stringify({ __type: code, message });
}

export const noSuchGroup = () => notFound('The specified log group does not exist.');
export const noSuchStream = () => notFound('The specified log stream does not exist.');
export const badToken = () => invalidParameter('The specified nextToken is invalid.');

export function invalidParameter(message: string): LogsError {
  return new LogsError({ code: 'InvalidParameterException', message });
}

/** By analogy with the Lambda API's and other services' of the same protocol. */
export function notJson(): LogsError {
  return new LogsError({ code: 'SerializationException', message: 'Could not parse the request body.' });
}

/** AWS's code; the text is ours, for AWS's says nothing. */
export function unknownOperation(operation: string, known: readonly string[]): LogsError {
  const message = `The local CloudWatch Logs has no ${operation || 'such operation'}. It has: ${known.join(', ')}`;
  return new LogsError({ code: 'UnknownOperationException', message });
}

function notFound(message: string): LogsError {
  return new LogsError({ code: 'ResourceNotFoundException', message });
}
