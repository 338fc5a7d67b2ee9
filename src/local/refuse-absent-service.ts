import type { IncomingMessage, ServerResponse } from 'node:http';
import { newId } from './ids.js';

/** Services that deploy tools ask beside Lambda, by their names in signatures, which are not answered here. */
const ABSENT: Readonly<Record<string, string>> = { events: 'EventBridge', monitoring: 'CloudWatch' };

/**
 * Answers a request that is signed for such a service as AWS's JSON protocols answer what they do not know, so that its
 * client tells what is wrong and not that it cannot read the answer. Whether it was one.
 */
export function refuseAbsentService(request: IncomingMessage, response: ServerResponse): boolean {
  const { method, headers } = request;
  const [, signedFor = ''] =
    /Credential=[^,]*\/([a-z]+)\/aws4_request/.exec(headers.authorization ?? '') ?? [];
  const service = Object.hasOwn(ABSENT, signedFor) ? ABSENT[signedFor] : undefined;
  if (method !== 'POST' || service === undefined) return false;
  request.resume();
  const type = 'UnknownOperationException';
  const body = JSON.stringify({ __type: type, message: `the local service has no ${service}` });
  response.writeHead(400, {
    'Content-Type': 'application/x-amz-json-1.1',
    'x-amzn-RequestId': newId(),
    'x-amzn-ErrorType': type,
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
  return true;
}
