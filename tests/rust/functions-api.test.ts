import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { makeZip } from '../../src/build/zip.js';
import type { LocalLambda } from '../../src/local/local-lambda.js';
import { serveReal } from '../support/functions.js';
import { http } from '../support/http.js';
import { pythonClient, WITHOUT_PYTHON_CLIENTS } from '../support/python-clients.js';

/** Functions that AWS's and Cargo Lambda's own tools create in the local service, of true binaries. */

const built = inject('functions');
const run = promisify(execFile);
const ROLE = 'arn:aws:iam::123456789012:role/any';

/** Gone after the test. */
function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'crablet-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function zipOf(name: string): Buffer {
  const bytes = readFileSync(built[name]!);
  return Buffer.from(makeZip([{ name: 'bootstrap', bytes, executable: true }]));
}

/** What clients need to reach the service, and nothing of the machine's own configuration. */
function surroundings({ url }: LocalLambda): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: freshFolder(),
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

describe('the AWS SDK for JavaScript', () => {
  it('creates, waits, updates, publishes and invokes', async () => {
    const service = await serveReal({ functions: [] });
    const lambda = new LambdaClient({
      endpoint: service.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    const FunctionName = 'deployed';
    const waiter = { client: lambda, maxWaitTime: 20 };
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Role: ROLE,
        Runtime: 'provided.al2023',
        Handler: 'bootstrap',
        Code: { ZipFile: zipOf('event-echo') },
      }),
    );
    await waitUntilFunctionActiveV2(waiter, { FunctionName });
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 256 }));
    await waitUntilFunctionUpdatedV2(waiter, { FunctionName });
    const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName }));
    await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: Version }));
    const { Payload, ExecutedVersion, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName, Qualifier: 'live', Payload: '{"a":1}' }),
    );
    expect(FunctionError).toBeUndefined();
    expect(ExecutedVersion).toBe('1');
    expect(JSON.parse(Payload?.transformToString() ?? '')).toMatchObject({
      event: { a: 1 },
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:deployed:live',
    });
    const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName }));
    const zip = await http(Code?.Location ?? '');
    expect(zip.body.equals(zipOf('event-echo'))).toBe(true);
    lambda.destroy();
  });
});

const python = pythonClient('python');
const BOTO3 = `
import boto3, json, sys
client = boto3.client('lambda')
code = open(sys.argv[1], 'rb').read()
client.create_function(FunctionName='fn', Runtime='provided.al2023', Handler='bootstrap', Role='${ROLE}', Code={'ZipFile': code}, Publish=True)
client.get_waiter('function_active_v2').wait(FunctionName='fn')
answer = client.invoke(FunctionName='fn:1', Payload=b'{"b":2}')
told = {'version': answer['ExecutedVersion'], 'event': json.loads(answer['Payload'].read())['event']}
try:
    client.create_function(FunctionName='fn', Runtime='provided.al2023', Handler='bootstrap', Role='${ROLE}', Code={'ZipFile': code})
except client.exceptions.ResourceConflictException as error:
    told['twin'] = error.response['Error']['Message']
client.delete_function(FunctionName='fn')
try:
    client.get_function(FunctionName='fn')
except client.exceptions.ResourceNotFoundException as error:
    told['gone'] = error.response['Error']['Message']
told['account'] = boto3.client('sts').get_caller_identity()['Account']
print(json.dumps(told))
`;

describe.skipIf(!python)(`boto3${python ? '' : ` (${WITHOUT_PYTHON_CLIENTS})`}`, () => {
  it('creates, waits, invokes a version and deletes, and knows the exceptions', async () => {
    const service = await serveReal({ functions: [] });
    const zip = join(freshFolder(), 'fn.zip');
    writeFileSync(zip, zipOf('event-echo'));
    const { stdout } = await run(python!, ['-c', BOTO3, zip], { env: surroundings(service) });
    expect(JSON.parse(stdout)).toEqual({
      version: '1',
      event: { b: 2 },
      twin: 'Function already exist: fn',
      gone: 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:fn',
      account: '123456789012',
    });
  });
});

const cargoLambda = pythonClient('cargo-lambda');

describe.skipIf(!cargoLambda)(
  `cargo lambda deploy${cargoLambda ? '' : ` (${WITHOUT_PYTHON_CLIENTS})`}`,
  () => {
    it('makes a role, a version, an alias and a URL that answers, and deploys again', async () => {
      const service = await serveReal({ functions: [] });
      const folder = freshFolder();
      mkdirSync(join(folder, 'src'));
      writeFileSync(
        join(folder, 'Cargo.toml'),
        '[package]\nname = "greeter"\nversion = "0.1.0"\nedition = "2021"\n',
      );
      writeFileSync(join(folder, 'src', 'main.rs'), 'fn main() {}\n');
      const bootstrap = join(folder, 'bootstrap');
      writeFileSync(bootstrap, readFileSync(built['http-echo']!), { mode: 0o755 });
      const deploy = async (...more: string[]) => {
        const flags = ['--endpoint-url', service.url, '--binary-path', bootstrap, '--alias', 'live'];
        const given = [
          'lambda',
          'deploy',
          ...flags,
          '--enable-function-url',
          '--log-retention',
          '7',
          ...more,
        ];
        const { HOME: _, ...env } = surroundings(service);
        const { stdout } = await run(cargoLambda!, [...given, '--output-format', 'json', 'greeter'], {
          cwd: folder,
          env: { ...process.env, ...env },
        });
        return JSON.parse(stdout.slice(stdout.indexOf('{'))) as { version: string; function_url: string };
      };
      const first = await deploy();
      expect(first.version).toBe('1');
      const answer = await http(first.function_url);
      expect([answer.status, JSON.parse(answer.text)]).toEqual([
        201,
        expect.objectContaining({ method: 'GET' }),
      ]);
      const second = await deploy('--memory', '256');
      expect(second.version).toBe('2');
      expect((await http(first.function_url)).status).toBe(201);
    });
  },
);
