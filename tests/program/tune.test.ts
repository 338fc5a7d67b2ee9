import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';
import { type FunctionProject, functionProject } from '../support/project.js';

let project: FunctionProject;

beforeAll(async () => {
  project = await functionProject(['echo', 'fails']);
  await project.save('echo', '(event) => event');
  await project.save('fails', "() => { throw new RangeError('out of range') }");
});
afterAll(() => project.remove());

const tune = (...argv: string[]) => runCli(['tune', ...argv], { cwd: project.folder, env: project.env });
const FEW = ['--sizes', '128,512', '--invocations', '10', '--isolation', 'portable'];

describe('tune', () => {
  it("writes Power Tuning's output, and beside it what that leaves out", async () => {
    const { code, stdout, stderr } = await tune('echo', ...FEW, '--output', 'json', '--strategy', 'balanced');
    expect(code, stderr).toBe(0);
    const { power, cost, duration, stateMachine, stats, crablet } = JSON.parse(stdout);
    expect([128, 512]).toContain(power);
    const chosen = stats.find(({ value }: { value: number }) => value === power);
    expect({ cost, duration }).toEqual({ cost: chosen.averagePrice, duration: chosen.averageDuration });
    expect(stateMachine.executionCost).toBe(0);
    expect(stateMachine.visualization).toMatch(
      /^https:\/\/lambda-power-tuning\.show\/#gAAAAg==;[^;]+;[^;]+$/,
    );
    expect(crablet).toMatchObject({
      schema: 'crablet.tune/1',
      // Without control groups the share of the processors is a model.
      cpu: 'modelled',
      region: 'us-east-1',
      strategy: 'balanced',
      currentMemoryMb: 128,
      prices: {
        asOf: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        name: expect.stringContaining('price list'),
      },
    });
    expect(crablet.recommended.requests).toBe(0.2);
    for (const { timings } of crablet.results) {
      expect(timings).toHaveLength(10);
      expect(timings.filter(({ cold }: { cold: boolean }) => cold).length).toBeGreaterThanOrEqual(1);
    }
  });

  it('shows the recommendation in its parts', async () => {
    const { stdout, stderr } = await tune('echo', ...FEW, '--strategy', 'speed', '--region', 'eu-south-1');
    expect(stdout, stderr).toMatch(/recommended: memory = (128|512), for a million requests:/);
    expect(stdout).toMatch(/duration +\$/);
    expect(stdout).toMatch(/cold starts, 1 % +\$/);
    expect(stdout).toMatch(/requests +\$0\.2300/);
    expect(stderr).toMatch(/a model \(no control group is made\)/);
  });

  it('writes the size to the manifest, where nothing else changes', async () => {
    const manifest = join(project.folder, 'Cargo.toml');
    const before = await readFile(manifest, 'utf8');
    const { code, stderr } = await tune('echo', ...FEW, '--apply');
    expect(code, stderr).toBe(0);
    const [, size] =
      /written: memory = (\d+) under \[package\.metadata\.lambda\.bin\.echo\.deploy\]/.exec(stderr) ?? [];
    expect(await readFile(manifest, 'utf8')).toBe(
      `${before}\n[package.metadata.lambda.bin.echo.deploy]\nmemory = ${size}\n`,
    );
    await writeFile(manifest, before);
  });

  it('sends weighted payloads, and starts cold each time when asked', async () => {
    const file = join(project.folder, 'payloads.json');
    await writeFile(
      file,
      JSON.stringify([
        { payload: { a: 1 }, weight: 1 },
        { payload: 2, weight: 4 },
      ]),
    );
    const argv = ['--sizes', '128', '--invocations', '5', '--isolation', 'portable', '--only-cold-starts'];
    const { stdout, stderr } = await tune('echo', ...argv, '--payloads', file, '--output', 'json');
    const { crablet } = JSON.parse(stdout || stderr);
    expect(crablet).toMatchObject({ onlyColdStarts: true, discardTopBottom: 0 });
    expect(crablet.results[0].timings.filter(({ cold }: { cold: boolean }) => cold)).toHaveLength(5);
  });

  it('writes a page that needs no network', async () => {
    const page = join(project.folder, 'tune.html');
    await tune('echo', ...FEW, '--report', page);
    const html = await readFile(page, 'utf8');
    expect(html).toMatch(/<svg.*<svg.*<\/html>\n$/s);
    expect(html).not.toMatch(/https?:|<script|<link|url\(|@import/);
  });

  it.each([
    ['a function that only fails', ['fails', ...FEW], 5, "'fails' failed in every invocation"],
    ['an unknown region', ['echo', '--region', 'nowhere-1'], 2, 'known are: af-south-1'],
    ['sizes that AWS has not', ['echo', '--sizes', '64,128'], 2, 'from 128 to 10240'],
    ['a weight beyond its ends', ['echo', '--balanced-weight', '2'], 2, 'from 0 to 1'],
    ['a size that is none', ['echo', '--sizes', '128,big'], 2, 'from 128 to 10240'],
    ['hardly any invocations', ['echo', '--invocations', '4'], 2, 'a whole number from 5 on'],
    ['half of all discarded', ['echo', '--discard', '0.5'], 2, 'from 0 to 0.4'],
    ['another strategy', ['echo', '--strategy', 'best'], 2, 'Allowed choices are cost, speed, balanced'],
    ['a share that is none', ['echo', '--cold-share', '2'], 2, 'Write it as 1% or 0.01.'],
    [
      'two payloads',
      ['echo', '--payloads', 'x.json', '-A', '1'],
      2,
      '--payloads and a payload are both given',
    ],
    ['no function on AWS', ['--remote'], 2, 'Which function on AWS is meant was not said'],
    [
      'payloads that are none',
      ['echo', '--payloads', 'Cargo.toml'],
      2,
      "Cannot read payloads from 'Cargo.toml'",
    ],
    ['nothing to apply it to', ['./target/..', '--apply'], 3, 'There is no bootstrap in the folder'],
  ])('refuses %s', async (_, argv, exit, words) => {
    const { code, stderr } = await tune(...argv);
    expect(stderr).toContain(words);
    expect(code).toBe(exit);
  });
});
