import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalLambda, type LocalLambda } from '../../src/local/local-lambda.js';
import { type FakeProject, fakeProject } from '../support/build-fake-cargo.js';
import { LongLived } from '../support/cli.js';
import { api, FUNCTIONS } from '../support/functions-api.js';
import { runnableZip } from '../support/runnable.js';

// The commands for deployed functions, against a whole Lambda and CloudWatch Logs service: crablet's own, to which
// crablet has deployed the function. Settings of $LATEST are changed, versions published and invoked, REPORT lines read.

let service: LocalLambda;
let project: FakeProject;

beforeAll(async () => {
  [service, project] = await Promise.all([createLocalLambda({ functions: [], onEvent() {} }), fakeProject()]);
  const deploy = { memory: 256, env: { MINE: '1' } };
  await project.metadata({ packages: [{ name: 'app', bins: ['hello'], lambda: { deploy } }] });
  await project.write('hello.zip', runnableZip(`(event) => { console.log('told'); return event; }`));
  const { code, stderr } = await crablet('deploy', '--binary-path', `${project.folder}/hello.zip`);
  expect(code, stderr).toBe(0);
});
afterAll(async () => {
  await service.close();
  await project.remove();
});

async function crablet(...argv: string[]) {
  const { PATH, HOME } = { ...process.env, ...project.env };
  const cli = new LongLived([...argv, '--endpoint-url', service.url], {
    cwd: project.folder,
    env: {
      ...project.env,
      PATH,
      HOME,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
    },
  });
  const { code } = await cli.end();
  return { code, ...cli.text };
}

async function answered(...argv: string[]) {
  const { code, stdout, stderr } = await crablet(...argv, '--remote', '--output', 'json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** What callers of the Lambda API see of $LATEST, and which versions there are. */
async function asDeployed() {
  const { body } = await api(service, 'GET', `${FUNCTIONS}/hello/configuration`);
  const versions = await api(service, 'GET', `${FUNCTIONS}/hello/versions`);
  const { MemorySize, Environment } = body as { MemorySize: number; Environment: object };
  const list = (versions.body as { Versions: { Version: string }[] }).Versions.map(({ Version }) => Version);
  return { MemorySize, Environment, versions: list };
}

const UNCHANGED = {
  MemorySize: 256,
  Environment: { Variables: expect.objectContaining({ MINE: '1' }) },
  versions: ['$LATEST', '1'],
};

describe('a function that was deployed to a service of one’s own', () => {
  it('is measured by its REPORT lines, cold and warm, and under load', async () => {
    const cold = ['--cold', '3', '--force-cold-starts', '--yes'];
    const bench = await answered(
      'bench',
      'hello',
      '--warm',
      '10',
      '--rate',
      '50',
      '--duration',
      '200ms',
      ...cold,
    );
    const [{ samples, failures, memoryMb }] = bench.variants;
    expect({ memoryMb, failures: failures.count }).toEqual({ memoryMb: 256, failures: 0 });
    expect(samples.initMs.length).toBeGreaterThanOrEqual(3);
    expect(samples.warmMs.length).toBeGreaterThanOrEqual(9);
    for (const ms of [...samples.initMs, ...samples.warmMs, ...samples.memoryMb])
      expect(ms).toBeGreaterThan(0);
    expect(bench).toMatchObject({ where: 'remote', endpoint: service.url, load: { sent: 10 } });
    expect(await asDeployed()).toEqual(UNCHANGED);
  });

  it('is tuned in versions that are gone afterwards', async () => {
    const { crablet: told, stats } = await answered(
      'tune',
      'hello',
      '--yes',
      '--sizes',
      '128,512',
      '--invocations',
      '5',
    );
    expect(stats.map(({ value }: { value: number }) => value)).toEqual([128, 512]);
    expect(told).toMatchObject({ where: 'remote', currentMemoryMb: 256, endpoint: service.url });
    for (const { timings } of told.results) expect(timings).toHaveLength(5);
    expect(await asDeployed()).toEqual(UNCHANGED);
  });

  it('gets the size that was found into the manifest that it comes from', async () => {
    const manifest = await project.write('Cargo.toml', '# mine\n[package]\nname = "app" # here\n');
    const few = ['--sizes', '128', '--invocations', '5'];
    const { code, stderr } = await crablet('tune', 'hello', '--remote', '--yes', '--apply', ...few);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('written: memory = 128 under [package.metadata.lambda.deploy]');
    expect(await readFile(manifest, 'utf8')).toBe(
      '# mine\n[package]\nname = "app" # here\n\n[package.metadata.lambda.deploy]\nmemory = 128\n',
    );
  });

  it('but is left alone where no manifest here is its own', async () => {
    await crablet('deploy', 'other', '--binary-path', `${project.folder}/hello.zip`);
    const { code, stderr } = await crablet('tune', 'other', '--remote', '--yes', '--apply');
    expect(stderr).toContain("There is no Cargo.toml here that 'other' comes from");
    expect(code).toBe(2);
  });

  it('has a price', async () => {
    const { basis, costs } = await answered(
      'cost',
      'hello',
      '--requests',
      '1M',
      '--invocations',
      '5',
      '--cold-billed',
      '20',
    );
    expect(basis).toMatchObject({
      memoryMb: 256,
      origin: expect.stringContaining(`REPORT lines of ${service.url}`),
    });
    expect(costs.x86_64.dollars).toBeGreaterThan(0.2);
  });

  it('has a log', async () => {
    await answered('bench', 'hello', '--warm', '2', '--warm-up', '0');
    const { code, stdout, stderr } = await crablet('logs', 'hello', '--remote');
    expect(code, stderr).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['platform.start', 'function', 'platform.report']),
    );
    expect(lines.find(({ type }) => type === 'function').line).toContain('told');
  });

  it.each([['bench'], ['cost', '--requests', '1M'], ['tune', '--yes']])(
    'that is not there: %s',
    async (...argv) => {
      const { code, stderr } = await crablet(...argv, 'nothing', '--remote');
      expect(stderr).toContain(`${service.url} has no function 'nothing' there`);
      expect(code).toBe(6);
    },
  );

  it('in a version that is not there', async () => {
    const { code, stderr } = await crablet('bench', 'hello', '--remote', '--qualifier', '9');
    expect(stderr).toContain('See which versions and aliases there are: crablet versions hello');
    expect(code).toBe(6);
  });

  it('that has logged nothing', async () => {
    const { code, stderr } = await crablet('logs', 'nothing', '--remote');
    expect(stderr).toContain('There is no log group /aws/lambda/nothing');
    expect(code).toBe(1);
  });
});
