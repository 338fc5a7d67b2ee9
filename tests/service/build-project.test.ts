import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { loadProject } from '../../src/project/load.js';
import type { LoadOptions } from '../../src/project/project.js';
import { type FakeProject, fakeProject } from '../support/build-fake-cargo.js';

let project: FakeProject;

beforeEach(async () => {
  project = await fakeProject();
});

afterEach(() => project.remove());

function load(options: Partial<LoadOptions> = {}) {
  return loadProject({ cwd: project.folder, ...options, env: { ...project.env, ...options.env } });
}

async function refusal(options: Partial<LoadOptions> = {}): Promise<UserError> {
  const error = await load(options).then(
    () => new Error('it was not refused'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof UserError) return error;
  throw error;
}

describe('functions', () => {
  const names = (loaded: Awaited<ReturnType<typeof load>>) => loaded.functions.map(({ name }) => name).sort();

  beforeEach(async () => {
    await project.metadata({
      packages: [
        {
          name: 'orders',
          folder: 'orders',
          bins: ['orders', 'refunds'],
          examples: ['demo'],
          dependencies: [{ name: 'lambda_http' }],
        },
        { name: 'mail', folder: 'mail', bins: ['mail'] },
        { name: 'shared', folder: 'shared' },
      ],
    });
    await project.write('orders/src/x.rs', '');
  });

  it.each<[string, Partial<LoadOptions>, string[]]>([
    ['all of a virtual workspace', {}, ['mail', 'orders', 'refunds']],
    ['of one package', { packages: ['mail'] }, ['mail']],
    ['of packages by pattern', { packages: ['o*'] }, ['orders', 'refunds']],
    ['of a package with its version', { packages: ['mail@0.1.0'] }, ['mail']],
    ['all but those of a package', { workspace: true, exclude: ['orders'] }, ['mail']],
    ['one binary', { bins: ['refunds'] }, ['refunds']],
    ['an example', { examples: ['demo'] }, ['demo']],
    ['all examples', { allExamples: true }, ['demo']],
    [
      'an example beside all binaries',
      { allBins: true, examples: ['demo'] },
      ['demo', 'mail', 'orders', 'refunds'],
    ],
  ])('takes %s', async (_, options, functions) => {
    expect(names(await load(options))).toEqual(functions);
  });

  it('takes the package in whose folder it is, as cargo does', async () => {
    expect(names(await load({ cwd: join(project.folder, 'orders/src') }))).toEqual(['orders', 'refunds']);
    expect(names(await load({ manifestPath: 'mail/Cargo.toml' }))).toEqual(['mail']);
  });

  it('knows where each function lives and whether it answers HTTP', async () => {
    const { functions, ...facts } = await load({ bins: ['orders'] });
    expect(functions[0]).toMatchObject({
      name: 'orders',
      packageName: 'orders',
      packageRoot: join(project.folder, 'orders'),
      manifestPath: join(project.folder, 'orders/Cargo.toml'),
      kind: 'bin',
      isHttp: true,
    });
    expect(functions[0]?.settings).toMatchObject({ memoryMb: 128, timeoutSeconds: 30, environment: {} });
    expect(facts).toMatchObject({
      workspaceRoot: project.folder,
      targetDirectory: join(project.folder, 'target'),
    });
  });

  it.each<[string, Partial<LoadOptions>, RegExp, RegExp]>([
    ['an unknown binary', { bins: ['order'] }, /no binary 'order'.*: mail, orders, refunds/, /--bin orders/],
    ['an unknown package', { packages: ['mial'] }, /no package 'mial'.*: mail, orders, shared/, /-p mail/],
    ['an unknown example', { examples: ['dem'] }, /no example 'dem'.*: demo/, /--example demo/],
    ['a package without a binary', { packages: ['shared'] }, /package 'shared' has no binary/, /-p orders/],
  ])('refuses %s and names what there is', async (_, options, what, fix) => {
    const error = await refusal(options);
    expect(error.message).toMatch(what);
    expect(error.fix).toMatch(fix);
    expect(error.exitCode).toBe(2);
  });

  it('refuses two functions of one name', async () => {
    await project.metadata({
      packages: [
        { name: 'a', folder: 'a', bins: ['main'] },
        { name: 'b', folder: 'b', bins: ['main'] },
      ],
    });
    const error = await refusal();
    expect(error.message).toMatch(/Two functions are called 'main' \(in a and b\)/);
    expect((await load({ packages: ['a'] })).functions).toHaveLength(1);
  });
});

describe('manifests', () => {
  it('follows path dependencies out of the workspace, also through inheritance and patches', async () => {
    await project.metadata({
      packages: [
        {
          name: 'app',
          folder: 'ws/app',
          bins: ['app'],
          dependencies: [{ name: 'one', path: join(project.folder, 'one') }, { name: 'serde' }],
        },
      ],
    });
    await project.write('Cargo.toml', '[patch.crates-io]\nserde = { path = "serde" }\n');
    await project.write(
      'one/Cargo.toml',
      '[package]\nname = "one"\n[target."cfg(unix)".dependencies]\ntwo = { workspace = true }\n[workspace.dependencies]\ntwo = { path = "../two" }\n',
    );
    await project.write('two/Cargo.toml', '[build-dependencies]\none = { path = "../one" }\nthree = "1"\n');
    await project.write('serde/Cargo.toml', 'this is not TOML');
    const { manifestPaths, packageRoots } = await load();
    const expected = ['', 'one', 'serde', 'two', 'ws/app'].map((folder) =>
      join(project.folder, folder, 'Cargo.toml'),
    );
    expect([...manifestPaths].sort()).toEqual(expected.sort());
    expect([...packageRoots].sort()).toEqual(expected.map((one) => one.replace(/\/Cargo\.toml$/, '')).sort());
  });
});

describe('configuration', () => {
  const one = async (options: Partial<LoadOptions> = {}) =>
    (await load({ ...options, bins: ['hello'] })).functions[0];

  async function withLambda(lambda: unknown, workspace?: unknown) {
    await project.metadata({
      packages: [{ name: 'hello', bins: ['hello', 'other'], lambda }],
      lambda: workspace,
    });
  }

  it('goes from the file over workspace, package and binary to the environment and the flags', async () => {
    const at = (memory: number) => ({ deploy: { memory } });
    const bin = (memory: number) => ({ bin: { hello: at(memory) } });
    const memory = async (options?: Partial<LoadOptions>) => (await one(options))?.settings.memoryMb;
    await withLambda({});
    expect(await memory()).toBe(128);
    await project.write('CargoLambda.toml', '[deploy]\nmemory = 201\n');
    expect(await memory()).toBe(201);
    await withLambda({}, at(202));
    expect(await memory()).toBe(202);
    await withLambda({}, { ...at(202), ...bin(203) });
    expect(await memory()).toBe(203);
    await withLambda(at(204), { ...at(202), ...bin(203) });
    expect(await memory()).toBe(204);
    await withLambda({ ...at(204), ...bin(205) }, at(202));
    expect(await memory()).toBe(205);
    expect(await memory({ env: { CRABLET_DEPLOY_MEMORY: '206' } })).toBe(206);
    expect(
      await memory({ env: { 'CARGO_LAMBDA_DEPLOY.MEMORY': '206' }, flags: { deploy: { memory: 207 } } }),
    ).toBe(207);
  });

  it("extends a package's table by a binary's, for that binary only", async () => {
    await withLambda({
      env: { A: 'package', B: 'package' },
      deploy: { memory: 256, timeout: 10 },
      bin: { hello: { env: { B: 'bin' }, deploy: { timeout: 20 } } },
    });
    const { functions } = await load();
    const settings = (name: string) => functions.find((found) => found.name === name)?.settings;
    expect(settings('hello')).toMatchObject({
      memoryMb: 256,
      timeoutSeconds: 20,
      environment: { A: 'package', B: 'bin' },
    });
    expect(settings('other')).toMatchObject({
      memoryMb: 256,
      timeoutSeconds: 10,
      environment: { A: 'package', B: 'package' },
    });
    expect(settings('hello')?.origins['deploy.timeout']?.place).toBe(
      'Cargo.toml [package.metadata.lambda.bin.hello.deploy]',
    );
  });

  it('takes variables from tables, then the environment file, then single ones', async () => {
    await withLambda({
      env: { A: 'table', B: 'table', C: 'table', EMPTY: '' },
      watch: { env_file: '.env', env_var: { C: 'watch' } },
    });
    const file = await project.write('.env', 'B=file\nC=file\nD=file\n');
    const { functions, configurationFiles } = await load({ flags: { watch: { env_var: { E: 'flag' } } } });
    expect(functions[0]?.settings.environment).toEqual({
      A: 'table',
      B: 'file',
      C: 'watch',
      D: 'file',
      E: 'flag',
      EMPTY: '',
    });
    expect(configurationFiles).toContain(file);
    const other = await project.write('other.env', 'C=other\n');
    const flagged = await load({ flags: { watch: { env_file: 'other.env' } } });
    expect(flagged.functions[0]?.settings.environment).toEqual({
      A: 'table',
      B: 'table',
      C: 'other',
      EMPTY: '',
    });
    expect(flagged.configurationFiles).toContain(other);
  });

  it('keeps the variables of the function away from the build', async () => {
    await withLambda({ env: { A: 'function' }, build: { env_var: { B: 'build' } } });
    expect((await one({ section: 'build' }))?.settings.environment).toEqual({ B: 'build' });
  });

  it('reads a context over the plain tables', async () => {
    await withLambda({});
    await project.write(
      'CargoLambda.toml',
      '[deploy]\nmemory = 256\ntimeout = 3\n[prod.deploy]\nmemory = 1024\n[template]\nanything = true\n',
    );
    expect((await one())?.settings).toMatchObject({ memoryMb: 256, timeoutSeconds: 3 });
    expect((await one({ context: 'prod' }))?.settings).toMatchObject({ memoryMb: 1024, timeoutSeconds: 3 });
    expect((await one({ env: { CARGO_LAMBDA_CONTEXT: 'prod' } }))?.settings.memoryMb).toBe(1024);
    const error = await refusal({ context: 'prd' });
    expect(error.message).toMatch(/no context 'prd' in CargoLambda\.toml; there are: prod/);
    expect(error.fix).toBe('Write --context prod');
  });

  it('joins lists of all sources with admerge', async () => {
    await withLambda({ deploy: { layer: ['b'] } }, { deploy: { layer: ['a'] } });
    expect((await one())?.settings.deploy.layer).toEqual(['b']);
    expect((await one({ admerge: true }))?.settings.deploy.layer).toEqual(['a', 'b']);
    await withLambda({ build: { include: ['b'] } }, { build: { include: ['a', '!x'] } });
    const included = async (admerge: boolean) =>
      (await one({ admerge }))?.settings.include.map(({ name }) => name);
    expect(await included(false)).toEqual(['b']);
    expect(await included(true)).toEqual(['a', 'b']);
    expect((await one({ admerge: true }))?.settings.exclude).toEqual(['x']);
  });

  it('goes to the manifest that a key names, unless a flag names another', async () => {
    await project.metadata({
      packages: [
        { name: 'api', folder: 'api', bins: ['api'] },
        { name: 'mail', folder: 'mail', bins: ['mail'] },
      ],
    });
    const names = async (options: Partial<LoadOptions>) =>
      (await load(options)).functions.map(({ name }) => name);
    await project.write('CargoLambda.toml', '[build]\nmanifest_path = "mail/Cargo.toml"\n');
    expect(await names({ section: 'build' })).toEqual(['mail']);
    expect(await names({ section: 'build', manifestPath: 'api/Cargo.toml' })).toEqual(['api']);
    expect(
      await names({ section: 'deploy', env: { 'CARGO_LAMBDA_DEPLOY.MANIFEST_PATH': 'api/Cargo.toml' } }),
    ).toEqual(['api']);
  });

  it("replaces the workspace's routes by the package's, or joins them", async () => {
    await withLambda({ watch: { router: { '/own': 'hello' } } }, { watch: { router: { '/': 'hello' } } });
    expect((await load()).router).toEqual([{ path: '/own', function: 'hello' }]);
    expect((await load({ admerge: true })).router).toEqual([
      { path: '/', function: 'hello' },
      { path: '/own', function: 'hello' },
    ]);
  });

  it('finds included files from the folder of the file that names them', async () => {
    await project.metadata({
      packages: [
        {
          name: 'hello',
          folder: 'hello',
          bins: ['hello'],
          lambda: { deploy: { include: ['assets', 'x/y.txt:z.txt'] } },
        },
      ],
    });
    expect((await one())?.settings.include).toEqual([
      { name: 'assets', path: join(project.folder, 'hello/assets') },
      { name: 'x/y.txt', path: join(project.folder, 'hello/z.txt') },
    ]);
    // What only the workspace's folder has is meant there, as Cargo Lambda reads it.
    await project.write('assets/a.txt', '');
    const paths = async () => (await one())?.settings.include.map(({ path }) => path);
    expect(await paths()).toEqual(['assets', 'hello/z.txt'].map((path) => join(project.folder, path)));
    await project.write('hello/assets/a.txt', '');
    expect(await paths()).toEqual(['hello/assets', 'hello/z.txt'].map((path) => join(project.folder, path)));
  });

  it('refuses two packages that want different ports', async () => {
    await project.metadata({
      packages: [
        { name: 'a', folder: 'a', bins: ['a'], lambda: { watch: { invoke_port: 1 } } },
        { name: 'b', folder: 'b', bins: ['b'], lambda: { watch: { invoke_port: 2 } } },
      ],
    });
    expect((await refusal()).message).toMatch(
      /'invoke_port' is 1 in a\/Cargo\.toml .* and 2 in b\/Cargo\.toml/,
    );
    expect((await load({ flags: { watch: { invoke_port: 3 } } })).settings.watch.invoke_port).toBe(3);
    expect((await load({ packages: ['b'] })).settings.watch.invoke_port).toBe(2);
  });

  const wrong: [string, unknown, string | undefined, RegExp, RegExp][] = [
    [
      'a misspelt key',
      { deploy: { memmory: 256 } },
      undefined,
      /Cargo\.toml \[package\.metadata\.lambda\.deploy\]: there is no key 'memmory'/,
      /Write 'memory'/,
    ],
    [
      'a misspelt binary',
      { bin: { helo: {} } },
      undefined,
      /no binary 'helo'; there are: hello, other/,
      /Write 'hello'/,
    ],
    [
      'a misspelt key of the file',
      {},
      '[deploy]\nmemroy = 1\n',
      /CargoLambda\.toml \[deploy\]: there is no key 'memroy'/,
      /Write 'memory'/,
    ],
    [
      'a misspelt table of the file',
      {},
      '[dploy]\nmemory = 1\n',
      /CargoLambda\.toml: there is no key 'dploy'/,
      /Write 'deploy'/,
    ],
    [
      'a wrong value in the file',
      {},
      '[deploy]\nmemory = 1\n',
      /'memory' is 1, but it must be a whole number from 128 to 10240/,
      /128/,
    ],
    [
      'a file that is no TOML',
      {},
      '[deploy\nmemory = 1\n',
      /CargoLambda\.toml is not valid TOML/,
      /Mend the line/,
    ],
    [
      'a missing environment file',
      { watch: { env_file: 'gone.env' } },
      undefined,
      /no environment file .*gone\.env, which Cargo\.toml \[package\.metadata\.lambda\.watch\] names/,
      /Make the file/,
    ],
    [
      'a reserved variable',
      { env: { AWS_REGION: 'x' } },
      undefined,
      /AWS Lambda sets AWS_REGION itself/,
      /Take AWS_REGION out/,
    ],
    [
      'a wrong route',
      { watch: { router: { users: 'hello' } } },
      undefined,
      /'router' is \{"users":"hello"\}/,
      /"\/users\/\{id\}"/,
    ],
  ];
  it.each(wrong)('refuses %s', async (_, lambda, file, what, fix) => {
    await withLambda(lambda);
    if (file !== undefined) await project.write('CargoLambda.toml', file);
    const error = await refusal();
    expect(error.message).toMatch(what);
    expect(error.fix).toMatch(fix);
  });

  it('refuses an entry of include that is empty', async () => {
    await withLambda({ build: { include: ['a', ''] } });
    expect((await refusal()).message).toMatch(/entry of include is empty/);
  });

  it('refuses a line of an environment file that is no variable, with its number', async () => {
    await withLambda({ watch: { env_file: '.env' } });
    await project.write('.env', 'A=1\nwhat is this\n');
    expect((await refusal()).message).toMatch(/\.env, line 2: /);
  });

  it('refuses a configuration file that was asked for and is not there', async () => {
    await withLambda({});
    expect((await refusal({ globalConfig: 'mine.toml' })).message).toMatch(
      /no configuration file .*mine\.toml/,
    );
  });
});

describe('cargo', () => {
  it.each([
    [
      'could not find `Cargo.toml` in `/x` or any parent directory',
      'project.no-manifest',
      /no Cargo\.toml in .* or above/,
    ],
    [
      'unclosed table, expected `]`\n --> Cargo.toml:1:9',
      'project.broken-manifest',
      /unclosed table.*\n.*Cargo\.toml:1:9/,
    ],
    [
      "current package believes it's in a workspace when it's not:\ncurrent:   /x/out/Cargo.toml\nworkspace: /x/Cargo.toml\n\nthis may be fixable by adding `out` to the `workspace.members` array of the manifest located at: /x/Cargo.toml",
      'project.broken-manifest',
      /^The package in out lies below a workspace/,
    ],
    [
      'failed to parse manifest at `/x/Cargo.toml`\n\nCaused by:\n  no targets specified in the manifest',
      'project.no-function',
      /no targets specified/,
    ],
    [
      'rustc 1.70.0 is not supported by the following package:\n  a@1.0.0 requires rustc 1.84',
      'environment.rust-too-old',
      /Rust 1\.70\.0 is too old: a@1\.0\.0 needs 1\.84/,
    ],
  ])('explains %j', async (words, code, message) => {
    await project.write('.fake/words', `error: ${words}\n`);
    await project.write('.fake/metadata.sh', `cat '${project.folder}'/.fake/words >&2; exit 101\n`);
    expect(await refusal()).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('says how to get it when it is not there', async () => {
    const error = await refusal({ env: { CARGO: undefined, PATH: project.folder } });
    expect(error).toMatchObject({
      code: 'environment.no-rust',
      message: 'cargo is not on PATH.',
      exitCode: 3,
    });
    expect(error.fix).toContain('rustup');
    expect((await refusal({ env: { CARGO: '/no/cargo' } })).message).toMatch(
      /no program \/no\/cargo, which CARGO names/,
    );
  });
});
