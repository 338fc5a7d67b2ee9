import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { App, Stack as CdkStack, type Stack } from 'aws-cdk-lib';
import { Architecture, Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RustExtension, RustFunction, type RustFunctionProps } from '../../src/cdk/index.js';
import { packageRoot } from '../../src/package-root.js';
import { assetKeys, type CdkProject, cdkProject, templateOf } from '../support/cdk-project.js';

// One project for all of them: what cargo says of it is asked once. Whoever changes a file has it put back.
const root = packageRoot();
let project: CdkProject;

beforeAll(async () => {
  project = await cdkProject({ packages: [{ name: 'hello', bins: ['hello', 'other'] }] });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await project.reset();
});

afterAll(() => project.remove());

const stack = (): Stack => new CdkStack(new App(), 'Stack');
const make = (props: RustFunctionProps) => () =>
  new RustFunction(stack(), 'Hello', { manifestPath: project.folder, ...props });

describe('what is wrong is told where the construct is made', () => {
  it.each<[string, RustFunctionProps, RegExp, RegExp]>([
    [
      'a missing manifest',
      { manifestPath: 'no/such' },
      /There is no Cargo\.toml at manifestPath 'no\/such'/,
      // Where one is close to where the app runs, it is named; which folder that is, is vitest's choice.
      /manifestPath(: '| is relative to)/,
    ],
    [
      'another file',
      { manifestPath: 'package.json' },
      /package\.json, which is not a Cargo\.toml/,
      /Name the folder/,
    ],
    [
      'a binary that is not there',
      { binaryName: 'helo' },
      /has no binary 'helo'; it has: hello, other/,
      /binaryName: 'hello'/,
    ],
    [
      'another runtime',
      { runtime: Runtime.NODEJS_20_X },
      /runtime is nodejs20\.x, which does not start a binary/,
      /'provided\.al2023'/,
    ],
    [
      'two architectures',
      { architecture: Architecture.ARM_64, bundling: { architecture: Architecture.X86_64 } },
      /architecture is arm64, but bundling\.architecture is x86_64/,
      /Leave bundling\.architecture out/,
    ],
    [
      'a target for another architecture',
      {
        architecture: Architecture.X86_64,
        bundling: { cargoLambdaFlags: ['--target', 'aarch64-unknown-linux-gnu'] },
      },
      /for arm64, but architecture is x86_64/,
      /Leave one/,
    ],
    [
      'a flag of the construct',
      { bundling: { cargoLambdaFlags: ['--bin', 'x'] } },
      /has --bin, which/,
      /binaryName/,
    ],
    [
      'prebuilt code without a program',
      { code: Code.fromAsset('src/cdk') },
      /has no bootstrap/,
      /Put the program there/,
    ],
    [
      'a repository that is none',
      { gitRemote: '/no/such/repository' },
      /\/no\/such\/repository cannot be asked/,
      /git ls-remote/,
    ],
    [
      'a file inside a crate',
      { manifestPath: join(root, 'examples/hello-http/src/main.rs') },
      /main\.rs, which is not a Cargo\.toml/,
      /manifestPath: '.*examples\/hello-http'/,
    ],
    [
      'flags as a text, from JavaScript',
      { bundling: { cargoLambdaFlags: '--features x' as never } },
      /bundling\.cargoLambdaFlags is "--features x", which is no list of texts/,
      /\["--features","x"\]/,
    ],
    [
      'a hook that returns a text',
      { bundling: { commandHooks: { afterBundling: () => 'cargo test' as never } } },
      /what commandHooks\.afterBundling returns is "cargo test", which is no list/,
      /\["cargo test"\]/,
    ],
    ['an empty profile', { bundling: { profile: '' } }, /bundling\.profile is ""/, /leave it out/],
    ['a repository like a flag', { gitRemote: '--upload-pack=x' }, /begins with a dash/, /URL/],
  ])('%s', (_, props, what, fix) => {
    expect(make(props)).toThrow(what);
    expect(make(props)).toThrow(fix);
    expect(make(props)).toThrow(/^\[Stack\/Hello\] /);
  });

  it("shows the user's own line first", () => {
    try {
      make({ manifestPath: 'no/such' })();
    } catch (error) {
      expect((error as Error).stack?.split('\n').find((line) => /^\s+at /.test(line))).toContain(
        'cdk-refusals.test.ts',
      );
    }
    expect.assertions(1);
  });

  it('what cargo says of a manifest', async () => {
    await project.onMetadata('echo "error: failed to parse manifest at x" >&2\nexit 101\n');
    await project.write('Cargo.toml', '[workspace] # so that it is asked again\n');
    expect(make({})).toThrow(/\[Stack\/Hello\] cargo cannot read the project: failed to parse manifest at x/);
  });
});

describe('hashes', () => {
  const key = (props: RustFunctionProps = {}) =>
    assetKeys(
      templateOf((at) => new RustFunction(at, 'Hello', { manifestPath: project.folder, ...props })),
    )[0];

  it.each<[string, () => Promise<unknown> | unknown]>([
    ['a source', () => project.write('src/hello.rs', '// changed\n')],
    ['a new file', () => project.write('src/new.rs', '')],
    ['a variable of the compiler', () => vi.stubEnv('RUSTFLAGS', '-g')],
    ["cargo's configuration", () => project.write('.cargo/config.toml', '[build]\nrustflags = ["-g"]\n')],
    ['a lock file', () => project.write('Cargo.lock', 'no [toml')],
    ['the configuration', () => project.write('CargoLambda.toml', '[build]\n')],
    ['a build script', () => project.write('build.rs', 'fn main() {}\n')],
    ['what a build script reads in its crate', () => project.write('proto/orders.proto', 'message A {}\n')],
    ['the manifest', () => project.write('Cargo.toml', '# changed\n')],
    [
      'the compiler',
      async () => {
        const rustc = await project.write('.fake/rustc', '#!/bin/sh\necho rustc 9.9.9\n');
        await chmod(rustc, 0o755);
        vi.stubEnv('RUSTC', rustc);
      },
    ],
  ])('%s makes another', async (_, change) => {
    const before = key();
    await change();
    expect(key()).not.toBe(before);
  });

  it('a file that a source names outside makes another', async () => {
    await project.write('src/hello.rs', 'include_str!("../docs/page.md")');
    await project.write('docs/page.md', 'one');
    const before = key();
    await project.write('docs/page.md', 'changed');
    expect(key()).not.toBe(before);
  });

  it('a variable that a source names makes another', async () => {
    await project.write('src/hello.rs', 'const AT: &str = env!("BUILT_AT");');
    vi.stubEnv('BUILT_AT', 'one');
    const before = key();
    vi.stubEnv('BUILT_AT', 'two');
    expect(key()).not.toBe(before);
  });

  it('a file that is named as an input makes another', async () => {
    await project.tell({ packages: [{ name: 'hello', folder: 'hello', bins: ['hello'] }] });
    await project.write('schema/a.json', '{}');
    const alone = { manifestPath: join(project.folder, 'hello') };
    const named = { ...alone, bundling: { additionalInputs: ['../schema'] } };
    const [ofNamed, ofAlone] = [key(named), key(alone)];
    await project.write('schema/a.json', '[]');
    expect(key(named)).not.toBe(ofNamed);
    expect(key(alone)).toBe(ofAlone);
  });

  it('a crate that it depends on makes another, and so does what that depends on; others of the workspace do not', async () => {
    const folder = (name: string) => join(project.folder, name);
    await project.tell({
      packages: [
        {
          name: 'hello',
          folder: 'hello',
          bins: ['hello'],
          dependencies: [{ name: 'common', path: folder('common') }],
        },
        { name: 'common', folder: 'common', dependencies: [{ name: 'deep', path: folder('deep') }] },
        { name: 'deep', folder: 'deep' },
        { name: 'other', folder: 'other', bins: ['other'] },
      ],
    });
    const hello = () => key({ manifestPath: folder('hello') });
    for (const name of ['common', 'deep', 'other']) await project.write(`${name}/src/lib.rs`, '// one\n');
    const keys = [hello()];
    for (const name of ['common', 'deep', 'other']) {
      await project.write(`${name}/src/lib.rs`, '// two\n');
      keys.push(hello());
    }
    const [before, ofCommon, ofDeep, ofOther] = keys;
    expect(new Set([before, ofCommon, ofDeep]).size).toBe(3);
    expect(ofOther).toBe(ofDeep);
  });

  it.each<[string, RustFunctionProps]>([
    ['architecture', { architecture: Architecture.ARM_64 }],
    ['binaryName', { binaryName: 'other' }],
    ['runtime', { runtime: 'provided.al2' }],
    ['profile', { bundling: { profile: 'dev' } }],
    ['flags', { bundling: { cargoLambdaFlags: ['--features', 'x'] } }],
    ['environment', { bundling: { environment: { A: 'b' } } }],
    ['hooks', { bundling: { commandHooks: { afterBundling: () => ['x'] } } }],
    ['assetHash', { bundling: { assetHash: 'mine' } }],
  ])('%s makes another', (_, props) => {
    expect(key(props)).not.toBe(key());
  });

  it.each<[string, () => Promise<unknown> | unknown]>([
    ['a test', () => project.write('tests/it.rs', '')],
    ['what is built', () => project.write('target/release/hello', '')],
    ['a page', () => project.write('README.md', '')],
    ['where things are downloaded from', () => project.write('.cargo/config.toml', '[net]\nretry = 3\n')],
    ['a variable that nobody reads', () => vi.stubEnv('SOME_VARIABLE', 'x')],
  ])('%s does not', async (_, change) => {
    const before = key();
    await change();
    expect(key()).toBe(before);
  });

  it('there is one on a machine without Rust, where nothing is built', () => {
    vi.stubEnv('CARGO', '/no/such/cargo');
    expect(key({ binaryName: 'hello' })).toMatch(/^[0-9a-f]{64}\.zip$/);
  });
});

describe('RustExtension', () => {
  it('is a layer for one architecture', () => {
    templateOf(
      (at) =>
        new RustExtension(at, 'Ext', {
          manifestPath: project.folder,
          binaryName: 'other',
          architecture: Architecture.ARM_64,
          description: 'it',
        }),
    ).hasResourceProperties('AWS::Lambda::LayerVersion', {
      CompatibleArchitectures: ['arm64'],
      Description: 'it',
    });
  });
});
