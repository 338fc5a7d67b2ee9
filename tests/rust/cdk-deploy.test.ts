import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createLocalLambda } from '../../src/index.js';
import { RustApp } from '../support/cdk-rust.js';
import { type Moto, startMoto } from '../support/moto.js';
import { pythonClient } from '../support/python-clients.js';

// The CDK's program deploys an app to moto: once, changed, unchanged; then it destroys it.

let moto: Moto;
let app: RustApp;
let url: string;
let lambda: LambdaClient;

beforeAll(async () => {
  // Roles name a policy of AWS's own.
  vi.stubEnv('MOTO_IAM_LOAD_MANAGED_POLICIES', 'true');
  moto = await startMoto({ managedPolicies: true });
  vi.unstubAllEnvs();
  // moto understands the address of a template only when it has this name (moto/cloudformation/utils.py).
  url = moto.url.replace('127.0.0.1', 'localhost');
  lambda = new LambdaClient({
    endpoint: moto.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  app = new RustApp();
});

afterAll(async () => {
  lambda?.destroy();
  app?.remove();
  await moto?.stop();
});

const cdk = (...argv: string[]) => app.cdk(argv, { ...moto.env, AWS_ENDPOINT_URL: url });
/** moto cannot update by change sets. */
const deploy = () => cdk('deploy', 'One', '--method=direct', '--require-approval', 'never');

/** The functions that moto has, by the logical ids that they begin with: the hash of their code. */
async function deployed(): Promise<Record<string, string>> {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  return Object.fromEntries(
    Functions.map(({ FunctionName = '', CodeSha256 = '' }) => [
      /Hello|Worker/.exec(FunctionName)?.[0] ?? FunctionName,
      CodeSha256,
    ]),
  );
}

/** Where the template has the code of the function of a construct. */
function keyOf(id: string): string {
  const template = JSON.parse(readFileSync(join(app.folder, 'cdk.out/One.template.json'), 'utf8')) as {
    Resources: Record<string, { Type: string; Properties: { Code?: { S3Key: string } } }>;
  };
  const found = Object.entries(template.Resources).find(
    ([name, { Type }]) => name.startsWith(id) && Type === 'AWS::Lambda::Function',
  );
  return found?.[1].Properties.Code?.S3Key ?? '';
}

/** Runs what lies in the bucket, as Lambda would. */
async function answerOf(key: string): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'crablet-asset-'));
  const zip = join(folder, 'code.zip');
  const bucket = 's3://cdk-hnb659fds-assets-123456789012-us-east-1';
  execFileSync(pythonClient('aws')!, ['s3', 'cp', `${bucket}/${key}`, zip], {
    env: { ...process.env, ...moto.env },
  });
  const { bootstrap } = unzipSync(new Uint8Array(readFileSync(zip)));
  writeFileSync(join(folder, 'bootstrap'), bootstrap!);
  chmodSync(join(folder, 'bootstrap'), 0o755);
  const local = await createLocalLambda({
    functions: [{ name: 'it', bootstrap: join(folder, 'bootstrap') }],
  });
  try {
    const { payload } = await local.invoke('it', { n: 1 });
    return JSON.parse(Buffer.from(payload).toString());
  } finally {
    await local.close();
    rmSync(folder, { recursive: true });
  }
}

it('deploys two functions, one change, nothing, and takes all away', async () => {
  app.workspace(['hello', 'worker']);
  app.app([
    ['Hello', "{ manifestPath: 'crates/hello' }"],
    ['Worker', "{ manifestPath: 'crates/worker' }"],
  ]);
  expect(cdk('bootstrap')).toMatchObject({ status: 0 });
  app.cargoRuns();
  expect(deploy()).toMatchObject({ status: 0 });
  expect(app.builds()).toBe(1);
  const first = await deployed();
  expect(Object.keys(first).sort()).toEqual(['Hello', 'Worker']);
  expect(await answerOf(keyOf('Hello'))).toEqual({ function: 'hello', event: { n: 1 } });

  app.write('crates/hello/src/main.rs', 'fn main() {\n    common::answer("changed");\n}\n');
  expect(deploy()).toMatchObject({ status: 0 });
  expect(app.builds()).toBe(1);
  const second = await deployed();
  expect(second['Worker']).toEqual(first['Worker']);
  expect(second['Hello']).not.toBe(first['Hello']);
  expect(await answerOf(keyOf('Hello'))).toEqual({ function: 'changed', event: { n: 1 } });

  const third = deploy();
  expect(third.stdout + third.stderr).toContain('(no changes)');
  expect(app.cargoRuns()).toEqual([]);

  expect(cdk('destroy', 'One', '--force')).toMatchObject({ status: 0 });
  expect(await deployed()).toEqual({});
});
