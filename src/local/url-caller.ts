import type { IncomingMessage, ServerResponse } from 'node:http';
import { whenWritable } from '../http/drain.js';
import { BAD_GATEWAY, tooManyRequests, toResponse } from '../lambda/function-url.js';
import type { HttpHead } from '../lambda/proxy-response.js';
import { DEFAULT_STREAM_TYPE, HTTP_INTEGRATION_TYPE } from '../lambda/response-stream.js';
import { brokenPage } from './broken-page.js';
import { collected } from './collected.js';
import type { LocalFunction } from './function.js';
import type { Caller, Invocation, Refusal, ResponseStream } from './invocation.js';
import { PreludeStream, type StreamBody } from './prelude-stream.js';
import { sendText, sendUrlResponse, startUrlResponse } from './url-answer.js';

/** Whoever waits at a function's URL: gets the function's answer as HTTP, by the URL's invoke mode. */
export function urlCaller(fn: LocalFunction, request: IncomingMessage, response: ServerResponse): Caller {
  const cannotSend = (why: string, invocation: Invocation) => {
    fn.warn(`${fn.name} answered ${invocation.requestId} with what its URL cannot send: ${why}.`);
    sendUrlResponse(response, invocation, BAD_GATEWAY);
  };
  const streamed = (contentType: string | undefined, invocation: Invocation): ResponseStream => {
    const live = liveBody(response, invocation, (why) => cannotSend(why, invocation));
    if (contentType === HTTP_INTEGRATION_TYPE) return new PreludeStream(live);
    live.begin({ status: 200, headers: [['content-type', contentType ?? DEFAULT_STREAM_TYPE]] });
    return live;
  };
  const buffered: Caller = {
    succeed(payload, invocation) {
      const answer = toResponse(payload);
      if (answer.kind === 'unsendable') cannotSend(answer.why, invocation);
      else sendUrlResponse(response, invocation, answer);
    },
    fail: (_failure, invocation) => sendUrlResponse(response, invocation, BAD_GATEWAY),
    stream: (contentType, invocation) =>
      contentType === HTTP_INTEGRATION_TYPE
        ? new PreludeStream(heldBody(response, invocation, (why) => cannotSend(why, invocation)))
        : collected(buffered, invocation),
    refuse: (refusal, invocation) => refuse(refusal, invocation, request, response),
  };
  switch (fn.settings.invokeMode) {
    case 'BUFFERED':
      return buffered;
    case 'auto':
      return { ...buffered, stream: streamed };
    case 'RESPONSE_STREAM':
      // A buffered answer is sent as it is under this mode: AWS does not look into it (recorded: localstack
      // test_lambda.py, test_lambda_url_echo_invoke[RESPONSE_STREAM]).
      return {
        ...buffered,
        stream: streamed,
        succeed: (payload, invocation) =>
          sendUrlResponse(response, invocation, {
            status: 200,
            headers: [['content-type', DEFAULT_STREAM_TYPE]],
            body: payload,
          }),
      };
  }
}

/** Sends what it gets at once. */
function liveBody(
  response: ServerResponse,
  invocation: Invocation,
  refuse: (why: string) => void,
): StreamBody {
  return {
    begin: (head) => startUrlResponse(response, invocation, head),
    write: (chunk) => response.destroyed || response.write(chunk),
    whenDrained: (listener) => whenWritable(response, listener),
    end: () => void response.end(),
    // The status has been sent: a broken connection is all that can still tell of a failure.
    fail: () => void response.destroy(),
    refuse,
  };
}

/** Under BUFFERED a streaming function's answer is sent when it is whole. */
function heldBody(
  response: ServerResponse,
  invocation: Invocation,
  refuse: (why: string) => void,
): StreamBody {
  let head: HttpHead | undefined;
  const body = collected(
    {
      succeed: (bytes) => sendUrlResponse(response, invocation, { ...head!, body: bytes }),
      fail: () => sendUrlResponse(response, invocation, BAD_GATEWAY),
      stream: () => body,
      refuse: () => {},
    },
    invocation,
  );
  return {
    ...body,
    begin(begun) {
      head = begun;
    },
    refuse,
  };
}

function refuse(
  refusal: Refusal,
  invocation: Invocation,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  switch (refusal.kind) {
    case 'throttled':
      return sendUrlResponse(response, invocation, tooManyRequests(refusal.reason));
    case 'closing':
      return sendUrlResponse(response, invocation, BAD_GATEWAY);
    case 'broken':
      if (request.headers.accept?.includes('text/html')) {
        return sendText(response, invocation.requestId, 502, brokenPage(refusal.text), 'text/html');
      }
      return sendText(response, invocation.requestId, 502, `${refusal.text}\n`);
  }
}
