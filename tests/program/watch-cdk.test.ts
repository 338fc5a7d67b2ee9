import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/template/template.js';
import {
  httpApi,
  type Resources,
  rustFunction,
  saveApp,
  writeApp,
  writeAssembly,
} from '../support/cdk-app.js';
import { type RunningCli, runCli, startCli } from '../support/cli.js';
import { http } from '../support/http.js';
import { type FunctionProject, functionProject } from '../support/project.js';

let project: FunctionProject;
const running: RunningCli[] = [];

beforeEach(async () => {
  project = await functionProject(['get', 'put']);
  await project.save(
    'get',
    '(event) => ({ statusCode: 200, body: JSON.stringify({ got: event.pathParameters?.id, env: process.env.TABLE }) })',
  );
  await project.save('put', '(event) => ({ statusCode: 201, body: event.routeKey })');
});

afterEach(async () => {
  for (const cli of running.splice(0)) await cli.interrupt();
  await project.remove();
});

const SHOP: Resources = {
  ...rustFunction('Get', 'get', {
    MemorySize: 512,
    Timeout: 7,
    Environment: { Variables: { TABLE: { Ref: 'Table' } } },
  }),
  ...rustFunction('Put', 'put'),
  ...httpApi('Api', { 'GET /items/{id}': 'Get', 'ANY /{proxy+}': 'Put' }),
  Table: { Type: 'AWS::DynamoDB::Table' },
};

interface Watching extends RunningCli {
  readonly url: string;
}

async function watch(app: string, argv: readonly string[] = []): Promise<Watching> {
  const cli = startCli(['watch', '--invoke-port', '0', '--cdk', app, ...argv], {
    cwd: project.folder,
    env: project.env,
  });
  running.push(cli);
  const [, url = ''] = await cli.until(/serves \d+ functions? at (\S+)/);
  return { ...cli, url };
}

const ready = (cli: RunningCli) => cli.until(/^ready .*$/m);

describe('watch --cdk with what cdk synth wrote', () => {
  it('serves its functions with their settings, behind the routes of its HTTP API', async () => {
    await writeAssembly(project, SHOP);
    const cli = await watch('cdk.out', ['--output', 'json']);
    await ready(cli);
    const told = cli.text.stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    expect(told.find(({ type }) => type === 'app.served')).toMatchObject({
      apis: [
        {
          kind: 'http',
          name: 'Api',
          url: `${cli.url}/apis/Api`,
          routes: [
            { route: 'GET /items/{id}', function: 'Get' },
            { route: 'ANY /{proxy+}', function: 'Put' },
          ],
        },
      ],
      notEmulated: [{ resource: 'Shop/Table', type: 'AWS::DynamoDB::Table', why: expect.any(String) }],
    });
    expect(told.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['serving', 'isolation', 'build.started', 'build.ended']),
    );
    expect(cli.text.stderr).toContain(
      `  HTTP API Api  ${cli.url}/apis/Api  http://api.execute-api.localhost:`,
    );
    expect(cli.text.stderr).toContain('    GET /items/{id} → Get\n    ANY /{proxy+} → Put\n');
    expect(cli.text.stderr).toMatch(/not emulated \(1\):\n {4}Shop\/Table \(AWS::DynamoDB::Table\): /);
    const got = await http(`${cli.url}/apis/Api/items/7?a=b`);
    expect(got).toMatchObject({ status: 200, text: '{"got":"7","env":"Shop-Table"}' });
    expect(got.headers['content-type']).toBe('text/plain;charset=UTF-8');
    expect(got.headers['apigw-requestid']).toMatch(/=$/);
    const put = await http(`${cli.url}/anything`, {
      method: 'POST',
      headers: { host: 'api.execute-api.localhost:9000' },
    });
    expect(put).toMatchObject({ status: 201, text: 'ANY /{proxy+}' });
    expect(await http(`${cli.url}/apis/Api/`)).toMatchObject({
      status: 404,
      text: '{"message":"Not Found"}',
    });
    expect(await http(`${cli.url}/apis/Other/`)).toMatchObject({ status: 404 });
  });

  it('rebuilds a function when it is saved', async () => {
    await writeAssembly(project, SHOP);
    const cli = await watch('cdk.out');
    await ready(cli);
    await project.save('put', "() => 'two'");
    await ready(cli);
    expect((await http(`${cli.url}/apis/Api/x`)).text).toBe('two');
  });

  it('takes what is synthesised anew', async () => {
    await writeAssembly(project, SHOP);
    const cli = await watch('cdk.out');
    await ready(cli);
    await writeAssembly(project, { ...SHOP, ...httpApi('Api', { 'GET /things/{id}': 'Get' }) });
    await cli.until(/GET \/things\/\{id\} → Get/);
    expect((await http(`${cli.url}/apis/Api/things/8`)).text).toBe('{"got":"8","env":"Shop-Table"}');
  });
});

describe('watch --cdk with a command', () => {
  it('runs it, and again when the app is saved', async () => {
    await project.write(
      'cdk.json',
      JSON.stringify({ app: 'node bin/app.cjs', context: { colour: 'green' } }),
    );
    const coloured = (table: string) => ({
      ...rustFunction('Get', 'get', { Environment: { Variables: { TABLE: table } } }),
      ...httpApi('Api', { $default: 'Get' }),
    });
    await writeApp(project, coloured('FROM_CONTEXT'));
    const cli = await watch('node bin/app.cjs');
    await ready(cli);
    const env = async () => JSON.parse((await http(`${cli.url}/apis/Api/`)).text).env;
    expect(await env()).toBe('green');
    await saveApp(project, coloured('blue'));
    await cli.until(/app\.json changed, reading the app again/);
    await cli.until(/serves 1 function/);
    expect(await env()).toBe('blue');
    await saveApp(project, { ...coloured('red'), ...rustFunction('Late', 'put') });
    await cli.until(/serves 2 functions/);
    await cli.until(/^ready Late /m);
    const named = await http(`${cli.url}/lambda-url/Late/`);
    expect(named.status).toBe(201);
  });

  it('goes on with the app as it was while the app fails, whose words are told once', async () => {
    await writeApp(project, SHOP);
    const cli = await watch('node bin/app.cjs');
    await ready(cli);
    await project.write('app.json', 'THROW');
    await cli.until(/error: The CDK app \(node bin\/app\.cjs\) failed with exit code 1/);
    expect(cli.text.stderr.split('the stack is not right')).toHaveLength(2);
    expect((await http(`${cli.url}/apis/Api/items/1`)).status).toBe(200);
    await saveApp(project, SHOP);
    await cli.until(/the app is as it was/);
  });
});

describe('watch --cdk refuses', () => {
  const refusal = async (app: string, ...argv: string[]) => {
    const { code, stderr } = await runCli(['watch', '--invoke-port', '0', '--cdk', app, ...argv], {
      cwd: project.folder,
      env: project.env,
    });
    return { code, stderr };
  };

  it('what is neither a folder nor a program', async () => {
    const { code, stderr } = await refusal('cdk.ou');
    expect(code).toBe(2);
    expect(stderr).toContain("error: 'cdk.ou' is neither a folder nor a program");
  });

  it('a folder that is no app', async () => {
    expect((await refusal('src')).stderr).toContain('it has no manifest.json');
  });

  it('an app that fails, with its own words once', async () => {
    await writeApp(project, SHOP);
    await project.write('app.json', 'THROW');
    const { code, stderr } = await refusal('node bin/app.cjs');
    expect(code).toBe(2);
    expect(stderr.split('the stack is not right')).toHaveLength(2);
    expect(stderr).not.toContain('    at ');
  });

  it('an app without a function in Rust, and says what it has', async () => {
    await writeAssembly(project, {
      Node: { Type: 'AWS::Lambda::Function', Properties: { Runtime: 'nodejs22.x' } },
    });
    const { code, stderr } = await refusal('cdk.out');
    expect(code).toBe(2);
    expect(stderr).toContain('has no function in Rust.\n  Shop/Node: its runtime is nodejs22.x');
  });

  it('a function whose source is not there, and a damaged template', async () => {
    await writeAssembly(project, rustFunction('Get', 'gett'));
    expect((await refusal('cdk.out')).stderr).toMatch(/The source of the function 'Get' .*no binary 'gett'/);
    await project.write('cdk.out/Shop.template.json', '{');
    expect((await refusal('cdk.out')).stderr).toContain('Shop.template.json cannot be read');
  });

  it('a parameter that is none', async () => {
    await writeAssembly(project, SHOP);
    expect((await refusal('cdk.out', '--cdk-parameter', 'Size')).stderr).toContain(
      '--cdk-parameter Size=value',
    );
  });
});

describe('watch --cdk with a REST API', () => {
  const uri = (fn: string) => ({
    'Fn::Join': [
      '',
      [
        'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/',
        { 'Fn::GetAtt': [`${fn}Function`, 'Arn'] },
        '/invocations',
      ],
    ],
  });
  const method = (
    resource: object,
    httpMethod: string,
    integration: JsonObject,
    more: JsonObject = {},
  ): Resources[string] => ({
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      HttpMethod: httpMethod,
      ResourceId: resource as JsonObject,
      RestApiId: { Ref: 'Rest' },
      AuthorizationType: 'NONE',
      Integration: integration,
      ...more,
    },
  });
  const proxy = { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: uri('Get') };
  const root = { 'Fn::GetAtt': ['Rest', 'RootResourceId'] };
  const REST: Resources = {
    ...rustFunction('Get', 'get'),
    Rest: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'Rest' } },
    Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Rest' }, StageName: 'prod' } },
    Item: {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId: { Ref: 'Rest' }, ParentId: root, PathPart: '{id}' },
    },
    GetItem: method({ Ref: 'Item' }, 'GET', proxy),
    Preflight: method({ Ref: 'Item' }, 'OPTIONS', {
      Type: 'MOCK',
      IntegrationResponses: [
        {
          StatusCode: '204',
          ResponseParameters: { 'method.response.header.Access-Control-Allow-Origin': "'*'" },
        },
      ],
    }),
    Guarded: method({ Ref: 'Item' }, 'PUT', proxy, { AuthorizationType: 'CUSTOM', AuthorizerId: 'x' }),
    Elsewhere: method(root, 'ANY', { Type: 'HTTP_PROXY', Uri: 'https://example.com' }),
  };

  it('serves its methods, and says what of it is not emulated', async () => {
    await writeAssembly(project, REST);
    const cli = await watch('cdk.out');
    await ready(cli);
    expect(cli.text.stderr).toContain(`REST API Rest  ${cli.url}/apis/Rest/prod`);
    expect(cli.text.stderr).toContain('PUT /{id} answers 501: its authorizer (CUSTOM)');
    expect(cli.text.stderr).toContain('ANY / answers 501: an integration of the type HTTP_PROXY');
    const ask = (path: string, verb = 'GET') => http(`${cli.url}/apis/Rest${path}`, { method: verb });
    expect(await ask('/prod/7')).toMatchObject({ status: 200, text: '{"got":"7"}' });
    expect((await ask('/prod/7')).headers).toMatchObject({
      'content-type': 'application/json',
      'x-amzn-requestid': expect.any(String),
    });
    const preflight = await ask('/prod/7', 'OPTIONS');
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, '*']);
    expect(await ask('/prod/7', 'DELETE')).toMatchObject({
      status: 403,
      text: '{"message":"Missing Authentication Token"}',
    });
    expect(await ask('/dev/7')).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
    expect((await ask('/prod/7', 'PUT')).status).toBe(501);
    expect((await ask('/prod/')).text).toContain('an integration of the type HTTP_PROXY');
    await project.save('get', '() => ({ oops: true })');
    await ready(cli);
    expect(await ask('/prod/7')).toMatchObject({ status: 502, text: '{"message":"Internal server error"}' });
    expect(cli.text.stderr).toContain("the member 'oops'");
  });
});
