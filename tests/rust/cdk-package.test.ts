import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalLambda } from '../../src/index.js';
import { packageRoot } from '../../src/package-root.js';
import { InstalledCrablet } from '../support/cdk-installed.js';

// crablet/cdk as an app has it: installed, loaded both ways, with its types, and the example.

let installed: InstalledCrablet;

beforeAll(() => {
  installed = new InstalledCrablet();
});

afterAll(() => installed?.remove());

/** As cargo-lambda-cdk's documentation has them, with nothing but the import changed (and root's home folder written as another). */
const DOCUMENTED = `
import { App, BundlingFileAccess, DockerImage, Stack } from 'aws-cdk-lib';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { RustExtension, RustFunction, cargoLambdaVersion } from 'crablet/cdk';
import type { BundlingOptions, DockerOptions, ICommandHooks, RustExtensionProps, RustFunctionProps } from 'crablet/cdk';

const app = new App();
let count = 0;
const scope = () => new Stack(app, \`S\${(count += 1)}\`);
const manifestPath = 'functions/api';

new RustFunction(scope(), 'Rust function', { manifestPath });
new RustFunction(scope(), 'Rust function', { manifestPath, runtime: 'provided.al2' });
new RustFunction(scope(), 'Rust function', { manifestPath, runtime: Runtime.PROVIDED_AL2023 });
const extensionLayer = new RustExtension(scope(), 'Rust extension', { manifestPath, architecture: Architecture.ARM_64 });
new RustFunction(scope(), 'Rust function', { manifestPath, layers: [extensionLayer] });
new RustFunction(scope(), 'Rust function', { manifestPath, bundling: { environment: { HELLO: 'WORLD' } } });
new RustFunction(scope(), 'Rust function', { manifestPath, bundling: { profile: 'dev' } });
new RustFunction(scope(), 'Rust function', {
  manifestPath,
  bundling: { cargoLambdaFlags: ['--target', 'x86_64-unknown-linux-musl', '--debug', '--disable-optimizations'] },
});
new RustFunction(scope(), 'Rust function', {
  manifestPath,
  bundling: { dockerOptions: { bundlingFileAccess: BundlingFileAccess.VOLUME_COPY } },
});
new RustFunction(scope(), 'Rust function', {
  manifestPath,
  bundling: { dockerImage: DockerImage.fromRegistry('your_docker_image') },
});
new RustFunction(scope(), 'Rust function', {
  manifestPath,
  bundling: { dockerImage: DockerImage.fromBuild('image') },
});
new RustFunction(scope(), 'Rust function', {
  gitRemote: 'file://' + process.cwd(),
  gitReference: 'branch',
  gitForceClone: true,
  manifestPath,
});
new RustFunction(scope(), 'Rust function', {
  manifestPath,
  bundling: {
    dockerOptions: { volumes: [{ hostPath: '/cargo/registry', containerPath: '/usr/local/cargo/registry' }] },
  },
});
new RustFunction(scope(), 'Rust function', {
  manifestPath,
  bundling: {
    commandHooks: {
      // run tests
      beforeBundling(inputDir: string, _outputDir: string): string[] {
        return ['cargo test'];
      },
    },
  },
});
export type All = [BundlingOptions, DockerOptions, ICommandHooks, RustExtensionProps, RustFunctionProps];
export const canBuild: boolean | undefined = cargoLambdaVersion();
const { length } = app.synth().stacks;
if (length !== count) throw new Error(\`\${length} stacks of \${count}\`);
`;

const fromExample = () => join(packageRoot(), 'examples/cdk');

describe('types', () => {
  beforeAll(() => {
    installed.write('one.cts', DOCUMENTED);
    installed.write('two.mts', DOCUMENTED);
    installed.write('three.ts', DOCUMENTED);
  });

  it.concurrent.each<[string, Record<string, unknown>, string[]]>([
    [
      'CommonJS and ES modules of Node.js',
      // Checks also what is in the declarations, ours and the CDK's: once is enough, as it takes long.
      { module: 'NodeNext', moduleResolution: 'NodeNext', skipLibCheck: false },
      ['one.cts', 'two.mts'],
    ],
    ['a bundler', { module: 'ESNext', moduleResolution: 'Bundler' }, ['three.ts']],
    [
      'older apps: CommonJS, resolved as Node.js 10 did',
      { module: 'CommonJS', moduleResolution: 'node10', ignoreDeprecations: '6.0' },
      ['three.ts'],
    ],
  ])('work for %s', async (_, configuration, files) => {
    expect(await installed.typeErrors(configuration, files)).toBe('');
  });
});

describe('the documented examples of cargo-lambda-cdk', () => {
  it.concurrent.each([
    ['CommonJS', 'commonjs'],
    ['ES modules', 'module'],
  ])('run as %s', async (_, type) => {
    const at = `as-${type}`;
    cpSync(join(fromExample(), 'functions'), join(installed.folder, at, 'functions'), { recursive: true });
    cpSync(join(fromExample(), 'Cargo.toml'), join(installed.folder, at, 'Cargo.toml'));
    cpSync(join(fromExample(), 'Cargo.lock'), join(installed.folder, at, 'Cargo.lock'));
    installed.write(`${at}/package.json`, JSON.stringify({ type }));
    // Its types are checked above.
    const { code } = transformSync(DOCUMENTED, {
      loader: 'ts',
      format: type === 'module' ? 'esm' : 'cjs',
    });
    installed.write(`${at}/app.js`, code);
    const cwd = join(installed.folder, at);
    expect(readFileSync(join(cwd, 'app.js'), 'utf8')).toContain(
      type === 'module' ? 'from "crablet/cdk"' : 'require("crablet/cdk")',
    );
    installed.write(`${at}/image/Dockerfile`, 'FROM scratch\n');
    const docker = installed.write(`${at}/docker`, '#!/bin/sh\necho "$@" >> "$0.log"\n');
    chmodSync(docker, 0o755);
    installed.repository(at, 'branch');
    const { code: status, stderr } = await installed.run('app.js', at, {
      CDK_OUTDIR: undefined,
      CDK_DOCKER: docker,
      XDG_CACHE_HOME: join(installed.folder, `cache-${type}`),
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    // The image is the CDK's to build, as the app is run; nothing is built in it.
    expect(readFileSync(`${docker}.log`, 'utf8')).toMatch(/^build -t cdk-\S+ image\n$/);
  });
});

describe('examples/cdk', () => {
  it('is synthesized by the CDK with one run of cargo, and its functions answer', async () => {
    const at = join(installed.folder, 'orders');
    cpSync(fromExample(), at, {
      recursive: true,
      filter: (path) => !/\/(node_modules|target|build|cdk\.out)$/.test(path),
    });
    const env = {
      ...process.env,
      CARGO_TARGET_DIR: join(packageRoot(), '.tools/target'),
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
    };
    const cdk = join(packageRoot(), 'node_modules/aws-cdk/bin/cdk');
    // An optimized build of their dependencies takes minutes, and shows nothing more.
    const app = readFileSync(join(at, 'bin/app.ts'), 'utf8').replace(
      "manifestPath: '.' });",
      "manifestPath: '.', bundling: { profile: 'dev' } });",
    );
    installed.write('orders/bin/app.ts', app);
    const { status, stdout, stderr } = spawnSync(process.execPath, [cdk, 'synth', '-q', '--no-notices'], {
      cwd: at,
      env,
      encoding: 'utf8',
    });
    expect((stdout + stderr).match(/Finished/g), stdout + stderr).toHaveLength(1);
    expect(status).toBe(0);
    const out = join(at, 'cdk.out');
    const template = JSON.parse(readFileSync(join(out, 'Orders.template.json'), 'utf8')) as Template;
    const bootstrapOf = (binary: string) => {
      const found = Object.values(template.Resources).find(
        (one) => one.Metadata?.['crablet:binaryName'] === binary,
      );
      return join(out, found?.Metadata?.['aws:asset:path'] ?? '', 'bootstrap');
    };
    expect(readdirSync(out).filter((name) => name.startsWith('asset.'))).toHaveLength(2);
    const local = await createLocalLambda({
      functions: ['api', 'worker'].map((name) => ({ name, bootstrap: bootstrapOf(name) })),
    });
    try {
      const records = {
        Records: [
          { messageId: 'a', body: '{}' },
          { messageId: 'b', body: 'no json' },
        ],
      };
      const { payload } = await local.invoke('worker', records);
      expect(JSON.parse(payload.toString())).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] });
      const answer = await fetch(`${local.urlOf('api')}orders`, { method: 'POST', body: 'four' });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ accepted: 4 });
    } finally {
      await local.close();
    }
  });
});

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Metadata?: Readonly<Record<string, string>> }>>;
}
