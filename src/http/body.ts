import type { HttpRequest } from './message.js';

/** A request's body, or why there is none. The bytes are those of the wire: nothing is decoded or copied twice. */
export type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  /** The connection ended before the body did. */
  | { readonly kind: 'truncated' };

const NOTHING = Buffer.alloc(0);
const EMPTY: Body = { kind: 'whole', bytes: NOTHING };

/**
 * Reads a body of at most `limit` bytes and calls back once. A larger one is drained, so that the sender can read
 * our answer; the callback comes as soon as the limit is passed.
 */
export function readBody(request: HttpRequest, limit: number, done: (body: Body) => void): void {
  const { headers } = request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    // Most requests to a URL are a GET: they need not go through a stream to be found empty.
    done(EMPTY);
    return;
  }
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let size = 0;
  let settled = false;
  const settle = (body: Body) => {
    if (settled) return;
    settled = true;
    done(body);
  };
  if (Number(headers['content-length'] ?? 0) > limit) {
    request.resume();
    settle({ kind: 'too-large' });
    return;
  }
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) {
      first = undefined;
      more = undefined;
      settle({ kind: 'too-large' });
    } else if (first === undefined) first = chunk;
    else if (more === undefined) more = [first, chunk];
    else more.push(chunk);
  });
  request.on('end', () =>
    settle({ kind: 'whole', bytes: more ? Buffer.concat(more, size) : (first ?? NOTHING) }),
  );
  request.on('error', () => settle({ kind: 'truncated' }));
  request.on('close', () => settle({ kind: 'truncated' }));
}
