/** `X-Amz-Client-Context`: base64 of a JSON object, which the function gets decoded. */
import { MAX_CLIENT_CONTEXT_BYTES } from './limits.js';
import { badClientContext, clientContextTooLarge, type WireError } from './wire-errors.js';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The JSON text, or the refusal. Anything but an object is refused here, for a Rust function's process would end
 * over it (lambda_runtime: src/types.rs reads the header with serde and returns the error from `run`).
 */
export function decodeClientContext(
  base64: string,
): { readonly json: string; readonly kind: 'json' } | WireError {
  if (base64.length > MAX_CLIENT_CONTEXT_BYTES) return clientContextTooLarge(MAX_CLIENT_CONTEXT_BYTES);
  if (!BASE64.test(base64)) return badClientContext();
  const json = Buffer.from(base64, 'base64').toString('utf8');
  return isJsonObject(json) ? { kind: 'json', json } : badClientContext();
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
