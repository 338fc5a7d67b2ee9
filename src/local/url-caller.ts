import { whenWritable } from '../http/drain.js';
import type { HttpAnswer, HttpRequest } from '../http/message.js';
import { BAD_GATEWAY, tooManyRequests, toResponse } from '../lambda/function-url.js';
import type { HttpHead } from '../lambda/proxy-response.js';
import { DEFAULT_STREAM_TYPE, HTTP_INTEGRATION_TYPE } from '../lambda/response-stream.js';
import { brokenPage } from './broken-page.js';
import { collected } from './collected.js';
import type { LocalFunction } from './function.js';
import type { InvokeMode } from './function-settings.js';
import type { Caller, Failure, Invocation, Refusal, ResponseStream } from './invocation.js';
import { PreludeStream, type StreamBody } from './prelude-stream.js';
import { sendText, sendUrlResponse, startUrlResponse } from './url-answer.js';

/** Whoever waits at a function's URL: gets the function's answer as HTTP, by the URL's invoke mode. */
export class UrlCaller implements Caller {
  private readonly mode: InvokeMode;

  constructor(
    private readonly fn: LocalFunction,
    private readonly request: HttpRequest,
    private readonly response: HttpAnswer,
  ) {
    this.mode = fn.settings.invokeMode;
  }

  succeed(payload: Buffer, invocation: Invocation): void {
    if (this.mode === 'RESPONSE_STREAM') return this.sendAsItIs(payload, invocation);
    const answer = toResponse(payload);
    if (answer.kind === 'unsendable') this.cannotSend(answer.why, invocation);
    else sendUrlResponse(this.response, invocation, answer);
  }

  fail(_failure: Failure, invocation: Invocation): void {
    sendUrlResponse(this.response, invocation, BAD_GATEWAY);
  }

  stream(contentType: string | undefined, invocation: Invocation): ResponseStream {
    const withPrelude = contentType === HTTP_INTEGRATION_TYPE;
    const unsendable = (why: string) => this.cannotSend(why, invocation);
    if (this.mode === 'BUFFERED') {
      if (!withPrelude) return collected(this, invocation);
      return new PreludeStream(heldBody(this.response, invocation, unsendable));
    }
    const live = liveBody(this.response, invocation, unsendable);
    if (withPrelude) return new PreludeStream(live);
    live.begin({ status: 200, headers: [['content-type', contentType ?? DEFAULT_STREAM_TYPE]] });
    return live;
  }

  refuse(refusal: Refusal, invocation: Invocation): void {
    refuse(refusal, invocation, this.request, this.response);
  }

  /**
   * A buffered answer of a streaming URL is sent as it is: AWS does not look into it (recorded: localstack
   * test_lambda.py, test_lambda_url_echo_invoke[RESPONSE_STREAM]).
   */
  private sendAsItIs(payload: Buffer, invocation: Invocation): void {
    const headers: [string, string][] = [['content-type', DEFAULT_STREAM_TYPE]];
    sendUrlResponse(this.response, invocation, { status: 200, headers, body: payload });
  }

  private cannotSend(why: string, invocation: Invocation): void {
    this.fn.warn(`${this.fn.name} answered ${invocation.requestId} with what its URL cannot send: ${why}.`);
    sendUrlResponse(this.response, invocation, BAD_GATEWAY);
  }
}

/** Sends what it gets at once. */
function liveBody(response: HttpAnswer, invocation: Invocation, refuse: (why: string) => void): StreamBody {
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
function heldBody(response: HttpAnswer, invocation: Invocation, refuse: (why: string) => void): StreamBody {
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

function refuse(refusal: Refusal, invocation: Invocation, request: HttpRequest, response: HttpAnswer): void {
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
