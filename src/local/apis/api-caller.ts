import type { HttpAnswer, HttpRequest } from '../../http/message.js';
import { message } from '../../lambda/api-gateway/message.js';
import type { UrlResponse } from '../../lambda/function-url-response.js';
import type { Unsendable } from '../../lambda/proxy-response.js';
import { brokenPage } from '../broken-page.js';
import { collected } from '../collected.js';
import type { LocalFunction } from '../function.js';
import type { Caller, Failure, Invocation, Refusal, ResponseStream } from '../invocation.js';
import type { Serving } from '../serving.js';
import { type ApiAnswerOf, sendApiResponse } from './api-answer.js';

/** How an API turns what became of an invocation into HTTP. */
export interface AnswerRules {
  readonly toResponse: (payload: Uint8Array) => UrlResponse | Unsendable;
  readonly failed: UrlResponse;
  readonly timedOut: UrlResponse;
  readonly throttled: UrlResponse;
}

/** Whoever waits at an API: gets the function's answer, or the API's word when that takes longer than its integration may. */
export class ApiCaller implements Caller {
  private settled = false;
  private readonly stopTimer: () => void;

  constructor(
    private readonly fn: LocalFunction,
    serving: Serving,
    private readonly to: {
      readonly request: HttpRequest;
      readonly response: HttpAnswer;
      readonly of: ApiAnswerOf;
    },
    private readonly how: { readonly rules: AnswerRules; readonly timeoutMs: number },
  ) {
    this.stopTimer = serving.clock.after(how.timeoutMs, () => {
      fn.warn(
        `${fn.name} took longer than the ${how.timeoutMs / 1000} s that its integration in ${to.of.api.name} has: its caller was told so. It runs on.`,
      );
      this.send(how.rules.timedOut);
    });
  }

  succeed(payload: Buffer, { requestId }: Invocation): void {
    const answer = this.how.rules.toResponse(payload);
    if (answer.kind !== 'unsendable') return this.send(answer);
    this.fn.warn(
      `${this.fn.name} answered ${requestId} with what ${this.to.of.api.name} cannot send: ${answer.why}.`,
    );
    this.send(this.how.rules.failed);
  }

  fail(_failure: Failure, _invocation: Invocation): void {
    this.send(this.how.rules.failed);
  }

  /** API Gateway invokes functions so that they answer as a whole, and takes what a stream was made of for it. */
  stream(_contentType: string | undefined, invocation: Invocation): ResponseStream {
    return collected(this, invocation);
  }

  refuse(refusal: Refusal, _invocation: Invocation): void {
    switch (refusal.kind) {
      case 'throttled':
        return this.send(this.how.rules.throttled);
      case 'no-place':
      case 'closing':
        return this.send(this.how.rules.failed);
      case 'broken': {
        const { accept } = this.to.request.headers;
        return this.send(
          accept?.includes('text/html')
            ? {
                status: 502,
                headers: [['content-type', 'text/html; charset=utf-8']],
                body: brokenPage(refusal.text),
              }
            : message(502, refusal.text),
        );
      }
    }
  }

  private send(answer: UrlResponse): void {
    if (this.settled) return;
    this.settled = true;
    this.stopTimer();
    sendApiResponse(this.to.response, this.to.of, answer);
  }
}
