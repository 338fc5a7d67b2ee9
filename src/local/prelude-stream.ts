import type { HttpHead } from '../lambda/proxy-response.js';
import { PreludeSplitter } from '../lambda/response-stream.js';
import type { Failure, ResponseStream } from './invocation.js';

/** Where the body of a streamed answer goes once its status and headers are known. */
export interface StreamBody extends ResponseStream {
  begin(head: HttpHead): void;
  /** The answer cannot be sent; nothing has begun. */
  refuse(why: string): void;
}

/** Takes the status and headers off the front of a stream, at whatever chunk borders they come. */
export class PreludeStream implements ResponseStream {
  private readonly splitter = new PreludeSplitter();
  private state: 'head' | 'body' | 'refused' = 'head';

  constructor(private readonly body: StreamBody) {}

  write(chunk: Buffer): boolean {
    if (this.state === 'body') return this.body.write(chunk);
    if (this.state === 'refused') return true;
    const result = this.splitter.push(chunk);
    if (result === 'need-more') return true;
    if (result.kind === 'invalid') {
      this.refuse(result.why);
      return true;
    }
    this.state = 'body';
    this.body.begin(result.prelude);
    return result.rest.length === 0 || this.body.write(Buffer.from(result.rest));
  }

  whenDrained(listener: () => void): void {
    this.body.whenDrained(listener);
  }

  end(): void {
    if (this.state === 'body') this.body.end();
    else if (this.state === 'head') this.refuse(this.splitter.end().why);
  }

  fail(failure: Failure): void {
    if (this.state === 'body') this.body.fail(failure);
    else if (this.state === 'head') this.refuse(failure.errorType);
  }

  private refuse(why: string): void {
    this.state = 'refused';
    this.body.refuse(why);
  }
}
