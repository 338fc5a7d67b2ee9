import type { ReportRecord } from '../lambda/log-records.js';
import { type LoggedLine, requestIdIn } from './log-line.js';

/** What a log is read as: requests, each with its lines, and what belongs to none. */
export type Block =
  | {
      readonly kind: 'request';
      readonly requestId: string;
      readonly function: string;
      /** When it began, as far as the log tells. */
      readonly time: number;
      /** Undefined where the log ends before the request does. */
      readonly report: ReportRecord | undefined;
      /** All of its lines, Lambda's own too. */
      readonly lines: readonly LoggedLine[];
    }
  | { readonly kind: 'line'; readonly line: LoggedLine };

interface Open {
  readonly requestId: string;
  readonly lines: LoggedLine[];
}

/**
 * Sorts lines, which come in the order of their time, into requests. An environment has a stream of its own, and
 * one request at a time: what stands between START and REPORT is the request's. Environments that take several at
 * once, and logs whose level leaves START out, are told by the id that a line names itself.
 */
export class RequestFolder {
  /** By stream, then by request. */
  private readonly open = new Map<string, Map<string, Open>>();

  /** @returns the blocks that are complete with this line */
  take(line: LoggedLine): Block[] {
    const { record } = line;
    const requestId = record && 'requestId' in record ? record.requestId : this.requestOf(line);
    if (requestId === undefined || requestId === '') return [{ kind: 'line', line }];
    const requests = this.requestsOf(line);
    const request = requests.get(requestId) ?? { requestId, lines: [] };
    requests.set(requestId, request);
    request.lines.push(line);
    if (record?.type !== 'report') return [];
    requests.delete(requestId);
    if (requests.size === 0) this.open.delete(keyOf(line));
    return [blockOf(request, record)];
  }

  /** The request that a line belongs to, which only the lines before it may tell. Nothing is kept of the line. */
  requestIdOf(line: LoggedLine): string | undefined {
    const { record } = line;
    const requestId = record && 'requestId' in record ? record.requestId : this.requestOf(line);
    if (requestId === undefined || requestId === '') return undefined;
    const requests = this.requestsOf(line);
    if (record?.type === 'report') {
      requests.delete(requestId);
      if (requests.size === 0) this.open.delete(keyOf(line));
    } else if (!requests.has(requestId)) requests.set(requestId, { requestId, lines: [] });
    return requestId;
  }

  /** What is left when the log ends, in the order of time. */
  flush(): Block[] {
    const left = [...this.open.values()].flatMap((requests) => [...requests.values()]);
    this.open.clear();
    return left.map((request) => blockOf(request, undefined)).sort((a, b) => timeOf(a) - timeOf(b));
  }

  private requestOf(line: LoggedLine): string | undefined {
    const requests = this.open.get(keyOf(line));
    // Lambda's own line without a request is about the environment.
    if (line.record !== undefined) return undefined;
    const named = requestIdIn(line.message);
    if (named !== undefined && (requests === undefined || requests.has(named))) return named;
    return requests?.size === 1 ? requests.keys().next().value : named;
  }

  private requestsOf(line: LoggedLine): Map<string, Open> {
    const key = keyOf(line);
    const found = this.open.get(key) ?? new Map<string, Open>();
    this.open.set(key, found);
    return found;
  }
}

const keyOf = ({ group, stream }: LoggedLine) => `${group}\n${stream}`;

function blockOf({ requestId, lines }: Open, report: ReportRecord | undefined): Block {
  const first = lines[0]!;
  return { kind: 'request', requestId, function: first.function, time: first.time, report, lines };
}

function timeOf(block: Block): number {
  return block.kind === 'line' ? block.line.time : block.time;
}
