import {
  type Asked,
  type Authorization,
  type AuthorizerResult,
  decide,
} from '../../lambda/api-gateway/authorizer-answer.js';
import { AUTHORIZER_TIMEOUT_MS, type FunctionAuthorizer } from '../../lambda/api-gateway/definition.js';
import type { Functions } from '../functions.js';
import { invokeDirectly } from '../invoke-direct.js';

interface Kept {
  readonly untilMs: number;
  readonly result: Promise<AuthorizerResult>;
}

/** Of so many identities an answer is kept, which is a few megabytes: a load test with a token for each request is none the wiser. */
const MOST_KEPT = 10_000;

/** What Lambda authorizers have answered, for as long as their caches hold: one who is known is not asked about again. */
export class AuthorizerCache {
  /** In the order in which they came. */
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly most = MOST_KEPT) {}

  clear(): void {
    this.kept.clear();
  }

  get(key: string, nowMs: number): Promise<AuthorizerResult> | undefined {
    const found = this.kept.get(key);
    if (found && found.untilMs > nowMs) return found.result;
    this.kept.delete(key);
    return undefined;
  }

  put(key: string, untilMs: number, result: Promise<AuthorizerResult>): void {
    const one = { untilMs, result };
    this.kept.delete(key);
    this.kept.set(key, one);
    const [oldest] = this.kept.keys();
    if (this.kept.size > this.most && oldest !== undefined) this.kept.delete(oldest);
    // A failure is nothing to remember; meanwhile there may be another answer.
    void result.then(({ kind }) => {
      if (kind === 'failed' && this.kept.get(key) === one) this.kept.delete(key);
    });
  }
}

/** Asks a Lambda authorizer, or what it said about the same identity a while ago. The policy is read for each request anew. */
export async function askFunction(
  functions: Functions,
  authorizer: FunctionAuthorizer,
  identity: readonly string[],
  event: () => string,
  asked: Asked,
): Promise<Authorization> {
  const { cacheSeconds, id } = authorizer;
  const cache = functions.apis.authorizations;
  const key = JSON.stringify([id, ...identity]);
  const nowMs = Date.now();
  const holds = cacheSeconds > 0 && identity.length > 0;
  const known = holds ? cache.get(key, nowMs) : undefined;
  const result = known ?? invoked(functions, authorizer, event());
  if (holds && !known) cache.put(key, nowMs + cacheSeconds * 1000, result);
  return decide(authorizer, await result, asked);
}

async function invoked(
  functions: Functions,
  { function: name }: FunctionAuthorizer,
  event: string,
): Promise<AuthorizerResult> {
  let stop = () => {};
  const late = new Promise<AuthorizerResult>((resolve) => {
    const message = `it took longer than ${AUTHORIZER_TIMEOUT_MS / 1000} s`;
    stop = functions.serving.clock.after(AUTHORIZER_TIMEOUT_MS, () => resolve({ kind: 'failed', message }));
  });
  try {
    return await Promise.race([late, ran(functions, name, event)]);
  } finally {
    stop();
  }
}

async function ran(functions: Functions, name: string, event: string): Promise<AuthorizerResult> {
  try {
    const { payload, functionError } = await invokeDirectly(functions, name, Buffer.from(event));
    const value: unknown = JSON.parse(payload.toString('utf8'));
    if (functionError === undefined) return { kind: 'answered', value };
    const { errorMessage } = (value ?? {}) as { errorMessage?: unknown };
    return { kind: 'failed', message: String(errorMessage ?? functionError) };
  } catch (error) {
    return { kind: 'failed', message: (error as Error).message };
  }
}
