/** The X-Ray trace header of an invocation. */

/** How many random hexadecimal digits `traceHeader` needs: 24 for the root, 16 for the parent. */
export const TRACE_HEX_DIGITS = 40;

const ROOT = /^1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}$/;
const SEGMENT = /^[0-9a-fA-F]{16}$/;

/**
 * `Root=1-<seconds>-<random>;Parent=<random>;Sampled=0|1`. A caller's own header keeps its root and its
 * sampling decision; the parent is new, for the invocation is a segment of its own.
 * @param sampledByDefault where the caller leaves that open
 */
export function traceHeader(
  nowMs: number,
  randomHex: string,
  incoming?: string,
  sampledByDefault = false,
): string {
  const given = incoming === undefined ? undefined : parseTraceHeader(incoming);
  const seconds = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, '0')
    .slice(-8);
  const root = given?.root ?? `1-${seconds}-${randomHex.slice(0, 24)}`;
  const sampled = (given?.sampled ?? sampledByDefault) ? '1' : '0';
  return `Root=${root};Parent=${randomHex.slice(24, 40)};Sampled=${sampled}`;
}

/**
 * A trace header of ours as answers carry it: AWS spells the names there in lower case (recorded from a URL in 2024,
 * see cors.ts, and from Invoke in 2021, erlcloud/erlcloud#690).
 */
export function answeredTrace(header: string): string {
  return header.replace('Root', 'root').replace('Parent', 'parent').replace('Sampled', 'sampled');
}

/**
 * What a function finds as `x-amzn-trace-id` in the event of its URL: what the client sent, or a root alone (recorded
 * from a URL in 2024).
 */
export function eventTrace(header: string, incoming: string | undefined): string {
  if (incoming !== undefined && parseTraceHeader(incoming).root !== undefined) return incoming;
  return header.slice(0, header.indexOf(';'));
}

export interface TraceFacts {
  readonly root?: string;
  readonly parent?: string;
  /** Absent when the header leaves the decision open (`Sampled=?`) or says nothing. */
  readonly sampled?: boolean;
}

/** The known parts of a trace header; a part that is malformed counts as absent. */
export function parseTraceHeader(header: string): TraceFacts {
  const facts: { root?: string; parent?: string; sampled?: boolean } = {};
  for (const part of header.split(';')) {
    const equals = part.indexOf('=');
    if (equals < 0) continue;
    const name = part.slice(0, equals).trim().toLowerCase();
    const value = part.slice(equals + 1).trim();
    if (name === 'root' && ROOT.test(value)) facts.root = value;
    else if (name === 'parent' && SEGMENT.test(value)) facts.parent = value;
    else if (name === 'sampled' && (value === '0' || value === '1')) facts.sampled = value === '1';
  }
  return facts;
}
