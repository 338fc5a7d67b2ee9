import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.js';
import { runCli } from '../support/cli.js';

/** Cargo Lambda's own construct (npm: cargo-lambda-cdk) calls `cargo lambda build`, which crablet is after `crablet link`. */

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'crablet-construct-')));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const APP = `
const { App, Stack } = require('aws-cdk-lib');
const { RustFunction } = require('cargo-lambda-cdk');
const app = new App({ outdir: process.argv[1] });
new RustFunction(new Stack(app, 'Stack'), 'Function', { manifestPath: process.argv[2] });
const [own] = app.synth().stacks;
console.log(JSON.stringify(own.template));
`;

describe("Cargo Lambda's construct", () => {
  it('bundles with crablet, and gets a bootstrap that Lambda starts', async () => {
    await mkdir(join(folder, 'app/src'), { recursive: true });
    await writeFile(
      join(folder, 'app/Cargo.toml'),
      '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2024"\n[profile.release]\nlto = false\n',
    );
    await writeFile(join(folder, 'app/src/main.rs'), 'fn main() {}');
    const linked = await runCli(['link', join(folder, 'bin')], { cwd: folder, env: process.env });
    expect(linked.code, linked.stderr).toBe(0);
    const PATH = [join(folder, 'bin'), process.env['PATH']].join(delimiter);
    // Beside node_modules, where require() looks.
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['-e', APP, '--', join(folder, 'cdk.out'), join(folder, 'app/Cargo.toml')],
      { cwd: packageRoot(), env: { ...process.env, PATH, CARGO_TARGET_DIR: join(folder, 'target') } },
    );
    const template = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    const resources = Object.values(
      template.Resources as Record<string, { Type: string; Properties: unknown }>,
    );
    const lambda = resources.find(({ Type }) => Type === 'AWS::Lambda::Function');
    expect(lambda?.Properties, stderr).toMatchObject({ Handler: 'bootstrap', Runtime: 'provided.al2023' });
    const [asset = ''] = (await readdir(join(folder, 'cdk.out'))).filter((name) => name.startsWith('asset.'));
    expect(await readdir(join(folder, 'cdk.out', asset))).toEqual(['bootstrap']);
    const inspected = await runCli(['inspect', join(folder, 'cdk.out', asset, 'bootstrap')], {
      cwd: folder,
      env: process.env,
    });
    expect(inspected.code, inspected.stderr).toBe(0);
    // Crablet's own words, not Cargo Lambda's.
    expect(stderr).toContain('starts on provided.al2023');
  });
});
