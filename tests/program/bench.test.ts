import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';
import { type FunctionProject, functionProject } from '../support/project.js';

let project: FunctionProject;

beforeAll(async () => {
  project = await functionProject(['echo', 'fails', 'odd']);
  await project.save('echo', '(event) => event');
  await project.save('fails', "() => { throw new RangeError('out of range') }");
  // Every tenth event of a process is one too many.
  await project.save(
    'odd',
    "((n) => () => { n += 1; if (n % 10 === 0) throw new Error('the tenth'); return n })(0)",
  );
});
afterAll(() => project.remove());

const FEW = [
  '--cold',
  '7',
  '--warm',
  '30',
  '--warm-up',
  '2',
  '--no-floor',
  '--cpu',
  'full',
  '--isolation',
  'portable',
];

const bench = (...argv: string[]) => runCli(['bench', ...argv], { cwd: project.folder, env: project.env });

describe('bench', () => {
  it('tells init, first and warm invocations apart, with all samples and how they were taken', async () => {
    const { code, stdout, stderr } = await bench('echo', ...FEW, '--output', 'json');
    expect(code, stderr).toBe(0);
    const { schema, where, method, machine, variants } = JSON.parse(stdout);
    expect({ schema, where, method }).toMatchObject({
      schema: 'crablet.bench/1',
      where: 'local',
      method: { cold: 7, warm: 30, warmUp: 2, seed: 1, cpu: 'full' },
    });
    expect(machine).toMatchObject({ processors: expect.any(Number), node: process.versions.node });
    const [{ samples, failures, unexpectedColds, program, memoryMb }] = variants;
    expect(samples.initMs).toHaveLength(7);
    expect(samples.firstMs).toHaveLength(7);
    expect(samples.coldMs).toHaveLength(7);
    // One that comes before the runtime has asked for the next event meets another environment, as on AWS.
    expect(samples.warmMs.length + unexpectedColds).toBe(30);
    for (let at = 0; at < 7; at += 1)
      expect(samples.coldMs[at]).toBeGreaterThanOrEqual(samples.initMs[at] + samples.firstMs[at] - 1);
    expect(failures).toEqual({ count: 0 });
    expect(memoryMb).toBe(128);
    expect(program).toMatchObject({
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      origin: expect.stringContaining('--release'),
    });
  });

  it('models the processor share where no control group is to be made', async () => {
    const argv = ['--cold', '1', '--warm', '5', '--no-floor', '--isolation', 'portable'];
    const { code, stderr } = await bench('echo', ...argv);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('CPU share of the memory size: a model');
  });

  it('leaves nothing in the target folder', async () => {
    await bench('echo', ...FEW);
    const left = await readdir(join(project.folder, 'target/lambda/.bench')).catch(() => []);
    expect(left.filter((name) => /^\d+$/.test(name))).toEqual([]);
  });

  it('compares with a file and with a function by turns, and names no winner of one against itself', async () => {
    const saved = join(project.folder, 'base.json');
    await bench('echo', ...FEW, '--save', saved);
    const { code, stdout, stderr } = await bench(
      'echo',
      ...FEW,
      '--compare',
      saved,
      '-c',
      'odd',
      '--threshold',
      '10000',
    );
    expect(stdout, stderr).toMatch(/^echo against odd$/m);
    expect(stdout).toMatch(/^echo against echo \(from a file\)$/m);
    expect(stdout).toMatch(/warm, median .*×/);
    expect(stderr).toMatch(/measured at another time/);
    // `odd` fails now and then.
    expect(code).toBe(5);
  });

  it('ends with 7 when it has become worse', async () => {
    const saved = join(project.folder, 'fast.json');
    await bench('echo', ...FEW, '--save', saved);
    const fast = JSON.parse(await readFile(saved, 'utf8'));
    fast.variants[0].samples.warmMs = Array.from({ length: 100 }, (_, at) => 0.0001 + at / 1e9);
    await writeFile(saved, JSON.stringify(fast));
    const { code, stderr } = await bench('echo', ...FEW, '--compare', saved);
    expect(code, stderr).toBe(7);
    expect(stderr).toMatch(/worse than echo by more than 5 %: .*warm/);
  });

  it('tells failures, and averages none of them in', async () => {
    const { code, stdout } = await bench('odd', ...FEW, '--output', 'json');
    const [{ samples, failures, unexpectedColds }] = JSON.parse(stdout).variants;
    expect(code).toBe(5);
    expect(failures.count).toBeGreaterThan(0);
    expect(failures.first).toContain('the tenth');
    expect(samples.warmMs.length + failures.count + unexpectedColds).toBeGreaterThanOrEqual(30);
    expect(samples.warmMs.length).toBeLessThan(30);
  });

  it('has nothing to say of a function that only fails', async () => {
    const { code, stderr } = await bench('fails', ...FEW);
    expect(code).toBe(5);
    expect(stderr).toMatch(
      /'fails' failed in all of its \d+ invocations; the first answered: .*out of range/,
    );
    expect(stderr).toMatch(/fix: Give it a payload that it takes/);
  });

  it('sends at a fixed rate, and counts from when a request was due', async () => {
    const given = ['--cold', '1', '--warm', '0', '--no-floor', '--cpu', 'full', '--isolation', 'portable'];
    const { stdout, stderr } = await bench(
      'echo',
      ...given,
      '--rate',
      '50',
      '--duration',
      '500ms',
      '--output',
      'json',
    );
    const { load } = JSON.parse(stdout || stderr);
    expect(load).toMatchObject({ rate: 50, seconds: 0.5, sent: 25, failures: { count: 0 } });
    expect(load.latencyMs).toHaveLength(25);
    expect(load.environments).toBeGreaterThanOrEqual(1);
  });

  it('measures a program of another language by its path, and writes a page that needs no network', async () => {
    await mkdir(join(project.folder, 'other'), { recursive: true });
    const script = `#!${process.execPath}\nrequire('${project.folder}/.fake/runtime.cjs')((event) => event)\n`;
    await writeFile(join(project.folder, 'other/bootstrap'), script, { mode: 0o755 });
    const page = join(project.folder, 'out.html');
    const { code, stdout, stderr } = await bench(
      './other',
      ...FEW,
      '--compare',
      'echo',
      '--threshold',
      '10000',
      '--report',
      page,
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^other {2}128 MB/m);
    const html = await readFile(page, 'utf8');
    expect(html).toMatch(/<svg.*<svg.*<\/html>\n$/s);
    expect(html).not.toMatch(/https?:|<script|<link|url\(|@import/);
    expect(html).toContain('other against echo');
  });
});

describe('what it cannot use', () => {
  it.each([
    [
      'a function that is not there',
      ['nobody'],
      2,
      "There is no function 'nobody'; there are: echo, fails, odd",
    ],
    ['no function of several', [], 2, 'Which function to measure was not said'],
    ['no function to compare', ['-c', 'odd'], 2, 'Which function is to be compared was not said'],
    ['a path without a program', ['./nowhere'], 3, 'There is no file ./nowhere'],
    ['a folder without a bootstrap', ['./src'], 3, 'There is no bootstrap in the folder ./src'],
    [
      'a file that is not there',
      ['echo', '-c', 'nothing.json'],
      2,
      "Cannot read the benchmark 'nothing.json'",
    ],
    [
      'a report in a folder that is not there',
      ['echo', '--report', 'nowhere/x.html'],
      3,
      "Cannot write 'nowhere/x.html': ENOENT",
    ],
    ['a folder for a file', ['echo', '--save', 'src'], 3, "Cannot write 'src': it is a folder."],
    ['no rate', ['echo', '--rate', '0'], 2, 'It must be a number above 0.'],
    ['no duration', ['echo', '--rate', '1', '--duration', 'soon'], 2, 'Write it as 10s, 500ms or 2m.'],
    ['half a cold start', ['echo', '--cold', '1.5'], 2, 'a whole number from 0 on'],
    [
      'an isolation of its own',
      ['echo', '--isolation', 'jail'],
      2,
      'Allowed choices are auto, linux, portable',
    ],
    ['two payloads', ['echo', '-A', '1', '-E', 'sqs-event'], 2, 'More than one payload was given'],
    ['a sample that is not there', ['echo', '-E', 'sqs-evnt'], 2, 'sqs-event'],
    ['no payload of JSON', ['echo', '-A', '{'], 2, 'is not JSON'],
    ['a memory size that AWS has not', ['echo', '--memory', '64'], 2, 'from 128 to 10240'],
    [
      'a local word with --remote',
      ['echo', '--remote', '--memory', '256'],
      2,
      '--memory does not go with --remote',
    ],
    ['no function with --remote', ['--remote'], 2, 'Which function on AWS is meant was not said'],
    ['cold starts by force without a yes', ['echo', '--remote', '--force-cold-starts'], 2, 'add --yes'],
  ])('%s', async (_, argv, exit, words) => {
    const { code, stderr } = await bench(...argv);
    expect(stderr).toContain(words);
    expect(code).toBe(exit);
  });

  it.each([
    [
      'another version',
      { schema: 'crablet.bench/9' },
      'has the form crablet.bench/9; this crablet reads crablet.bench/1',
    ],
    ['something else', { schema: 'crablet.build/1' }, 'is no result of crablet bench'],
    ['half of one', { schema: 'crablet.bench/1', version: '0' }, 'is no result of crablet bench: at'],
  ])('a file of %s', async (_, content, words) => {
    const file = join(project.folder, 'wrong.json');
    await writeFile(file, JSON.stringify(content));
    const { code, stderr } = await bench('echo', '--compare', file);
    expect(stderr).toContain(words);
    expect(code).toBe(2);
  });
});
