import { GetRoleCommand, IAMClient, TagRoleCommand, UntagRoleCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { LocalLambda } from '../../src/local/local-lambda.js';
import { type FakeProject, fakeProject } from '../support/build-fake-cargo.js';
import { runCli } from '../support/cli.js';
import { invoke, serveReal } from '../support/functions.js';
import { api, FUNCTIONS } from '../support/functions-api.js';
import { http } from '../support/http.js';
import { runnableZip } from '../support/runnable.js';

let service: LocalLambda;
let project: FakeProject;

beforeEach(async () => {
  [service, project] = await Promise.all([serveReal({ functions: [] }), fakeProject()]);
  await settings({});
  await code(`() => 'one'`);
});

afterEach(() => project.remove());

async function settings(deploy: Record<string, unknown>): Promise<void> {
  await project.metadata({ packages: [{ name: 'app', bins: ['hello'], lambda: { deploy } }] });
}

async function code(handler: string): Promise<void> {
  await project.write('hello.zip', runnableZip(handler));
}

/** A command of crablet's, for the project and the service. */
function crablet(...argv: string[]) {
  const to = ['--endpoint-url', service.url, '--region', 'us-east-1'];
  return runCli([...argv, ...to], { cwd: project.folder, env: project.env });
}

function deploy(...argv: string[]) {
  return crablet('deploy', '--binary-path', `${project.folder}/hello.zip`, ...argv);
}

/** A deploy that ends well: what it says of the function, and the ids of the steps that it took. */
async function deployed(...argv: string[]) {
  const { code: exit, stdout, stderr } = await deploy('--output', 'json', ...argv);
  expect(exit, stderr).toBe(0);
  const [one] = JSON.parse(stdout).functions;
  return { ...one, steps: one.steps.map(({ id }: { id: string }) => id) };
}

/** What callers of the alias get, and the version that answered. */
async function answer(): Promise<unknown[]> {
  const { text, headers } = await invoke(service, '{}', { name: 'hello:live' });
  return [JSON.parse(text), headers['x-amz-executed-version']];
}

describe('crablet deploy to the local service', () => {
  it('makes a function that is run from its zip, has nothing to do then, and moves the alias to other code', async () => {
    expect(await deployed()).toMatchObject({ version: '1', alias: 'live', left: [] });
    expect(await answer()).toEqual(['one', '1']);
    expect(await deployed()).toMatchObject({ changed: false, version: '1', steps: [] });
    await code(`() => 'two'`);
    expect(await deployed()).toMatchObject({ version: '2', steps: ['code', 'version', 'alias'] });
    expect(await answer()).toEqual(['two', '2']);
    const back = await crablet('rollback');
    expect(back.code, back.stderr).toBe(0);
    expect(await answer()).toEqual(['one', '1']);
    const versions = await crablet('versions');
    expect(versions.stdout).toMatch(/^hello\n {2}2 .*\n {2}1 .* live /);
  });

  it('changes settings, takes them away again, and leaves nothing when it is destroyed', async () => {
    await code(`() => process.env.COLOR ?? 'none'`);
    await deployed();
    expect(await answer()).toEqual(['none', '1']);
    await settings({
      memory: 512,
      env: { COLOR: 'red' },
      tags: { team: 'a' },
      enable_function_url: true,
      provisioned_concurrency: 1,
      reserved_concurrency: 3,
      log_retention: 7,
      maximum_retry_attempts: 1,
    });
    const { url } = await deployed();
    expect(await answer()).toEqual(['red', '2']);
    expect((await http(url)).text).toBe('red');
    const { body: there } = await api(service, 'GET', `${FUNCTIONS}/hello`);
    expect(there).toMatchObject({
      Configuration: { MemorySize: 512 },
      Tags: { team: 'a', 'crablet:function': 'app/hello' },
      Concurrency: { ReservedConcurrentExecutions: 3 },
    });
    expect(await deployed()).toMatchObject({ steps: [] });
    const same = await crablet('diff', '--binary-path', `${project.folder}/hello.zip`);
    expect([same.code, same.stdout]).toEqual([0, 'hello  as in the project\n']);

    await settings({ disable_function_url: true });
    expect(await deployed()).toMatchObject({ version: '3', url: null });
    expect(await answer()).toEqual(['none', '3']);
    expect((await http(url)).status).not.toBe(200);
    const { body: bare } = await api(service, 'GET', `${FUNCTIONS}/hello`);
    expect(bare).toMatchObject({ Configuration: { MemorySize: 128 } });
    expect(bare.Tags).not.toHaveProperty('team');
    expect(bare).not.toHaveProperty('Concurrency');
    expect(await deployed()).toMatchObject({ steps: [] });

    const destroyed = await crablet('destroy', '--yes');
    expect(destroyed.code, destroyed.stderr).toBe(0);
    expect((await api(service, 'GET', `${FUNCTIONS}/`)).body).toEqual({ Functions: [] });
    expect((await crablet('versions')).code).not.toBe(0);
    expect(await deployed()).toMatchObject({ version: '1', steps: ['role', 'create', 'version', 'alias'] });
  });

  it('tells that provisioned environments cannot be started, and provides them with other code', async () => {
    await settings({ provisioned_concurrency: 1 });
    await code('process.exit(1)');
    const broken = await deploy();
    expect(broken.code).toBe(6);
    expect(broken.stderr).toContain('FUNCTION_ERROR_INIT_FAILURE');
    await code(`() => 'mended'`);
    expect((await deployed()).steps).toEqual(['code', 'version', 'alias', 'provisioned-concurrency']);
    expect(await answer()).toEqual(['mended', '2']);
    expect((await deployed()).steps).toEqual([]);
  });

  it('changes the boundary of the role, and asks before it takes over the role of another owner', async () => {
    const iam = new IAMClient({
      endpoint: service.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    onTestFinished(() => iam.destroy());
    const RoleName = 'crablet-hello-us-east-1';
    const role = async () => (await iam.send(new GetRoleCommand({ RoleName }))).Role;
    const bound = 'arn:aws:iam::aws:policy/Bound';
    await deployed();
    await settings({ permissions_boundary: bound });
    expect((await deployed()).steps).toEqual(['role']);
    expect((await role())?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(bound);
    await settings({});
    expect((await deployed()).steps).toEqual(['role']);
    expect((await role())?.PermissionsBoundary).toBeUndefined();

    const theirs = [{ Key: 'crablet:function', Value: 'theirs/hello' }];
    await iam.send(new TagRoleCommand({ RoleName, Tags: theirs }));
    const refused = await deploy();
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(`role ${RoleName} says that it was made for theirs/hello`);
    expect((await role())?.Tags).toEqual(theirs);
    expect((await deployed('--adopt')).steps).toEqual(['role']);
    expect((await role())?.Tags).toEqual([{ Key: 'crablet:function', Value: 'app/hello' }]);
    expect((await deployed()).steps).toEqual([]);

    // Somebody made one by hand that happens to have this name.
    await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['crablet:function'] }));
    const untagged = await deploy();
    expect(untagged.code).toBe(2);
    expect(untagged.stderr).toContain(`The role ${RoleName} has no tag crablet:function`);
    expect(untagged.stderr).toContain('--role ARN');
    expect((await role())?.Tags ?? []).toEqual([]);
    expect((await deployed('--adopt')).steps).toEqual(['role']);
    expect((await role())?.Tags).toEqual([{ Key: 'crablet:function', Value: 'app/hello' }]);
  });

  it('publishes an extension as a layer, once', async () => {
    await project.write('hello.zip', runnableZip('() => null', 'extensions/hello'));
    const arn = 'arn:aws:lambda:us-east-1:123456789012:layer:hello:1';
    expect(await deployed('--extension')).toMatchObject({ kind: 'layer', version: '1', arn });
    expect(await deployed('--extension')).toMatchObject({ kind: 'layer', version: '1', steps: [] });
  });

  it('names the service that is not there, for a schedule and for a canary', async () => {
    await settings({ schedules: [{ name: 'often', expression: 'rate(5 minutes)' }] });
    const scheduled = await deploy();
    expect(scheduled.code).toBe(6);
    expect(scheduled.stderr).toContain('This endpoint cannot create the schedule often');
    expect(scheduled.stderr).toContain('the local service has no EventBridge');
    expect(await answer()).toEqual(['one', '1']);
    await settings({});
    await code(`() => 'two'`);
    const canary = await deploy('--canary', '50%/1s', '--alarm', 'errors');
    expect(canary.code).toBe(6);
    expect(canary.stderr).toContain('the local service has no CloudWatch');
    expect(await answer()).toEqual(['one', '1']);
  });
});
