import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';

let folder: string;

const samples = {
  initMs: [10, 12],
  firstMs: [2.5, 3.5],
  coldMs: [15, 18],
  warmMs: [1.2, 0.8, 2.4],
  cpuMs: [0.5],
  coldMemoryMb: [14],
  memoryMb: [15],
  billedMs: [2, 1, 3],
};
const variant = {
  label: 'hello',
  functionName: 'hello',
  memoryMb: 128,
  payloadBytes: 2,
  program: { sha256: 'x', bytes: 1, origin: 'built' },
  samples,
  failures: { count: 0 },
  unexpectedColds: 0,
};
const bench = {
  schema: 'crablet.bench/1',
  version: '0.1.0',
  date: '2026-11-27T00:00:00.000Z',
  where: 'local',
  method: { cold: 2, warm: 3, warmUp: 0, seed: 1, cpu: 'enforced', isolation: '', notes: [] },
  architecture: 'x86_64',
  variants: [variant],
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crablet-cost-'));
  await writeFile(join(folder, 'bench.json'), JSON.stringify(bench));
  const cold = { ...variant, samples: { ...samples, initMs: [], firstMs: [] } };
  await writeFile(join(folder, 'warm-only.json'), JSON.stringify({ ...bench, variants: [cold] }));
});
afterAll(() => rm(folder, { recursive: true }));

const cost = (...argv: string[]) => runCli(['cost', ...argv], { cwd: folder, env: {} });

describe('cost', () => {
  it('shows each line of the formula, x86_64 beside arm64', async () => {
    const { code, stdout, stderr } = await cost('--requests', '10M', '--cold', '1%', '--from', 'bench.json');
    expect(code, stderr).toBe(0);
    // 10M × $0.20/M; 9.9M × 2 ms and 100k × 14.5 ms (13 and 16), of 128 MB.
    expect(stdout).toMatch(/requests +\$2\.00 +\$2\.00/);
    expect(stdout).toMatch(/duration, warm +\$0\.0413 +\$0\.0330/);
    expect(stdout).toMatch(/a month +\$2\.04 +\$2\.04/);
    expect(stdout).toContain('9900000 × 2 ms × 128/1024 GB × $0.0000166667/GB-s');
    expect(stdout).toContain('100000 × 14.5 ms × 128/1024 GB');
    expect(stderr).toContain(
      'arm64: its price for the same durations; how fast it runs there was not measured',
    );
    expect(stderr).toContain('is not taken off: --free-tier');
    expect(stderr).toMatch(/prices of \d{4}-\d\d-\d\d/);
  });

  it('tells the same as JSON, in another region, without the free tier', async () => {
    const argv = ['--requests', '1M', '--from', 'bench.json', '--region', 'eu-south-1', '--free-tier'];
    const { stdout } = await cost(...argv, '--output', 'json');
    const { schema, region, costs, freeTier } = JSON.parse(stdout);
    expect({ schema, region, freeTier }).toEqual({
      schema: 'crablet.cost/1',
      region: 'eu-south-1',
      freeTier: true,
    });
    expect(costs.x86_64.lines[0].dollars).toBeCloseTo(0.23, 9);
    expect(costs.x86_64.dollars).toBeCloseTo(0, 9);
  });

  it('takes numbers from the command line', async () => {
    const { stdout } = await cost(
      '--requests',
      '3M',
      '--cold',
      '0%',
      '--memory',
      '1536',
      '--billed',
      '120',
      '--free-tier',
    );
    // The example of AWS's pricing page.
    expect(stdout).toMatch(/a month +\$2\.73/);
  });

  it('takes prices from the command line, and says of which day the known ones are', async () => {
    const numbers = ['--requests', '1M', '--cold', '0%', '--memory', '1024', '--billed', '100'];
    const price = ['--price', 'x86_64=0.00002,arm64=0.00001,requests=0.5', '--region', 'us-gov-west-1'];
    const given = await cost(...numbers, ...price);
    expect(given.stdout).toMatch(/a month +\$2\.50 +\$1\.50/);
    expect(given.stderr).toContain('prices as given with --price');
    const undated = await cost(...numbers, '--region', 'me-central-1');
    expect(undated.stderr).toContain('prices without a date (tables of other public programs');
    const half = await cost(...numbers, '--region', 'eu-central-1');
    expect(half.stderr).toMatch(
      /prices of x86_64 of 2026-09-19 \(.*\); prices of arm64 without a date \(AWS's calculator/,
    );
  });

  it.each([
    ['no number of requests', ['--from', 'bench.json'], "'--requests <n>' not specified"],
    ['a strange number', ['--requests', 'many', '--from', 'bench.json'], 'Write it as 10M'],
    ['more cold than all', ['--requests', '1', '--cold', '200%', '--from', 'bench.json'], 'Write it as 1%'],
    ['no durations', ['--requests', '1'], 'How long a request takes was not said.'],
    [
      'two kinds of durations',
      ['--requests', '1', '--from', 'bench.json', '--billed', '2'],
      'in more than one way',
    ],
    ['half of the numbers', ['--requests', '1', '--billed', '2'], '--billed alone does not make a price'],
    [
      'another memory than measured',
      ['--requests', '1', '--from', 'bench.json', '--memory', '256'],
      'measured with 128 MB',
    ],
    ['a file without cold starts', ['--requests', '1', '--from', 'warm-only.json'], 'has no cold starts'],
    [
      'an unknown region',
      ['--requests', '1', '--from', 'bench.json', '--region', 'eu-wst-1'],
      "prices of the region 'eu-wst-1' are not known; known are: af-south-1",
    ],
    [
      'a region that is not known, with what to do',
      ['--requests', '1', '--from', 'bench.json', '--region', 'us-gov-west-1'],
      'https://aws.amazon.com/lambda/pricing/ has: --price x86_64=0.0000175,arm64=0.000014,requests=0.21',
    ],
    [
      'half of the prices',
      ['--requests', '1', '--from', 'bench.json', '--price', 'x86_64=0.00002,requests=0.2'],
      '--price has no arm64.',
    ],
    [
      'strange prices',
      ['--requests', '1', '--from', 'bench.json', '--price', 'cheap'],
      'Write it as x86_64=0.0000175,arm64=0.000014,requests=0.21.',
    ],
    ['no function', ['--requests', '1', '--remote'], 'Which function on AWS is meant was not said'],
  ])('refuses %s', async (_, argv, words) => {
    const { code, stderr } = await cost(...argv);
    expect(stderr).toContain(words);
    expect(code).toBe(2);
  });
});
