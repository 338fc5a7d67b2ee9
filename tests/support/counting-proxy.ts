import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** In front of an emulator of AWS: knows which calls change something, and when one has been carried out. */
export interface CountingProxy {
  readonly url: string;
  /** Such calls that were carried out: `PUT /2015-03-31/functions/…`, `CreateRole`. */
  readonly writes: readonly string[];
  stop(): Promise<void>;
}

/** @param onWrite called when a call has been carried out, before its answer goes back */
export async function countingProxy(
  target: string,
  onWrite: (count: number) => void,
): Promise<CountingProxy> {
  const writes: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const name = nameOf(request.method ?? '', request.url ?? '', request.headers, body);
    const { method, headers, url = '/' } = request;
    const forwarded = send(new URL(url, target), { method, headers }, async (answer) => {
      const parts: Buffer[] = [];
      for await (const part of answer) parts.push(part as Buffer);
      if (name !== undefined && (answer.statusCode ?? 500) < 400) {
        writes.push(name);
        onWrite(writes.length);
      }
      const { 'transfer-encoding': _, ...rest } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, rest);
      response.end(Buffer.concat(parts));
    });
    forwarded.on('error', () => response.destroy());
    forwarded.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    writes,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const READS = /^(Get|List|Describe)/;

/** Undefined for a call that only reads. IAM names its operation in the body, EventBridge and Logs in a header. */
function nameOf(
  method: string,
  url: string,
  headers: NodeJS.Dict<string | string[]>,
  body: Buffer,
): string | undefined {
  const [path = ''] = url.split('?');
  const target =
    String(headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1) ?? '';
  const isForm = String(headers['content-type']).includes('urlencoded');
  const operation = isForm ? (new URLSearchParams(body.toString('utf8')).get('Action') ?? '') : target;
  if (operation !== '') return READS.test(operation) ? undefined : operation;
  return method === 'GET' || method === 'HEAD' ? undefined : `${method} ${path}`;
}
