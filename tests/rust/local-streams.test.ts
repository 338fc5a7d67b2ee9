import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { InvokeWithResponseStreamCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, inject, it } from 'vitest';
import type { FunctionDefinition, LocalLambda, LocalLambdaOptions } from '../../src/local/local-lambda.js';
import { serveReal } from '../support/functions.js';
import { http, openHttp } from '../support/http.js';
import { eventually, stateOf, temporaryFolder } from '../support/processes.js';
import { awsEnvironment, runProgram } from '../support/programs.js';
import { pythonClient, WITHOUT_PYTHON_CLIENTS } from '../support/python-clients.js';

/** Streams of the official crates that are long, break off, or whose reader is slow or gone. */

const built = inject('functions');
const MB = 1_048_576;
const folders: { remove(): void }[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

interface Flood extends LocalLambda {
  readonly warnings: string[];
  /** A stream of so many megabytes; what it says of its progress is in `progress`. */
  ask(megabytes: number, then?: string): string;
  progress(): string;
}

async function flood(
  settings: Partial<FunctionDefinition> = {},
  options: Partial<LocalLambdaOptions> = {},
): Promise<Flood> {
  const folder = temporaryFolder();
  folders.push(folder);
  const file = join(folder.path, 'progress');
  const warnings: string[] = [];
  const service = await serveReal({
    functions: [{ name: 'flood', bootstrap: built['flood']!, timeoutSeconds: 60, ...settings }],
    onWarning: (text) => warnings.push(text),
    ...options,
  });
  return {
    ...service,
    warnings,
    ask: (megabytes, then = 'end') =>
      `${service.url}/?megabytes=${megabytes}&then=${then}&progress=${encodeURIComponent(file)}`,
    progress: () => (existsSync(file) ? readFileSync(file, 'utf8') : ''),
  };
}

async function sizeOf(response: IncomingMessage): Promise<number> {
  let size = 0;
  for await (const data of response) size += (data as Buffer).length;
  return size;
}

/** The whole event that a URL makes of a request, for the Invoke API. */
const eventOf = (query: string) =>
  JSON.stringify({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/',
    rawQueryString: query,
    headers: {},
    queryStringParameters: Object.fromEntries(new URLSearchParams(query)),
    requestContext: {
      http: { method: 'GET', path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
      timeEpoch: 0,
    },
    isBase64Encoded: false,
  });

describe('a reader of a URL', () => {
  it('that reads all gets all, also more than a buffered answer may have', async () => {
    const service = await flood();
    expect(await sizeOf(await openHttp(service.ask(64)))).toBe(64 * MB);
    await eventually('the function is done', () => service.progress() === 'done');
  });

  it('that reads slowly slows the function down', async () => {
    const service = await flood();
    const response = await openHttp(service.ask(128));
    const reached = await standstill(() => Number(service.progress()));
    expect(reached).toBeLessThan(64 * 16);
    expect(await sizeOf(response)).toBe(128 * MB);
  });

  it('that leaves does not end the function, whose environment takes the next', async () => {
    const service = await flood();
    const response = await openHttp(service.ask(64));
    const process = response.headers['x-process'];
    response.destroy();
    await eventually('the function goes on to its end', () => service.progress() === 'done');
    await eventually('it rests', () => stateOf(Number(process)) === 'T');
    const next = await http(service.ask(1));
    expect([next.body.length, next.headers['x-process']]).toEqual([MB, process]);
    expect(service.environmentCount('flood')).toBe(1);
  });
});

describe('a stream that breaks off', () => {
  it('with its process is a transfer that curl sees broken, and the next request gets a new process', async () => {
    const service = await flood();
    const run = await runProgram('curl', [
      '-sS',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      service.ask(1, 'exit'),
    ]);
    expect([run.code, run.stdout]).toEqual([18, '200']);
    expect((await http(service.ask(1))).body).toHaveLength(MB);
  });

  it('with its time too', async () => {
    const service = await flood({ timeoutSeconds: 2 });
    await expect(http(service.ask(1, 'hang'))).rejects.toThrow('aborted');
  });

  it('by its handler ends as lambda_runtime ends it, and the reason is told at the terminal', async () => {
    const service = await flood();
    const answer = await http(service.ask(1, 'abort'));
    expect(answer.text).toMatch(/Lambda-Runtime-Function-Error-Type: Runtime\.StreamError\r\n/);
    expect(service.warnings).toEqual([expect.stringMatching(/^flood broke its stream off: \S/)]);
  });
});

describe('InvokeWithResponseStream', () => {
  async function streamed(service: LocalLambda, query: string) {
    const client = new LambdaClient({
      endpoint: service.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    const input = { FunctionName: 'flood', Payload: eventOf(query), LogType: 'Tail' as const };
    const { EventStream } = await client.send(new InvokeWithResponseStreamCommand(input));
    let size = 0;
    for await (const { PayloadChunk, InvokeComplete } of EventStream ?? []) {
      size += PayloadChunk?.Payload?.length ?? 0;
      if (InvokeComplete) return { size, complete: InvokeComplete };
    }
    throw new Error('the stream ended without InvokeComplete');
  }

  it.each<[string, string, object]>([
    ['nothing', 'megabytes=2', {}],
    ['the end of the process', 'megabytes=2&then=exit', { ErrorCode: 'Runtime.TruncatedResponse' }],
    ['a timeout', 'megabytes=2&then=hang', { ErrorCode: 'Sandbox.Timedout' }],
  ])('tells the AWS SDK of %s, and the log', async (_what, query, told) => {
    const service = await flood({ timeoutSeconds: 3 });
    const { size, complete } = await streamed(service, query);
    expect(size).toBeGreaterThanOrEqual(2 * MB);
    const { LogResult, ...rest } = complete;
    expect(rest).toEqual(told);
    expect(Buffer.from(LogResult ?? '', 'base64').toString()).toMatch(
      /^START RequestId[\s\S]*REPORT RequestId/,
    );
  });

  const python = pythonClient('python');

  it.skipIf(!python)(`tells boto3${python ? '' : `: ${WITHOUT_PYTHON_CLIENTS}`}`, async () => {
    const service = await flood({ timeoutSeconds: 3 });
    const source = `
import boto3, json, sys
from botocore.config import Config
lambda_ = boto3.client('lambda', config=Config(retries={'total_max_attempts': 1}))
def told(payload):
    size, end = 0, None
    for event in lambda_.invoke_with_response_stream(FunctionName='flood', Payload=payload)['EventStream']:
        size += len(event.get('PayloadChunk', {}).get('Payload', b''))
        end = event.get('InvokeComplete', end)
    return [size >= 2 * 1048576, end]
print(json.dumps([told(payload.encode()) for payload in json.load(sys.stdin)]))
`;
    const payloads = ['megabytes=2', 'megabytes=2&then=exit', 'megabytes=2&then=hang'].map(eventOf);
    const run = await runProgram(python!, ['-c', source], {
      env: awsEnvironment(service.url),
      input: JSON.stringify(payloads),
    });
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toEqual([
      [true, {}],
      [true, { ErrorCode: 'Runtime.TruncatedResponse' }],
      [true, { ErrorCode: 'Sandbox.Timedout' }],
    ]);
  });
});

/** The value once it has not changed for many turns of the event loop, in which all of the data could have moved. */
async function standstill(value: () => number): Promise<number> {
  let last = -1;
  for (let unchanged = 0; unchanged < 2_000; unchanged += 1) {
    if (value() !== last) unchanged = 0;
    last = value();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return last;
}
