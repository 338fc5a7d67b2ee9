import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeElf } from '../../src/build/elf.fixture.js';
import { makeZip } from '../../src/build/zip.js';
import { OPERATIONS } from '../../src/lambda/functions-api/operations.js';
import type { OperationRule } from '../../src/lambda/functions-api/rules.js';
import type { LocalLambda } from '../../src/local/local-lambda.js';
import { invoke, serve } from '../support/functions.js';
import { api, create, FUNCTIONS } from '../support/functions-api.js';
import { http } from '../support/http.js';
import { callLogs } from '../support/logs.js';
import { movedClock } from '../support/moved-clock.js';
import { forever, next, print, respond } from '../support/runtime-actions.js';
import { functionZip } from '../support/zips.js';

/** Answers with what the runtime finds in its environment. */
const tells = (...names: readonly string[]) => [
  forever(next(), (start) => respond(JSON.stringify(names.map((name) => start.env[name] ?? null)))(start)),
];

describe('a function that is created', () => {
  it('goes from Pending to Active, and is run from its zip', async () => {
    const clock = movedClock();
    const service = await serve(tells('AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_VERSION', 'COLOR'), {
      functions: [],
      clock,
    });
    const created = await create(service, 'fn', functionZip(), {
      Environment: { Variables: { COLOR: 'blue' } },
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      FunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:fn',
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
      Timeout: 3,
      MemorySize: 128,
      Version: '$LATEST',
    });
    const early = await invoke(service, '{}', { name: 'fn' });
    expect([early.status, early.headers['x-amzn-errortype']]).toEqual([409, 'ResourceConflictException']);
    clock.move(0);
    const { body } = await api(service, 'GET', `${FUNCTIONS}/fn/configuration`);
    expect(body).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
    expect(body).not.toHaveProperty('StateReason');
    expect(body.RevisionId).not.toBe(created.body.RevisionId);
    const answer = await invoke(service, '{}', { name: 'fn' });
    expect(JSON.parse(answer.text)).toEqual(['fn', '$LATEST', 'blue']);
  });
});

/** A service with a function `fn` whose version 1 is published, and that has settled. */
async function published(scripts = tells('AWS_LAMBDA_FUNCTION_VERSION'), options: object = {}) {
  const clock = movedClock();
  const service = await serve(scripts, { functions: [], clock, ...options });
  await create(service, 'fn', functionZip('one'), { Publish: true });
  clock.move(0);
  return { service, clock };
}

const invoked = async (service: LocalLambda, name: string) => {
  const answer = await invoke(service, '{}', { name });
  return [JSON.parse(answer.text)[0], answer.headers['x-amz-executed-version']];
};

describe('versions and aliases', () => {
  it('publish what there is, once', async () => {
    const { service, clock } = await published();
    const again = await api(service, 'POST', `${FUNCTIONS}/fn/versions`, {});
    expect([again.status, again.body.Version]).toEqual([201, '1']);
    const update = { ZipFile: functionZip('two').toString('base64') };
    const updated = await api(service, 'PUT', `${FUNCTIONS}/fn/code`, update);
    expect(updated.body).toMatchObject({
      State: 'Active',
      LastUpdateStatus: 'InProgress',
      LastUpdateStatusReasonCode: 'Creating',
    });
    const meanwhile = await api(service, 'PUT', `${FUNCTIONS}/fn/code`, update);
    expect([meanwhile.status, meanwhile.type, meanwhile.body.message]).toEqual([
      409,
      'ResourceConflictException',
      'The operation cannot be performed at this time. An update is in progress for resource: arn:aws:lambda:us-east-1:123456789012:function:fn',
    ]);
    clock.move(0);
    const wrong = await api(service, 'POST', `${FUNCTIONS}/fn/versions`, { CodeSha256: 'other' });
    expect(wrong.body.message).toBe(
      `CodeSHA256 (other) is different from current CodeSHA256 in $LATEST (${updated.body.CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
    );
    const stale = await api(service, 'POST', `${FUNCTIONS}/fn/versions`, { RevisionId: 'old' });
    expect([stale.status, stale.type]).toEqual([412, 'PreconditionFailedException']);
    const second = await api(service, 'POST', `${FUNCTIONS}/fn/versions`, { Description: 'second' });
    expect(second.body).toMatchObject({ Version: '2', Description: 'second' });
    expect(await invoked(service, 'fn:1')).toEqual(['1', '1']);
    expect(await invoked(service, 'fn:2')).toEqual(['2', '2']);
    expect(await invoked(service, 'fn')).toEqual(['$LATEST', '$LATEST']);
  });

  it('publish another description of $LATEST as a version, and not the one that a version was given', async () => {
    const { service, clock } = await published();
    const publish = async (body: object = {}) => {
      const { body: told } = await api(service, 'POST', `${FUNCTIONS}/fn/versions`, body);
      return [told.Version, told.Description];
    };
    await api(service, 'PUT', `${FUNCTIONS}/fn/configuration`, { Description: 'latest' });
    clock.move(0);
    expect(await publish({ Description: 'second' })).toEqual(['2', 'second']);
    expect(await publish({ Description: 'third' })).toEqual(['2', 'second']);
    await api(service, 'PUT', `${FUNCTIONS}/fn/configuration`, { Description: 'other' });
    clock.move(0);
    expect(await publish()).toEqual(['3', 'other']);
  });

  it('tell what an update would make in a dry run, and change nothing', async () => {
    const { service } = await published();
    const configuration = async () => (await api(service, 'GET', `${FUNCTIONS}/fn/configuration`)).body;
    const before = await configuration();
    const ZipFile = functionZip('two').toString('base64');
    const dry = await api(service, 'PUT', `${FUNCTIONS}/fn/code`, { ZipFile, DryRun: true, Publish: true });
    const sha256 = createHash('sha256').update(functionZip('two')).digest('base64');
    expect([dry.status, dry.body.CodeSha256, dry.body.Version]).toEqual([200, sha256, '$LATEST']);
    expect(await configuration()).toEqual(before);
    const { body: versions } = await api(service, 'GET', `${FUNCTIONS}/fn/versions`);
    expect(versions.Versions).toHaveLength(2);
    const none = await api(service, 'PUT', `${FUNCTIONS}/fn/code`, { ZipFile: 'bm8gemlw', DryRun: true });
    expect([none.status, none.body.message]).toEqual([
      400,
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
    ]);
    const stale = await api(service, 'PUT', `${FUNCTIONS}/fn/code`, {
      ZipFile,
      DryRun: true,
      RevisionId: 'old',
    });
    expect([stale.status, stale.type]).toEqual([412, 'PreconditionFailedException']);
  });

  it('take a destination of a stream away with all of it, and no half of one', async () => {
    const { service } = await published();
    const path = '/2015-03-31/event-source-mappings';
    const Destination = 'arn:aws:sqs:us-east-1:123456789012:failed';
    const { body: made } = await api(service, 'POST', path, {
      FunctionName: 'fn',
      EventSourceArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/clicks',
      StartingPosition: 'LATEST',
      DestinationConfig: { OnFailure: { Destination } },
    });
    const update = (DestinationConfig: object) =>
      api(service, 'PUT', `${path}/${made.UUID}`, { DestinationConfig });
    const half = await update({ OnFailure: {} });
    expect([half.status, half.body.message]).toEqual([
      400,
      'The Destination field is required for an OnFailure configuration.',
    ]);
    const none = await update({});
    expect([none.status, none.body.DestinationConfig]).toEqual([202, {}]);
  });

  it('share out invocations by weight, and only between versions', async () => {
    const { service } = await published();
    await api(service, 'PUT', `${FUNCTIONS}/fn/configuration`, { MemorySize: 256 });
    const alias = { Name: 'live', FunctionVersion: '1' };
    const weighted = (weights: object) => ({
      ...alias,
      RoutingConfig: { AdditionalVersionWeights: weights },
    });
    const path = `${FUNCTIONS}/fn/aliases`;
    const refused = async (body: object) => {
      const { status, body: told } = await api(service, 'POST', path, body);
      return [status, told.message ?? told.Message];
    };
    expect(await refused(weighted({ 1: 0.5 }))).toEqual([
      400,
      'Invalid function version 1. Function version 1 is already included in routing configuration.',
    ]);
    expect(await refused(weighted({ 2: 0.1, 3: 0.1 }))).toEqual([
      400,
      'Number of items in AdditionalVersionWeights cannot be greater than 1',
    ]);
    expect(await refused(weighted({ 2: 0.5 }))).toEqual([
      404,
      'Function not found: arn:aws:lambda:us-east-1:123456789012:function:fn:2',
    ]);
    expect(await refused(weighted({ 2: 2 }))).toEqual([
      400,
      "1 validation error detected: Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]",
    ]);
    expect((await api(service, 'POST', path, alias)).status).toBe(201);
    expect(await refused(alias)).toEqual([
      409,
      'Alias already exists: arn:aws:lambda:us-east-1:123456789012:function:fn:live',
    ]);
    expect(await invoked(service, 'fn:live')).toEqual(['1', '1']);
  });

  it('all of the weight is all invocations', async () => {
    const { service, clock } = await published();
    await api(service, 'PUT', `${FUNCTIONS}/fn/configuration`, { MemorySize: 256 });
    clock.move(0);
    await api(service, 'POST', `${FUNCTIONS}/fn/versions`, {});
    const RoutingConfig = { AdditionalVersionWeights: { 2: 1 } };
    await api(service, 'POST', `${FUNCTIONS}/fn/aliases`, {
      Name: 'live',
      FunctionVersion: '1',
      RoutingConfig,
    });
    for (let count = 0; count < 5; count += 1) expect(await invoked(service, 'fn:live')).toEqual(['2', '2']);
    const { body } = await api(service, 'PUT', `${FUNCTIONS}/fn/aliases/live`, { RoutingConfig: {} });
    expect(body).not.toHaveProperty('RoutingConfig');
    for (let count = 0; count < 5; count += 1) expect(await invoked(service, 'fn:live')).toEqual(['1', '1']);
  });
});

describe('what is refused', () => {
  it.each([
    ['a name that is there', {}, 409, 'Function already exist: fn'],
    [
      'a role that is none',
      { FunctionName: 'other', Role: 'r1' },
      400,
      "1 validation error detected: Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+",
    ],
    [
      'an architecture that is none',
      { FunctionName: 'other', Architectures: ['X86_64'] },
      400,
      "1 validation error detected: Value '[X86_64]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
    ],
    [
      'two architectures',
      { FunctionName: 'other', Architectures: ['x86_64', 'arm64'] },
      400,
      "1 validation error detected: Value '[x86_64, arm64]' at 'architectures' failed to satisfy constraint: Member must have length less than or equal to 1",
    ],
    [
      'a timeout of more than a quarter of an hour',
      { FunctionName: 'other', Timeout: 901 },
      400,
      "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
    ],
    [
      'what is no zip',
      { FunctionName: 'other', Code: { ZipFile: 'bm8gemlw' } },
      400,
      'Could not unzip uploaded file. Please check your file, then try to upload again.',
    ],
    [
      'levels with the format Text',
      { FunctionName: 'other', LoggingConfig: { ApplicationLogLevel: 'INFO' } },
      400,
      'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "JSON" and try again.',
    ],
    [
      'a layer that is not there',
      { FunctionName: 'other', Layers: ['arn:aws:lambda:us-east-1:123456789012:layer:none:1'] },
      400,
      'Layer version arn:aws:lambda:us-east-1:123456789012:layer:none:1 does not exist.',
    ],
    [
      'a runtime that is not run here',
      { FunctionName: 'other', Runtime: 'python3.12' },
      400,
      "crablet's local Lambda does not have the runtime python3.12: it runs programs that are called bootstrap, of provided.al2023 and provided.al2.",
    ],
  ])('%s', async (_, more, status, message) => {
    const { service } = await published();
    const answer = await create(service, 'fn', functionZip('one'), more);
    expect([answer.status, answer.body.message ?? answer.body.Message]).toEqual([status, message]);
  });

  it('a function that is built here', async () => {
    const service = await serve(tells('AWS_LAMBDA_FUNCTION_VERSION'));
    const answer = await create(service, 'hello', functionZip());
    expect([answer.status, answer.type]).toEqual([409, 'ResourceConflictException']);
    const { body } = await api(service, 'GET', `${FUNCTIONS}/hello`);
    expect(body.Configuration).toMatchObject({ FunctionName: 'hello', State: 'Active', Version: '$LATEST' });
    const listed = await api(service, 'GET', FUNCTIONS);
    expect(listed.body.Functions).toHaveLength(1);
    // What is created beside it does not take its place at the root.
    await create(service, 'beside', functionZip());
    expect((await http(service.url)).status).toBe(200);
  });

  it('a program that cannot be run on this machine, though it could on Lambda', async () => {
    const { service } = await published();
    const [machine, name] = process.arch === 'arm64' ? [62, 'x86_64'] : [183, 'arm64'];
    const bytes = makeElf({ interpreter: '/lib/ld.so', libraries: ['libc.so.6'], machine });
    const zip = Buffer.from(makeZip([{ name: 'bootstrap', bytes, executable: true }]));
    const told = `a way to run a program for ${name} Linux on this machine`;
    const created = await create(service, 'other', zip, { Architectures: [name] });
    expect([created.status, created.type]).toEqual([400, 'InvalidParameterValueException']);
    expect(created.body.message).toContain(told);
    const code = { ZipFile: zip.toString('base64'), Architectures: [name] };
    const updated = await api(service, 'PUT', `${FUNCTIONS}/fn/code`, code);
    expect([updated.status, updated.body.message]).toEqual([400, created.body.message]);
    // What would not start on Lambda either is taken, as there.
    const there = process.arch === 'arm64' ? 'arm64' : 'x86_64';
    expect((await create(service, 'wrong', zip, { Architectures: [there] })).status).toBe(201);
  });

  it.each([
    ['out of the folder', '../escaped'],
    ['from the root', '/escaped'],
    ['by a backslash', 'a\\..\\..\\escaped'],
  ])('a zip that leads %s', async (_, name) => {
    const { service } = await published();
    const zip = functionZip('x', [{ name, bytes: Buffer.from('x'), executable: false }]);
    const answer = await create(service, 'other', zip);
    expect([answer.status, answer.type]).toEqual([400, 'InvalidParameterValueException']);
  });
});

describe('a URL that is created', () => {
  it('answers whom the policy lets, by the alias that it is of', async () => {
    const { service } = await published(tells('AWS_LAMBDA_FUNCTION_VERSION'));
    await api(service, 'POST', `${FUNCTIONS}/fn/aliases`, { Name: 'live', FunctionVersion: '1' });
    const path = '/2021-10-31/functions/fn/url?Qualifier=live';
    const { status, body } = await api(service, 'POST', path, { AuthType: 'NONE' });
    expect(status).toBe(201);
    expect((await http(body.FunctionUrl)).status).toBe(403);
    const permit = (more: object) =>
      api(service, 'POST', `${FUNCTIONS}/fn/policy?Qualifier=live`, { Principal: '*', ...more });
    await permit({ StatementId: 'url', Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' });
    expect((await http(body.FunctionUrl)).status).toBe(403);
    await permit({ StatementId: 'invoke', Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true });
    const answer = await http(body.FunctionUrl);
    expect([answer.status, answer.text]).toEqual([200, '["1"]']);
    const twin = await api(service, 'POST', path, { AuthType: 'NONE' });
    expect(twin.body.message).toBe(
      'Failed to create function url config for [functionArn = arn:aws:lambda:us-east-1:123456789012:function:fn:live]. Error message:  FunctionUrlConfig exists for this Lambda function',
    );
    await api(service, 'DELETE', `${FUNCTIONS}/fn/aliases/live`);
    expect((await http(body.FunctionUrl)).status).toBe(403);
  });
});

describe('with a data folder', () => {
  it('is there again, with all that belongs to it', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'crablet-test-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const { service } = await published(tells('AWS_LAMBDA_FUNCTION_VERSION'), { dataDir });
    await api(service, 'POST', `${FUNCTIONS}/fn/aliases`, { Name: 'live', FunctionVersion: '1' });
    const before = await api(service, 'GET', `${FUNCTIONS}/fn?Qualifier=live`);
    await service.close();
    const next = await serve(tells('AWS_LAMBDA_FUNCTION_VERSION'), { functions: [], dataDir });
    const after = await api(next, 'GET', `${FUNCTIONS}/fn?Qualifier=live`);
    expect(after.body.Configuration).toEqual(before.body.Configuration);
    expect(await invoked(next, 'fn:live')).toEqual(['1', '1']);
  });
});

describe('the log group of a function', () => {
  it('has a retention, is deleted with its lines, and comes back with the next line', async () => {
    const says = forever(
      next(),
      print('a line\n'),
      respond(() => 'null'),
    );
    const service = await serve([says]);
    const logGroupName = '/aws/lambda/hello';
    await invoke(service);
    const group = async () => {
      const { body } = await callLogs(service, 'DescribeLogGroups', { logGroupNamePrefix: logGroupName });
      return body.logGroups[0];
    };
    await callLogs(service, 'PutRetentionPolicy', { logGroupName, retentionInDays: 7 });
    expect(await group()).toMatchObject({ logGroupName, retentionInDays: 7 });
    const wrong = await callLogs(service, 'PutRetentionPolicy', { logGroupName, retentionInDays: 8 });
    expect(wrong.status).toBe(400);
    await callLogs(service, 'DeleteRetentionPolicy', { logGroupName });
    expect(await group()).not.toHaveProperty('retentionInDays');
    await callLogs(service, 'DeleteLogGroup', { logGroupName });
    expect(await group()).toBeUndefined();
    await invoke(service);
    await service.runtimes.settled();
    expect(await group()).toMatchObject({ logGroupName });
    const twin = await callLogs(service, 'CreateLogGroup', { logGroupName });
    expect(twin.body).toMatchObject({ __type: 'ResourceAlreadyExistsException' });
  });
});

describe('whatever is sent', () => {
  it('is answered, and the service goes on', async () => {
    const { service } = await published();
    const json = fc.jsonValue({ maxDepth: 3 });
    const member = fc.constantFrom(
      ...['FunctionName', 'Code', 'Role', 'Runtime', 'MemorySize', 'Environment', 'Layers', 'RoutingConfig'],
      ...['Tags', 'Architectures', 'LoggingConfig', 'ZipFile', 'Principal', 'Action', 'AuthType', 'Cors'],
    );
    const body = fc.oneof(fc.dictionary(member, json), json, fc.string());
    const operation = fc.constantFrom(...Object.values<OperationRule>(OPERATIONS));
    const part = fc.oneof(
      fc.constantFrom('fn', 'fn:1', '1', 'live', 'none', '%', '$LATEST'),
      fc.string({ minLength: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(operation, part, body, async ({ method, path }, name, sent) => {
        const where = path.replace(/\{\w+\}/g, encodeURIComponent(name));
        const text = typeof sent === 'string' ? sent : JSON.stringify(sent);
        const answer = await http(`${service.url}${where}`, {
          method,
          ...(method !== 'GET' && { body: text }),
        });
        // 500 is our own mistake.
        expect([answer.status, answer.text]).not.toEqual([500, expect.anything()]);
      }),
      { numRuns: 400 },
    );
    expect(service.warnings.filter((text) => text.includes('could not answer'))).toEqual([]);
  });
});
