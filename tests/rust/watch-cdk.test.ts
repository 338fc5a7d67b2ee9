import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.js';
import { LongLived } from '../support/cli.js';
import { http } from '../support/http.js';
import { type Moto, startMoto } from '../support/moto.js';

// The whole way, once: an app of aws-cdk-lib and crablet/cdk is run by watch, its functions in Rust are compiled, and asked
// over everything that leads to them. Always the same folder, for cargo keeps what it compiled for each path.
const folder = join(packageRoot(), '.tools', 'watch-cdk');
const target = join(packageRoot(), '.tools', 'target');

/** With `--log-view raw`, as without a terminal, a line that a function writes is that line alone. */
const JOBS = `use lambda_http::lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

async fn work(event: LambdaEvent<Value>) -> Result<(), Error> {
    println!("got {}", event.payload);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(work)).await
}
`;

const web = (greeting: string) => `use lambda_http::{Error, Request, RequestExt, run, service_fn};

async fn greet(request: Request) -> Result<String, Error> {
    let from = std::env::var("SHOP")?;
    Ok(format!("${greeting} from {from} at {}", request.raw_http_path()))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(greet)).await
}
`;

const WEB = 'src/bin/shop-web.rs';

const app = (...paths: readonly string[]) => `
const from = (name) => require(${JSON.stringify(join(packageRoot(), 'node_modules'))} + '/' + name);
const { App, Stack, TimeZone } = from('aws-cdk-lib');
const { LambdaRestApi } = from('aws-cdk-lib/aws-apigateway');
const { HttpApi } = from('aws-cdk-lib/aws-apigatewayv2');
const { HttpLambdaIntegration } = from('aws-cdk-lib/aws-apigatewayv2-integrations');
const { FunctionUrlAuthType } = from('aws-cdk-lib/aws-lambda');
const { SqsEventSource } = from('aws-cdk-lib/aws-lambda-event-sources');
const { Schedule, ScheduleExpression, ScheduleTargetInput } = from('aws-cdk-lib/aws-scheduler');
const { LambdaInvoke } = from('aws-cdk-lib/aws-scheduler-targets');
const { Queue } = from('aws-cdk-lib/aws-sqs');
const { RustFunction } = require(${JSON.stringify(join(packageRoot(), 'dist/cdk/index.js'))});

const app = new App();
const stack = new Stack(app, 'Shop');
const web = new RustFunction(stack, 'Web', { binaryName: 'shop-web', environment: { SHOP: stack.stackName } });
web.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
const integration = new HttpLambdaIntegration('Integration', web);
const api = new HttpApi(stack, 'Api');
for (const path of ${JSON.stringify(paths)}) api.addRoutes({ path, integration });
new LambdaRestApi(stack, 'Rest', { handler: web });

const jobs = new RustFunction(stack, 'Jobs', { binaryName: 'shop-jobs' });
jobs.addEventSource(new SqsEventSource(new Queue(stack, 'Queue', { queueName: 'jobs' })));
const input = ScheduleTargetInput.fromObject({ tick: true });
// An event that comes before its function is built waits for it.
const schedule = ScheduleExpression.at(new Date(Date.now() + 10_000), TimeZone.ETC_UTC);
new Schedule(stack, 'Soon', { schedule, target: new LambdaInvoke(jobs, { input }) });
app.synth();
`;

async function save(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** The dependencies of examples/hello-http, which the other tests have compiled. */
async function writeApp(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [name, more] of [
    ['Cargo.toml', '\nserde_json = "1"\n'],
    ['Cargo.lock', ''],
  ] as const) {
    const text = await readFile(join(packageRoot(), 'examples/hello-http', name), 'utf8');
    await save(
      name,
      text.replaceAll('hello-http', 'shop').replace('[dependencies]\n', (head) => head.trim() + more),
    );
  }
  await save('src/bin/shop-jobs.rs', JOBS);
  await save(WEB, web('Hello'));
  await save('app.cjs', app('/hello'));
}

let moto: Moto;
let sqs: SQSClient;
let watching: LongLived;
let url: string;

beforeAll(async () => {
  [moto] = await Promise.all([startMoto(), writeApp()]);
  sqs = new SQSClient(moto.client);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'jobs' }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a message' }));
  watching = new LongLived(['watch', '--invoke-port', '0', '--cdk', 'node app.cjs'], {
    cwd: folder,
    env: { ...process.env, ...moto.env, CARGO_TARGET_DIR: target },
  });
  [, url = ''] = await watching.readUntil(/serves 2 functions at (\S+)/);
});

afterAll(async () => {
  expect(await watching?.stop('SIGINT')).toBe(130);
  expect(existsSync(join(target, 'lambda', '.watch', String(watching.pid)))).toBe(false);
  sqs?.destroy();
  await moto?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Waits until something is served so. */
async function expectServed(path: string, text: string): Promise<void> {
  for (;;) {
    const answer = await http(url + path);
    if (answer.text === text) return;
    await watching.readUntil(/^(ready|not compiled|the app is as it was|crablet serves).*\n/m);
  }
}

describe('watch --cdk with functions in Rust', () => {
  it.each([
    ['a function URL', '/lambda-url/Web/hello', '/hello'],
    ['an HTTP API', '/apis/Api/hello', '/hello'],
    ['a REST API', '/apis/Rest/prod/hello', '/hello'],
  ])('serves %s', async (_, path, seen) => {
    const answer = await http(url + path);
    expect(answer).toMatchObject({ status: 200, text: `Hello from Shop at ${seen}` });
  });

  it('works off a queue, and follows a schedule', async () => {
    const both = /(?=[\s\S]*^got \{"Records":\[.*"a message")(?=[\s\S]*^got \{"tick":true\}$)/m;
    await watching.readUntil(both, 'stdout');
  });

  it('builds what is saved, and runs the app when that is', async () => {
    await save(WEB, web('Goodbye'));
    await expectServed('/apis/Api/hello', 'Goodbye from Shop at /hello');
    await save('app.cjs', app('/hello', '/more'));
    await expectServed('/apis/Api/more', 'Goodbye from Shop at /more');
    await save(WEB, web('Hello'));
    await expectServed('/apis/Api/hello', 'Hello from Shop at /hello');
  });
});
