import { chmod, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { App, BundlingFileAccess, DockerImage, Stack } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { RustExtension, RustFunction, type RustFunctionProps } from '../../src/cdk/index.js';
import { type CdkProject, cdkProject } from '../support/cdk-project.js';

// A scripted docker: notes its arguments, one a line, and puts a program where Cargo Lambda would put each binary.

const ENGINE = `#!/bin/sh
printf '%s\\n' "$@" '--' >> "$LOG"
[ "$1" = run ] || exit 0
for word; do
  case "$before" in
    -v) case "$word" in *:/asset-output*) out="\${word%%:/asset-output*}" ;; esac ;;
    --bin) names="$names $word" ;;
    --flatten) flat=yes ;;
    --extension) layer=yes ;;
  esac
  [ "$word" = --extension ] && layer=yes
  before="$word"
done
# What is no folder is a volume, of which this engine has none.
case "$out" in /*) ;; *) exit 0 ;; esac
for name in $names; do
  if [ "$flat" ]; then to="$out/bootstrap"
  elif [ "$layer" ]; then mkdir -p "$out/extensions"; to="$out/extensions/$name"
  else mkdir -p "$out/$name"; to="$out/$name/bootstrap"; fi
  cp "$PROGRAM" "$to"
done
`;

let project: CdkProject;
let outdir: string;

beforeAll(async () => {
  project = await cdkProject({
    packages: [
      { name: 'hello', folder: 'fns/hello', bins: ['hello'], dependencies: [{ name: 'common', path: '' }] },
      { name: 'other', folder: 'fns/other', bins: ['other'] },
    ],
  });
});

beforeEach(async () => {
  await project.reset();
  const engine = await project.write('engine/docker', ENGINE);
  await chmod(engine, 0o755);
  outdir = join(project.folder, 'out');
  vi.stubEnv('CDK_DOCKER', engine);
  vi.stubEnv('LOG', join(project.folder, 'docker.log'));
  vi.stubEnv('PROGRAM', '/bin/true');
  vi.stubEnv('CRABLET_BUNDLE', 'always');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const made of ['docker.log', 'out', 'target/lambda/.cdk/docker'])
    await rm(join(project.folder, made), { recursive: true, force: true });
});

afterAll(() => project.remove());

type Named = readonly [name: string, props?: RustFunctionProps];

/** Synthesizes functions that are built in containers; returns the arguments of each call of docker. */
async function containers(functions: readonly Named[], make?: (stack: Stack) => void): Promise<string[][]> {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Stack');
  for (const [name, { bundling, ...props } = {}] of functions) {
    new RustFunction(stack, name, {
      manifestPath: join(project.folder, 'fns', name),
      bundling: { forcedDockerBundling: true, ...bundling },
      ...props,
    });
  }
  make?.(stack);
  app.synth();
  const log = await readFile(join(project.folder, 'docker.log'), 'utf8');
  return log
    .split('--\n')
    .filter((call) => call !== '')
    .map((call) => call.trimEnd().split('\n'));
}

const valuesOf = (call: readonly string[] = [], flag: string): string[] =>
  call.flatMap((word, index) => (call[index - 1] === flag ? [word] : []));

describe('bundling in Docker', () => {
  it('mounts the workspace, for the platform of the function, with a cache for cargo, and builds all at once', async () => {
    const [run, ...more] = await containers([['hello'], ['other']]);
    expect(more).toEqual([]);
    expect(run?.slice(0, 2)).toEqual(['run', '--rm']);
    expect(valuesOf(run, '--platform')).toEqual(['linux/amd64']);
    expect(valuesOf(run, '-v')).toEqual([
      expect.stringMatching(new RegExp(`^${project.folder}:/asset-input`)),
      expect.stringMatching(/:\/asset-output/),
      expect.stringMatching(/:\/cargo-home/),
    ]);
    expect(valuesOf(run, '-w')).toEqual(['/asset-input']);
    expect(valuesOf(run, '--env')).toContain('CARGO_HOME=/cargo-home');
    const image = run?.indexOf('ghcr.io/cargo-lambda/cargo-lambda') ?? 0;
    expect(run?.slice(image + 1)).toEqual([
      ...['cargo', 'lambda', 'build', '--lambda-dir', '/asset-output'],
      ...[
        '--package',
        'hello',
        '--package',
        'other',
        '--bin',
        'hello',
        '--bin',
        'other',
        '--release',
        '--x86-64',
      ],
    ]);
    const assets = (await readdir(outdir)).filter((name) => name.startsWith('asset.'));
    expect(assets).toHaveLength(2);
    for (const one of assets) expect(await readdir(join(outdir, one))).toEqual(['bootstrap']);
  });

  it('takes another image, user, folder, network, volumes and a command', async () => {
    const [run] = await containers([
      [
        'hello',
        {
          bundling: {
            dockerImage: DockerImage.fromRegistry('mine'),
            environment: { A: 'b c' },
            dockerOptions: {
              user: '7:8',
              workingDirectory: '/there',
              network: 'host',
              securityOpt: 'no-new-privileges:true',
              volumesFrom: ['cache'],
              volumes: [{ hostPath: '/a', containerPath: '/b' }],
              entrypoint: ['/run'],
              command: ['--bin', 'hello', '--flatten', 'hello'],
            },
          },
        },
      ],
    ]);
    expect(run).toEqual(expect.arrayContaining(['mine', '--volumes-from', 'cache']));
    expect(valuesOf(run, '-u')).toEqual(['7:8']);
    expect(valuesOf(run, '-w')).toEqual(['/there']);
    expect(valuesOf(run, '--network')).toEqual(['host']);
    expect(valuesOf(run, '--env')).toContain('A=b c');
    expect(valuesOf(run, '-v').at(-1)).toMatch(/^\/a:\/b/);
    expect(run?.slice(run.indexOf('mine') + 1)).toEqual(['--bin', 'hello', '--flatten', 'hello']);
  });

  it('runs hooks in a shell in the container, and the build as words', async () => {
    const hooks = {
      beforeBundling: () => ['echo a'],
      afterBundling: (_: string, out: string) => [`ls ${out}`],
    };
    const [run] = await containers([['hello', { bundling: { commandHooks: hooks } }]]);
    const shell = run?.slice(run.indexOf('bash')) ?? [];
    expect(shell.slice(0, 3)).toEqual(['bash', '-c', 'echo a && "$0" "$@" && ls /asset-output']);
    expect(shell.slice(3, 6)).toEqual(['cargo', 'lambda', 'build']);
    expect(valuesOf(run, '--flatten')).toEqual(['hello']);
  });

  it('copies into volumes and out of them where the engine is elsewhere', async () => {
    vi.stubEnv('PROGRAM', '/bin/true');
    const copying = containers([
      ['hello', { bundling: { dockerOptions: { bundlingFileAccess: BundlingFileAccess.VOLUME_COPY } } }],
    ]);
    // The scripted engine copies nothing back.
    await expect(copying).rejects.toThrow(/has no bootstrap/);
    const log = await readFile(join(project.folder, 'docker.log'), 'utf8');
    const calls = log.split('--\n').map((call) => call.split('\n').slice(0, 2).join(' '));
    expect(calls.filter((call) => call !== '')).toEqual([
      'volume create',
      'volume create',
      'run --name',
      expect.stringMatching(new RegExp(`^cp ${project.folder}`)),
      'run --rm',
      expect.stringMatching(/^cp crablet-copy-/),
      'rm -f',
      'volume rm',
    ]);
  });

  it('refuses a program for another architecture, with the construct', async () => {
    await expect(containers([['hello', { architecture: Architecture.ARM_64 }]])).rejects.toThrow(
      /\[Stack\/hello\] .*could not start on AWS Lambda\.\n.*built for x86_64, but aarch64 was asked for/,
    );
    expect((await readdir(outdir)).filter((name) => name.startsWith('asset.'))).toEqual([]);
  });

  it('builds extensions, external and internal ones', async () => {
    const calls = await containers([], (stack) => {
      const common = {
        manifestPath: join(project.folder, 'fns/other'),
        bundling: { forcedDockerBundling: true },
      };
      new RustExtension(stack, 'External', common);
    });
    expect(calls[0]).toContain('--extension');
    const [asset = ''] = (await readdir(outdir)).filter((name) => name.startsWith('asset.'));
    expect(await readdir(join(outdir, asset, 'extensions'))).toEqual(['other']);
  });

  it('tells in one line when the engine cannot', async () => {
    await project.write('engine/docker', '#!/bin/sh\necho "no daemon" >&2\nexit 125\n');
    await expect(containers([['hello']])).rejects.toThrow(
      /\[Stack\/hello\] hello could not be built in a container of ghcr\.io\/cargo-lambda\/cargo-lambda: \S*docker exited with status 125/,
    );
  });
});

describe('dockerOptions.local', () => {
  it("is the caller's own way to build", () => {
    const app = new App({ outdir });
    const stack = new Stack(app, 'Stack');
    const seen: string[] = [];
    const local = { tryBundle: (folder: string) => seen.push(folder) > 0 };
    new RustFunction(stack, 'hello', {
      manifestPath: join(project.folder, 'fns/hello'),
      bundling: { dockerOptions: { local } },
    });
    expect(() => app.synth()).toThrow(/has no bootstrap/);
    expect(seen).toHaveLength(1);
  });
});
