/** Whether a payload is JSON, and if not, what AWS says about it. */
import { findJsonFault } from './json-fault.js';

// Decodes strictly and keeps a byte order mark, which JSON does not allow. It holds no state between calls.
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * `undefined` for JSON and for no payload at all (the function gets `{}` then), else the second half of AWS's
 * message: `Could not parse payload into json: …`, for `invalidJson` in wire-errors.ts.
 */
export function describeInvalidJson(payload: Uint8Array): string | undefined {
  if (payload.length === 0 || isJson(payload)) return undefined;
  const { message, line, column } = findJsonFault(payload);
  return `Could not parse payload into json: ${message}\n at ${location(line, column)}`;
}

function isJson(payload: Uint8Array): boolean {
  try {
    JSON.parse(UTF8.decode(payload));
    return true;
  } catch {
    return false;
  }
}

// Verbatim what AWS's parser prints for a place in a source that it does not show.
function location(line: number, column: number): string {
  return `[Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: ${line}, column: ${column}]`;
}
