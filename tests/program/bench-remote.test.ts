import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listen } from '../../src/http/listen.js';
import { LongLived } from '../support/cli.js';

// True processes, for the AWS SDK looks at the environment of the process itself; what answers is a Lambda service in a
// few lines, of which nothing is asked but what these commands ask.

let folder: string;
let server: Server;
let url: string;
let calls: string[];
/** What AWS refuses, by its action. */
let denied: string | undefined;
let latest: { MemorySize: number; Environment: { Variables?: Record<string, string>; Error?: object } };
let versions: Map<string, { MemorySize: number }>;
let warm: Set<string>;
/** Called at an invocation that is not answered. */
let held: (() => void) | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crablet-home-'));
  calls = [];
  denied = undefined;
  held = undefined;
  latest = { MemorySize: 256, Environment: { Variables: { MINE: '1' } } };
  versions = new Map();
  warm = new Set();
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      if (held && request.url?.includes('/invocations')) return held();
      const {
        status,
        headers = {},
        body,
      } = answer(
        request.method ?? '',
        new URL(request.url ?? '', 'http://local'),
        Buffer.concat(chunks).toString(),
      );
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  });
  url = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}`;
});
afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

function answer(method: string, { pathname, searchParams }: URL, body: string): Answer {
  const action = actionOf(method, pathname);
  const qualifier = searchParams.get('Qualifier') ?? '$LATEST';
  calls.push(`${action} ${qualifier}`);
  if (action === denied) {
    const message = `User: arn:aws:iam::123456789012:user/me is not authorized to perform: lambda:${action} on resource: hello`;
    return {
      status: 403,
      headers: { 'x-amzn-ErrorType': 'AccessDeniedException' },
      body: { Message: message },
    };
  }
  switch (action) {
    case 'GetFunction':
      return { status: 200, body: { Configuration: configuration(qualifier) } };
    case 'GetFunctionConfiguration':
      return { status: 200, body: configuration(qualifier) };
    case 'UpdateFunctionConfiguration':
      Object.assign(latest, JSON.parse(body));
      warm.delete('$LATEST');
      return { status: 200, body: configuration('$LATEST') };
    case 'PublishVersion': {
      const number = String(versions.size + 1);
      versions.set(number, { MemorySize: latest.MemorySize });
      return { status: 201, body: configuration(number) };
    }
    case 'DeleteFunction':
      return { status: 204 };
    default:
      return invoked(qualifier);
  }
}

function invoked(qualifier: string): Answer {
  const memory = (versions.get(qualifier) ?? latest).MemorySize;
  const cold = !warm.has(qualifier);
  warm.add(qualifier);
  const duration = 1024 / memory;
  const billed = Math.ceil(duration + (cold ? 15.5 : 0));
  const init = cold ? 'Init Duration: 15.50 ms\t' : '';
  const line = `REPORT RequestId: a\tDuration: ${duration.toFixed(2)} ms\tBilled Duration: ${billed} ms\tMemory Size: ${memory} MB\tMax Memory Used: 16 MB\t${init}\n`;
  const log = Buffer.from(`START RequestId: a Version: ${qualifier}\nEND RequestId: a\n${line}`).toString(
    'base64',
  );
  return { status: 200, headers: { 'X-Amz-Log-Result': log }, body: { ok: true } };
}

function actionOf(method: string, path: string): string {
  if (path.endsWith('/configuration'))
    return method === 'PUT' ? 'UpdateFunctionConfiguration' : 'GetFunctionConfiguration';
  if (path.endsWith('/versions')) return 'PublishVersion';
  if (path.endsWith('/invocations')) return 'InvokeFunction';
  return method === 'DELETE' ? 'DeleteFunction' : 'GetFunction';
}

function configuration(version: string) {
  return {
    FunctionName: 'hello',
    FunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:hello',
    Runtime: 'provided.al2023',
    Architectures: ['arm64'],
    CodeSha256: 'code',
    CodeSize: 1000,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    Version: version,
    ...latest,
    ...versions.get(version),
  };
}

function started(...argv: string[]): LongLived {
  return new LongLived([...argv, '--remote', '--endpoint-url', url], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'eu-west-1',
    },
  });
}

async function remotely(...argv: string[]) {
  const cli = started(...argv);
  const { code } = await cli.end();
  return { code, ...cli.text };
}

describe('bench --remote', () => {
  it('reads REPORT lines, and takes a cold start for one', async () => {
    const { code, stdout, stderr } = await remotely(
      'bench',
      'hello',
      '--warm',
      '8',
      '--warm-up',
      '2',
      '--output',
      'json',
    );
    expect(code, stderr).toBe(0);
    const { where, region, architecture, variants } = JSON.parse(stdout);
    expect({ where, region, architecture }).toEqual({
      where: 'remote',
      region: 'eu-west-1',
      architecture: 'arm64',
    });
    const [{ samples, memoryMb }] = variants;
    expect(memoryMb).toBe(256);
    expect(samples).toMatchObject({ initMs: [15.5], firstMs: [4], warmMs: Array(8).fill(4) });
  });

  it('forces cold starts, and leaves the function as it was', async () => {
    const argv = [
      '--warm',
      '0',
      '--warm-up',
      '0',
      '--cold',
      '3',
      '--force-cold-starts',
      '--yes',
      '--output',
      'json',
    ];
    const { stdout, stderr } = await remotely('bench', 'hello', ...argv);
    expect(JSON.parse(stdout || stderr).variants[0].samples.initMs).toEqual([15.5, 15.5, 15.5]);
    expect(latest.Environment.Variables).toEqual({ MINE: '1' });
  });

  it.each(['InvokeFunction', 'GetFunctionConfiguration'])(
    'names the permission that is missing: %s',
    async (action) => {
      denied = action;
      const { code, stderr } = await remotely('bench', 'hello', '--warm', '5');
      expect(stderr).toContain(`AWS does not allow lambda:${action} on 'hello'`);
      expect(stderr).toContain(`Let the role or user have lambda:${action}`);
      expect(code).toBe(6);
    },
  );
});

describe('what is not AWS', () => {
  it('is named for what it is', async () => {
    const { stdout, stderr } = await remotely('bench', 'hello', '--warm', '3');
    expect(stdout).toContain('warm invocation');
    expect(stderr).toContain(`CPU: as ${url} gives it`);
    expect(stderr).toContain(`REPORT lines of ${url}, which is not AWS`);
  });

  it.each(['bench', 'tune', 'cost --requests 1M', 'logs'])('%s: has to answer', async (command) => {
    server.close();
    const { code, stderr } = await remotely(...command.split(' '), 'hello');
    expect(stderr).toMatch(command === 'logs' ? /ECONNREFUSED/ : /127\.0\.0\.1:\d+ could not be reached/);
    expect(code).toBe(6);
  });

  it.each(['bench', 'logs'])('%s: has to be a URL', async (command) => {
    url = '127.0.0.1:9000';
    const { code, stderr } = await remotely(command, 'hello');
    expect(stderr).toContain("The endpoint '127.0.0.1:9000' is no URL");
    expect(code).toBe(2);
  });
});

describe('Ctrl-C while an invocation is waited for', () => {
  it.each([
    ['tune', '--sizes', '128,512'],
    ['bench', '--force-cold-starts'],
  ])('leaves the function as it was, and ends: %s', async (command, ...flags) => {
    const invoked = new Promise<void>((resolve) => {
      held = resolve;
    });
    const cli = started(command, 'hello', '--yes', ...flags);
    await invoked;
    expect(latest.Environment.Variables).not.toEqual({ MINE: '1' });
    expect(await cli.stop('SIGINT')).toBe(130);
    expect(cli.text.stderr).toBe(
      'Putting the function back as it was: a second Ctrl-C would leave it changed.\n',
    );
    expect(latest).toEqual({ MemorySize: 256, Environment: { Variables: { MINE: '1' } } });
    const published = [...versions.keys()].map((version) => `DeleteFunction ${version}`);
    expect(calls.filter((call) => call.startsWith('DeleteFunction'))).toEqual(published);
  });
});

describe('variables that cannot be read', () => {
  beforeEach(() => {
    latest = { MemorySize: 256, Environment: { Error: { ErrorCode: 'AccessDeniedException' } } };
  });

  it.each([
    ['tune', '--sizes', '128'],
    ['bench', '--force-cold-starts'],
  ])('are not written anew: %s', async (command, ...flags) => {
    const { code, stderr } = await remotely(command, 'hello', '--yes', ...flags);
    expect(stderr).toContain("The variables of 'hello' cannot be read");
    expect(stderr).toContain('kms:Decrypt');
    expect(code).toBe(6);
    expect(calls.filter((call) => call.startsWith('Update'))).toEqual([]);
  });

  it('are none of the business of who only invokes', async () => {
    expect((await remotely('bench', 'hello', '--warm', '3')).code).toBe(0);
  });
});

describe('tune --remote', () => {
  it('does nothing without a yes', async () => {
    const { code, stderr } = await remotely('tune', 'hello');
    expect(stderr).toMatch(/changes memory and a variable of hello:\$LATEST, publishes 6 versions/);
    expect(code).toBe(2);
    expect(calls).toEqual(['GetFunctionConfiguration $LATEST']);
  });

  it('measures a version for each size, deletes them, and leaves $LATEST as it was', async () => {
    const argv = [
      '--yes',
      '--sizes',
      '128,512',
      '--invocations',
      '10',
      '--strategy',
      'speed',
      '--output',
      'json',
    ];
    const { code, stdout, stderr } = await remotely('tune', 'hello', ...argv);
    expect(code, stderr).toBe(0);
    const { power, duration, crablet } = JSON.parse(stdout);
    expect({ power, duration }).toEqual({ power: 512, duration: 2 });
    expect(crablet).toMatchObject({
      where: 'remote',
      cpu: 'aws',
      architecture: 'arm64',
      region: 'eu-west-1',
      currentMemoryMb: 256,
    });
    expect(calls.filter((call) => call.startsWith('DeleteFunction'))).toEqual([
      'DeleteFunction 1',
      'DeleteFunction 2',
    ]);
    expect(latest).toMatchObject({ MemorySize: 256, Environment: { Variables: { MINE: '1' } } });
  });

  it('names the permission that is missing', async () => {
    denied = 'UpdateFunctionConfiguration';
    const { code, stderr } = await remotely('tune', 'hello', '--yes', '--sizes', '128');
    expect(stderr).toContain("AWS does not allow lambda:UpdateFunctionConfiguration on 'hello'");
    expect(code).toBe(6);
  });
});

describe('cost --remote', () => {
  it('is of the REPORT lines', async () => {
    const { code, stdout, stderr } = await remotely('cost', 'hello', '--requests', '1M', '--output', 'json');
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      region: 'eu-west-1',
      basis: { memoryMb: 256, warmBilledMs: 4, coldBilledMs: 20, measuredOn: 'arm64' },
    });
  });
});
