import { whenWritable } from '../http/drain.js';
import type { HttpAnswer, HttpRequest } from '../http/message.js';
import { type Header, saidTwice } from '../lambda/cors.js';
import { BAD_GATEWAY, tooManyRequests, toResponse, type UrlResponse } from '../lambda/function-url.js';
import type { HttpHead } from '../lambda/proxy-response.js';
import { DEFAULT_STREAM_TYPE, HTTP_INTEGRATION_TYPE } from '../lambda/response-stream.js';
import { brokenPage } from './broken-page.js';
import { collected } from './collected.js';
import type { LocalFunction } from './function.js';
import type { InvokeMode } from './function-settings.js';
import type { Caller, Failure, Invocation, Refusal, ResponseStream } from './invocation.js';
import { PreludeStream, type StreamBody } from './prelude-stream.js';
import type { Serving } from './serving.js';
import { type AnswerOf, sendText, sendUrlResponse, startUrlResponse } from './url-answer.js';

/** Whoever waits at a function's URL: gets the function's answer as HTTP, by the URL's invoke mode. */
export class UrlCaller implements Caller {
  private readonly mode: InvokeMode;

  constructor(
    private readonly fn: LocalFunction,
    private readonly serving: Serving,
    private readonly request: HttpRequest,
    private readonly response: HttpAnswer,
    /** What the URL's CORS adds to the answer. */
    private readonly added: readonly Header[] | undefined,
    mode = fn.settings.invokeMode,
  ) {
    this.mode = mode;
  }

  succeed(payload: Buffer, invocation: Invocation): void {
    if (this.mode === 'RESPONSE_STREAM') return this.sendAsItIs(payload, invocation);
    const answer = toResponse(payload);
    if (answer.kind === 'unsendable') this.cannotSend(answer.why, invocation);
    else this.send(answer, invocation);
  }

  fail(_failure: Failure, invocation: Invocation): void {
    this.send(BAD_GATEWAY, invocation);
  }

  stream(contentType: string | undefined, invocation: Invocation): ResponseStream {
    const withPrelude = contentType === HTTP_INTEGRATION_TYPE;
    const unsendable = (why: string) => this.cannotSend(why, invocation);
    if (this.mode === 'BUFFERED') {
      if (!withPrelude) return collected(this, invocation);
      return new PreludeStream(this.heldBody(invocation, unsendable));
    }
    const live = this.liveBody(invocation, unsendable);
    if (withPrelude) return this.serving.shape(new PreludeStream(live));
    live.begin({ status: 200, headers: [['content-type', contentType ?? DEFAULT_STREAM_TYPE]] });
    return this.serving.shape(live);
  }

  refuse(refusal: Refusal, invocation: Invocation): void {
    switch (refusal.kind) {
      case 'throttled':
        return this.send(tooManyRequests(refusal.reason), invocation);
      case 'no-place':
      case 'closing':
        return this.send(BAD_GATEWAY, invocation);
      case 'broken':
        return this.sendBroken(refusal.text, invocation);
    }
  }

  /**
   * A buffered answer of a streaming URL is sent as it is: AWS does not look into it (recorded: localstack
   * test_lambda.py, test_lambda_url_echo_invoke[RESPONSE_STREAM]).
   */
  private sendAsItIs(payload: Buffer, invocation: Invocation): void {
    const headers: [string, string][] = [['content-type', DEFAULT_STREAM_TYPE]];
    this.send({ status: 200, headers, body: payload }, invocation);
  }

  private cannotSend(why: string, invocation: Invocation): void {
    this.fn.warn(`${this.fn.name} answered ${invocation.requestId} with what its URL cannot send: ${why}.`);
    this.send(BAD_GATEWAY, invocation);
  }

  /** The compiler's words, as a page to a browser. */
  private sendBroken(text: string, { requestId }: Invocation): void {
    if (this.request.headers.accept?.includes('text/html')) {
      return sendText(this.response, requestId, 502, brokenPage(text), 'text/html');
    }
    return sendText(this.response, requestId, 502, `${text}\n`);
  }

  private send(answer: UrlResponse, invocation: Invocation): void {
    sendUrlResponse(this.response, this.of(invocation, answer.headers), answer);
  }

  /** What the answer tells beside what the function says. */
  private of(invocation: Invocation, own: readonly Header[]): AnswerOf {
    const { added } = this;
    if (added === undefined) return invocation;
    const twice = saidTwice(own, added);
    if (twice) {
      this.serving.warnOnce(
        `${this.fn.name} answers with '${twice}', and its URL is configured to send that too: browsers refuse two. ` +
          'Take it out of the function, or cors out of [….deploy.function_url].',
      );
    }
    return { requestId: invocation.requestId, traceId: invocation.traceId, added };
  }

  /** Sends what it gets at once. */
  private liveBody(invocation: Invocation, refuse: (why: string) => void): StreamBody {
    const { response } = this;
    return {
      begin: (head) => startUrlResponse(response, this.of(invocation, head.headers), head),
      write: (chunk) => response.destroyed || response.write(chunk),
      whenDrained: (listener) => whenWritable(response, listener),
      end: () => void response.end(),
      // The status has been sent: a broken connection is all that can still tell of a failure.
      fail: () => void response.destroy(),
      refuse,
    };
  }

  /** Under BUFFERED a streaming function's answer is sent when it is whole. */
  private heldBody(invocation: Invocation, refuse: (why: string) => void): StreamBody {
    let head: HttpHead | undefined;
    const body = collected(
      {
        succeed: (bytes) => this.send({ ...head!, body: bytes }, invocation),
        fail: () => this.send(BAD_GATEWAY, invocation),
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
}
