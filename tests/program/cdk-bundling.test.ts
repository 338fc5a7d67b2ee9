import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { App, AssetHashType, Stack } from 'aws-cdk-lib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BundlingOptions, RustExtension, RustFunction } from '../../src/cdk/index.js';
import { assetKeys, type CdkProject, cdkProject, templateOf } from '../support/cdk-project.js';

// What is built on this machine, by a scripted cargo: hooks, hashes, extensions, and what is told of it.

let project: CdkProject;
let outdir: string;
let stderr: string;

beforeAll(async () => {
  project = await cdkProject({
    packages: [
      { name: 'api', folder: 'api', bins: ['hello', 'orders'], dependencies: [{ name: 'lambda_http' }] },
      { name: 'worker', folder: 'worker', bins: ['worker'] },
    ],
  });
  outdir = join(project.folder, 'out');
});

beforeEach(async () => {
  await project.reset();
  await project.builds(['hello', 'orders', 'worker']);
  await rm(join(project.folder, '.fake/calls'), { force: true });
  stderr = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(outdir, { recursive: true, force: true });
  // What cargo said of the project may stay.
  const kept = join(project.folder, 'target/lambda/.cdk');
  for (const name of await readdir(kept).catch(() => []))
    if (!name.startsWith('describe-')) await rm(join(kept, name), { recursive: true });
});

afterAll(() => project.remove());

function synth(make: (stack: Stack) => void): void {
  const app = new App({ outdir });
  make(new Stack(app, 'One'));
  app.synth();
}

const workspace = (bundling: BundlingOptions) => (stack: Stack) => {
  RustFunction.fromWorkspace(stack, 'Fns', { manifestPath: project.folder, bundling });
};
const worker = (bundling: BundlingOptions) => (stack: Stack) => {
  new RustFunction(stack, 'Worker', { manifestPath: join(project.folder, 'worker'), bundling });
};

const assets = () => readdirSync(outdir).filter((name) => name.startsWith('asset.'));
const filesOf = (asset = '') => readdirSync(join(outdir, asset)).sort();
const builds = async () => (await project.calls()).filter((call) => call === 'build').length;

describe('a synth tells', () => {
  it('of each function that it built, and how long that took; nothing of those that are there', async () => {
    synth(workspace({}));
    const lines = stderr.match(/^One\/Fns\/.*$/gm)?.sort();
    expect(lines).toEqual(
      ['hello', 'orders', 'worker'].map((name) =>
        expect.stringMatching(
          new RegExp(`^One/Fns/${name}: built in \\d+\\.\\d s, in one run with 2 others \\(\\d+ KB\\)$`),
        ),
      ),
    );
    expect(await builds()).toBe(1);
    stderr = '';
    synth(workspace({}));
    expect(stderr).toBe('');
    expect(await builds()).toBe(1);
  });
});

describe('assetHashType of a workspace', () => {
  it('OUTPUT builds all with one run, and calls assets after what came out', async () => {
    synth(workspace({ assetHashType: AssetHashType.OUTPUT }));
    expect(await builds()).toBe(1);
    // The scripted cargo makes the same program of everything: one asset.
    expect(assets()).toHaveLength(1);
    const before = assets();
    await project.write('worker/src/worker.rs', '// another comment\n');
    synth(workspace({ assetHashType: AssetHashType.OUTPUT }));
    expect(await builds()).toBe(2);
    expect(assets()).toEqual(before);
    synth(workspace({ assetHashType: AssetHashType.OUTPUT }));
    expect(await builds()).toBe(2);
  });

  it('SOURCE is what it is without a word', () => {
    const keys = (bundling: BundlingOptions) => assetKeys(templateOf(workspace(bundling)));
    const all = keys({ assetHashType: AssetHashType.SOURCE });
    expect(new Set(all).size).toBe(3);
    expect(keys({})).toEqual(all);
  });

  it('CUSTOM is one hash of yours for all, of which each function has an asset of its own', async () => {
    const bundling = { assetHash: 'v1', assetHashType: AssetHashType.CUSTOM };
    synth(workspace(bundling));
    expect(assets()).toHaveLength(3);
    await project.write('worker/src/worker.rs', '// changed\n');
    synth(workspace({ assetHash: 'v1' }));
    expect(await builds()).toBe(1);
    expect(assets()).toHaveLength(3);
    synth(workspace({ assetHash: 'v2' }));
    expect(assets()).toHaveLength(6);
  });

  it.each<[string, BundlingOptions, RegExp]>([
    [
      'CUSTOM without a hash',
      { assetHashType: AssetHashType.CUSTOM },
      /^\[Stack\/Worker\] bundling\.assetHashType is CUSTOM, and there is no bundling\.assetHash\./,
    ],
    [
      'a hash, and another type',
      { assetHashType: AssetHashType.OUTPUT, assetHash: 'v1' },
      /^\[Stack\/Worker\] bundling\.assetHash is given, but bundling\.assetHashType is OUTPUT\./,
    ],
  ])('%s is refused', (_, bundling, what) => {
    expect(() => templateOf(worker(bundling))).toThrow(what);
  });
});

describe('commandHooks', () => {
  it('run before and after the build, in the folder of the manifest, with the variables of the build', () => {
    const commandHooks = {
      beforeBundling: (from: string, to: string) => [
        `pwd > '${to}/pwd'`,
        `printf %s "$COLOUR" > '${to}/colour'`,
        `printf %s '${from}' > '${to}/from'`,
        `test ! -e '${to}/bootstrap' && touch '${to}/early'`,
      ],
      afterBundling: (_: string, to: string) => [`cp '${to}/bootstrap' '${to}/copy'`],
    };
    synth(worker({ commandHooks, environment: { COLOUR: 'green' } }));
    const [asset = ''] = assets();
    expect(filesOf(asset)).toEqual(['bootstrap', 'colour', 'copy', 'early', 'from', 'pwd']);
    const text = (name: string) => readFileSync(join(outdir, asset, name), 'utf8').trim();
    expect([text('pwd'), text('from'), text('colour')]).toEqual([
      join(project.folder, 'worker'),
      join(project.folder, 'worker'),
      'green',
    ]);
  });

  it('run for each function of a workspace, and not when nothing has changed', async () => {
    const commandHooks = {
      afterBundling: (_: string, to: string) => [
        `echo x >> '${project.folder}/out-of-hooks'`,
        `touch '${to}/hooked'`,
      ],
    };
    synth(workspace({ commandHooks }));
    synth(workspace({ commandHooks }));
    const ran = readFileSync(join(project.folder, 'out-of-hooks'), 'utf8');
    expect(ran).toBe('x\nx\nx\n');
    for (const asset of assets()) expect(filesOf(asset)).toEqual(['bootstrap', 'hooked']);
    await rm(join(project.folder, 'out-of-hooks'));
  });

  it.each([
    ['beforeBundling', { beforeBundling: () => ['exit 3'] }],
    ['afterBundling', { afterBundling: () => ['exit 3'] }],
  ])('%s that fails ends the synth, with its command, and leaves no asset', (name, commandHooks) => {
    expect(() => synth(worker({ commandHooks }))).toThrow(
      `[One/Worker] The command 'exit 3' of ${name} failed: it ended with 3.`,
    );
    expect(existsSync(outdir) ? assets() : []).toEqual([]);
  });
});

describe('extensions', () => {
  const extension = (internal: boolean) => (stack: Stack) => {
    new RustExtension(stack, 'Ext', {
      manifestPath: join(project.folder, 'worker'),
      ...(internal && { internal }),
    });
  };

  it('external ones lie where Lambda starts them, internal ones beside', () => {
    synth(extension(false));
    const [external = ''] = assets();
    expect(filesOf(external)).toEqual(['extensions']);
    expect(filesOf(join(external, 'extensions'))).toEqual(['worker']);
    synth(extension(true));
    const internal = assets().find((name) => name !== external);
    expect(filesOf(internal)).toEqual(['worker']);
    expect(stderr).toMatch(/^One\/Ext: built in /m);
  });
});
