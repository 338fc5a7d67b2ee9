import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { listSamples, loadSample } from '../../src/events/catalog.js';
import { EVENT_TYPES } from '../../src/new/event-types.js';
import { cargo } from '../support/cargo.js';
import { EVERY_FEATURE, TEST_WORKSPACE } from '../support/test-workspace.js';

const samples = listSamples();

it('every sample survives its type of aws_lambda_events, and lambda_http understands the HTTP-like ones', async () => {
  const selected = ['-p', 'sample-events', '-p', EVERY_FEATURE];
  const how = ['--nocapture', '--test-threads=1'];
  const run = await cargo(TEST_WORKSPACE, ['test', '--locked', ...selected, '--', ...how]);
  expect(run.code, run.stderr + run.stdout).toBe(0);
  // The output of the test harness may stand before it on the same line.
  const checked = [...run.stdout.matchAll(/checked (\S+) (\S+)$/gm)].map(
    ([, name, type]) => `${name} ${type}`,
  );
  expect(checked.sort()).toEqual(samples.map(({ name, type }) => `${name} ${type}`).sort());
});

it.each(EVENT_TYPES)('there is a sample for $path', async ({ path, sample }) => {
  if (sample) expect(await loadSample(sample)).not.toHaveLength(0);
  else expect(samples.map(({ type }) => type)).toContain(path);
});

describe('the installed aws_lambda_events', () => {
  let source: string;
  beforeAll(async () => {
    const run = await cargo(TEST_WORKSPACE, ['metadata', '--format-version', '1', '--locked']);
    expect(run.code, run.stderr).toBe(0);
    const { packages } = JSON.parse(run.stdout) as { packages: { name: string; manifest_path: string }[] };
    const manifest = packages.find(({ name }) => name === 'aws_lambda_events')?.manifest_path;
    source = join(dirname(manifest!), 'src');
  });

  it('has no fixture whose name is not a sample here: they are the names that Cargo Lambda takes', () => {
    const known = new Set(samples.flatMap(({ name, aliases }) => [name, ...aliases]));
    const fixtures = readdirSync(join(source, 'fixtures')).flatMap(
      (file) => /^example-(.+)\.json$/.exec(file)?.[1] ?? [],
    );
    expect(fixtures.length).toBeGreaterThan(150);
    expect(fixtures.filter((name) => !known.has(name))).toEqual([]);
  });

  it('has no module of events without a sample', () => {
    const modules = [
      ...readFileSync(join(source, 'event', 'mod.rs'), 'utf8').matchAll(/^pub mod (\w+);/gm),
    ].map(([, module]) => module);
    expect(modules.length).toBeGreaterThan(40);
    const sampled = new Set(samples.map(({ type }) => type.split('::')[0]));
    // iam holds policies and streams holds answers: no function is invoked with them.
    expect(modules.filter((module) => !sampled.has(module)).sort()).toEqual(['iam', 'streams']);
  });
});
