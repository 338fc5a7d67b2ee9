import { readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ElfPlan, makeElf } from '../../src/build/elf.fixture.js';
import { runCli } from '../../src/cli/main.js';
import { type FakePackage, type FakeProject, fakeProject, saysBuilt } from '../support/build-fake-cargo.js';

let project: FakeProject;

const FUNCTION: ElfPlan = {
  interpreter: '/lib64/ld-linux-x86-64.so.2',
  libraries: ['libc.so.6'],
  versions: [{ library: 'libc.so.6', version: 'GLIBC_2.34', symbols: ['__libc_start_main'] }],
};

beforeEach(async () => {
  project = await fakeProject();
  await project.metadata({ packages: [{ name: 'app', bins: ['hello'] }] });
  await project.write('target/debug/hello', makeElf(FUNCTION));
  await project.onBuild(saysBuilt(project.folder, 'hello'));
});

afterEach(() => project.remove());

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function crablet(...argv: string[]): Promise<Outcome> {
  return crabletWith({}, ...argv);
}

async function crabletWith(
  change: {
    env?: NodeJS.ProcessEnv;
    onStderr?: (text: string, interrupt: () => void) => void;
    interrupted?: boolean;
  },
  ...argv: string[]
): Promise<Outcome> {
  const interruption = new AbortController();
  if (change.interrupted) interruption.abort();
  const text = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => {
    const through = new PassThrough();
    through.on('data', (chunk: Buffer) => {
      text[name] += chunk.toString();
      if (name === 'stderr') change.onStderr?.(text.stderr, () => interruption.abort());
    });
    return through;
  };
  const context = {
    cwd: project.folder,
    env: { ...project.env, ...change.env },
    stdin: new PassThrough(),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    exitCode: 0,
    interrupted: interruption.signal,
  };
  const code = await runCli(['build', ...argv], context);
  return { code, ...text };
}

const bootstrap = (path = 'target/lambda/hello/bootstrap') => join(project.folder, path);

describe('crablet build', () => {
  it('puts the binary in its place: executable, the same bytes, and alone', async () => {
    const { code, stdout, stderr } = await crablet();
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'target/lambda/hello/bootstrap\n' });
    expect(stderr).toMatch(/hello {2}x86_64 {2}\S+ kB {2}glibc 2\.34: starts on provided\.al2023\n/);
    expect((await stat(bootstrap())).mode & 0o777).toBe(0o755);
    expect(await readFile(bootstrap())).toEqual(await readFile(join(project.folder, 'target/debug/hello')));
    expect(await readdir(join(project.folder, 'target/lambda/hello'))).toEqual(['bootstrap']);
  });

  it("keeps cargo's own file apart from it", async () => {
    await crablet();
    await writeFile(bootstrap(), 'changed by upx');
    expect((await readFile(join(project.folder, 'target/debug/hello'))).subarray(1, 4).toString()).toBe(
      'ELF',
    );
  });

  it('writes nothing when nothing has changed, and again when something has', async () => {
    await crablet();
    const first = await stat(bootstrap());
    expect((await crablet()).stderr).toContain('unchanged');
    expect((await stat(bootstrap())).ino).toBe(first.ino);
    const later = new Date(Date.now() + 5_000);
    await utimes(join(project.folder, 'target/debug/hello'), later, later);
    expect((await crablet()).stderr).not.toContain('unchanged');
    expect((await stat(bootstrap())).ino).not.toBe(first.ino);
  });

  it('may run twice at once', async () => {
    const outcomes = await Promise.all([crablet(), crablet(), crablet('-o', 'zip'), crablet('-o', 'zip')]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const names = await readdir(join(project.folder, 'target/lambda/hello'));
    expect(names.sort()).toEqual(['.bootstrap.zip.json', 'bootstrap', 'bootstrap.zip']);
    expect(Object.keys(unzipSync(await readFile(bootstrap('target/lambda/hello/bootstrap.zip'))))).toEqual([
      'bootstrap',
    ]);
  });

  it('mends an artifact that was changed or cut short', async () => {
    await crablet();
    await writeFile(bootstrap(), 'half');
    await crablet();
    expect((await readFile(bootstrap())).length).toBe(makeElf(FUNCTION).length);
  });

  it('tells everything in one JSON object', async () => {
    const { stdout, stderr } = await crablet('--output', 'json');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      schema: 'crablet.build/1',
      functions: [
        {
          function: 'hello',
          package: 'app',
          path: bootstrap(),
          format: 'binary',
          architecture: 'x86_64',
          runtime: 'provided.al2023',
          size: makeElf(FUNCTION).length,
          programSize: makeElf(FUNCTION).length,
          glibc: '2.34',
          changed: true,
          compiler: 'cargo',
          why: expect.stringContaining('plain cargo: '),
        },
      ],
      skipped: [],
      seconds: expect.any(Number),
    });
  });

  it('shows the plan without running it', async () => {
    await project.onBuild('echo should not run >&2; exit 1\n');
    const { code, stdout } = await crablet('--dry-run', '--release', '--features', 'a b');
    expect(code).toBe(0);
    expect(stdout).toContain(
      'cargo build --bins --release --features a,b --config \'profile.release.strip="none"\'',
    );
    expect(stdout).toContain('hello -> target/lambda/hello/bootstrap\n');
    const json = JSON.parse((await crablet('--dry-run', '--output', 'json')).stdout);
    expect(json).toMatchObject({ schema: 'crablet.build-plan/1', cargo: [{ functions: ['hello'] }] });
  });

  it.each([
    [['--lambda-dir', 'out'], 'out/hello/bootstrap'],
    [['--flatten', 'hello'], 'target/lambda/bootstrap'],
    [['--extension'], 'target/lambda/extensions/hello'],
    [['-o', 'Zip'], 'target/lambda/hello/bootstrap.zip'],
  ])('with %j makes %s', async (argv, path) => {
    expect((await crablet(...argv)).stdout).toBe(`${path}\n`);
    expect((await stat(bootstrap(path))).isFile()).toBe(true);
  });

  it('names the functions that cargo left out', async () => {
    await project.metadata({
      packages: [{ name: 'app', bins: ['hello', 'extra'], requiredFeatures: { extra: ['more'] } }],
    });
    const { code, stderr, stdout } = await crablet();
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'target/lambda/hello/bootstrap\n' });
    expect(stderr).toContain('extra was left out: it needs --features more');
  });
});

describe('a zip', () => {
  it('holds the bootstrap and what was included, with the same bytes each time', async () => {
    await project.write('assets/b/two.txt', 'two');
    await project.write('assets/one.txt', 'one');
    await project.write('config.toml', 'x = 1');
    const argv = [
      '-o',
      'zip',
      '--include',
      'assets',
      '--include',
      'etc/app.toml:config.toml',
      '--output',
      'json',
    ];
    const zip = bootstrap('target/lambda/hello/bootstrap.zip');
    const [first] = JSON.parse((await crablet(...argv)).stdout).functions;
    const bytes = await readFile(zip);
    expect(Object.keys(unzipSync(bytes))).toEqual([
      'assets/b/two.txt',
      'assets/one.txt',
      'bootstrap',
      'etc/app.toml',
    ]);
    const [second] = JSON.parse((await crablet(...argv)).stdout).functions;
    expect([first.changed, second.changed]).toEqual([true, false]);
    expect(second.codeSha256).toBe(first.codeSha256);
    const later = new Date(Date.now() + 5_000);
    await utimes(join(project.folder, 'target/debug/hello'), later, later);
    const [third] = JSON.parse((await crablet(...argv)).stdout).functions;
    expect(third).toMatchObject({ changed: true, codeSha256: first.codeSha256 });
    expect(await readFile(zip)).toEqual(bytes);
  });

  it('leaves out what the rules of a folder and of the command line name, and what nobody ships', async () => {
    for (const name of [
      ...['a.txt', 'a.map', 'b/deep.map', 'b/keep.map', 'b/notes.md', 'cache/x', 'b/cache/y'],
      ...['.git/HEAD', '.DS_Store', '.hidden'],
    ])
      await project.write(`assets/${name}`, name);
    await project.write('assets/.crabletignore', '# none of these\n*.map\n/cache/\n');
    await project.write('assets/b/.crabletignore', 'notes.md\n');
    await project.write('a.map', 'named itself');
    const { code, stderr } = await crablet(
      '-o',
      'zip',
      '-i',
      'assets',
      '-i',
      'a.map',
      '-i',
      '!assets/b/cache',
    );
    expect(code, stderr).toBe(0);
    const zip = unzipSync(await readFile(bootstrap('target/lambda/hello/bootstrap.zip')));
    expect(Object.keys(zip)).toEqual(['a.map', 'assets/.hidden', 'assets/a.txt', 'bootstrap']);
  });

  it('takes what is named twice once, and nothing of a cache, or of what is left out, wherever it leads', async () => {
    await project.write('files/a.txt', 'a');
    await project.write('files/made/CACHEDIR.TAG', 'Signature');
    await project.write('files/made/big', 'made');
    await symlink('..', join(project.folder, 'files/loop'));
    await symlink('nowhere', join(project.folder, 'files/gone'));
    const argv = ['-o', 'zip', '-i', 'files', '-i', 'files/a.txt', '-i', '!files/loop'];
    const refused = await crablet(...argv);
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(refused.stderr).toMatch(
      /files\/gone is a link to nowhere, which is not there\.\n.*'!files\/gone'/,
    );
    const { code, stderr } = await crablet(...argv, '-i', '!files/gone');
    expect(code, stderr).toBe(0);
    const zip = unzipSync(await readFile(bootstrap('target/lambda/hello/bootstrap.zip')));
    expect(Object.keys(zip)).toEqual(['bootstrap', 'files/a.txt']);
  });

  it('has an end, where a link leads back to a folder that it lies in', async () => {
    await project.write('files/a.txt', 'a');
    await symlink('.', join(project.folder, 'files/loop'));
    const { code, stderr } = await crablet('-o', 'zip', '-i', 'files');
    expect(code).toBe(3);
    expect(stderr).toMatch(/files\/loop leads, by a link, back.*\n +fix: .*'!files\/loop'/);
  });

  it('is made again when an included file changes or goes', async () => {
    await project.write('assets/one.txt', 'one');
    const extra = await project.write('assets/two.txt', 'two');
    const build = async () =>
      JSON.parse((await crablet('-o', 'zip', '-i', 'assets', '--output', 'json')).stdout).functions[0];
    const first = await build();
    await writeFile(extra, 'changed');
    expect((await build()).codeSha256).not.toBe(first.codeSha256);
  });

  it.each([
    [['-i', 'nowhere'], /There is no .*nowhere, which is to be included/],
    [['-i', 'bootstrap:a.txt'], /take the place of bootstrap/],
    [['-i', 'bootstrap/x:a.txt'], /take the place of bootstrap/],
    [['-i', 'x:a.txt', '-i', 'y/..x:a.txt', '-i', 'y/..x:b.txt'], /both be y\/\.\.x/],
    [
      ['-i', 'x:a.txt', '-i', 'x-y:a.txt', '-i', 'x/y:a.txt'],
      /x would be a file in the zip, and the folder of x\/y/,
    ],
    [['-i', 'target/lambda'], /would have itself among its files/],
  ])('is refused with %j', async (argv, message) => {
    await project.write('a.txt', 'a');
    await project.write('b.txt', 'b');
    await project.write('target/lambda/hello/bootstrap.zip', 'of before');
    const { code, stderr, stdout } = await crablet('-o', 'zip', ...argv);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(stderr, 'cargo has not begun').not.toMatch(/plain cargo|Compiling|Finished/);
  });
});

describe('a binary that could not start', () => {
  it('fails the build with the symbol and the mend, and leaves the artifact of before alone', async () => {
    await crablet();
    const before = await readFile(bootstrap());
    const versions = [{ library: 'libc.so.6', version: 'GLIBC_2.38', symbols: ['__isoc23_strtol'] }];
    await project.write(
      'target/debug/hello',
      makeElf({ ...FUNCTION, versions, libraries: ['libc.so.6', 'libssl.so.3'] }),
    );
    const { code, stdout, stderr } = await crablet();
    expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
    expect(stderr).toContain(
      'hello: It needs glibc 2.38, but provided.al2023 has 2.34: __isoc23_strtol (GLIBC_2.38).',
    );
    expect(stderr).toContain('hello: It needs the library libssl.so.3');
    expect(stderr).toContain('crablet build --target x86_64-unknown-linux-gnu.2.34');
    expect(await readFile(bootstrap())).toEqual(before);
  });

  it('is compared with the runtime of the function', async () => {
    const app: FakePackage = {
      name: 'app',
      bins: ['hello'],
      lambda: { deploy: { runtime: 'provided.al2' } },
    };
    await project.metadata({ packages: [app] });
    expect((await crablet('-c', 'cargo')).stderr).toContain('provided.al2 has 2.26');
  });

  it('is compared with the architecture that was asked for', async () => {
    const { code, stderr } = await crablet('--arm64', '-c', 'cargo');
    expect(code).toBe(7);
    expect(stderr).toContain('It is built for x86_64, but aarch64 was asked for.');
  });
});

describe('bad input', () => {
  it.each<[string[], number, RegExp, RegExp]>([
    [['--bin', 'helo1'], 2, /no binary 'helo1' in this project; there is: hello/, /--bin hello/],
    [['-p', 'ap'], 2, /no package 'ap'/, /-p app/],
    [
      ['-c', 'crosss'],
      2,
      /no compiler 'crosss'; there are: auto, cargo, cargo-zigbuild, musl/,
      /--compiler cross/,
    ],
    [
      ['-c', 'cargo', '--target', 'x86_64-unknown-linux-gnu.2.26'],
      2,
      /glibc behind a target/,
      /cargo-zigbuild/,
    ],
    [['--arm64', '--x86-64'], 2, /--arm64 and --x86-64 are both given/, /Build twice/],
    [['--arm64', '--target', 'x'], 2, /--arm64 and --target are both given/, /Leave --arm64 out/],
    [['--lambda-dir', ''], 2, /--lambda-dir is given without a value/, /leave --lambda-dir out/],
    [['-i', 'a', '-i', ''], 2, /--include is given without a value/, /Write one/],
    [['--internal'], 2, /--internal is given without --extension/, /--extension --internal/],
    [['--flatten', 'hallo'], 2, /names none of the functions that are built: hello/, /--flatten hello/],
    [['--flatten', 'hello', '--extension'], 2, /--flatten and --extension are both given/, /Leave --flatten/],
    [['--base-image', 'scratch'], 2, /--base-image is given, and no image is made/, /--output-format oci/],
    [['--release', '--profile', 'dev'], 2, /--release and --profile dev are both given/, /Leave one/],
    [['--exclude', 'app'], 2, /--exclude is given without --workspace/, /Write --workspace/],
    // Told before cargo is started.
    [['-o', 'oci', '--base-image', 'oci:none'], 3, /base image oci:\S+none cannot be read/, /oci:FOLDER/],
    [['-o', 'oci', '--base-image', 'oci-archive:no.tar'], 3, /no\.tar cannot be read/, /oci-archive:FILE/],
    [['--lambda-dir', 'target/debug/hello'], 3, /hello: it is no folder/, /--lambda-dir/],
    [
      ['--message-format', 'jsno'],
      2,
      /no --message-format jsno; there are: human, short, json/,
      /format json\n/,
    ],
    [
      ['--message-format', 'json', '--output', 'json'],
      2,
      /--message-format json and --output json are both given/,
      /Leave one out/,
    ],
    [['--unit-graph'], 2, /--unit-graph builds nothing/, /cargo build --unit-graph/],
    [['--env-var', 'A'], 2, /'A' is not of the form KEY=VALUE/, /--env-var A=value/],
    [['--output-format', 'tar'], 2, /binary, zip or oci/, /./],
    [['--relaese'], 2, /unknown option '--relaese'/, /--release/],
  ])('%j is refused', async (argv, code, what, fix) => {
    const outcome = await crablet(...argv);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(what);
    expect(outcome.stderr).toMatch(fix);
    expect(outcome.stderr, 'cargo has not begun').not.toMatch(/plain cargo|Compiling|Finished/);
  });

  it("hands on cargo's messages to a program that asks for them, again when there is nothing to do", async () => {
    const said = { reason: 'compiler-message', message: { level: 'warning', rendered: 'warning: unused\n' } };
    const lines = `printf '%s\\n' '${JSON.stringify(said)}'\n${saysBuilt(project.folder, 'hello')}`;
    await project.onBuild(`echo "$@" >>'${project.folder}/runs'\n${lines}`);
    for (const format of ['json', 'json', 'json-diagnostic-short']) {
      const { code, stdout, stderr } = await crablet('--message-format', format);
      expect(code, stderr).toBe(0);
      const reasons = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).reason);
      expect(reasons).toEqual(['compiler-message', 'compiler-artifact']);
      expect(stderr).not.toContain('unused');
      expect(stderr).toContain('starts on provided.al2023');
    }
    const runs = (await readFile(join(project.folder, 'runs'), 'utf8')).match(/--message-format=\S+/g);
    expect(runs).toEqual(['json', 'json', 'json-diagnostic-short'].map((one) => `--message-format=${one}`));
  });

  it('says that a binary has no other files in it, and goes on', async () => {
    await project.write('a.txt', 'a');
    const { code, stderr } = await crablet('--include', 'a.txt');
    expect(code).toBe(0);
    expect(stderr).toContain('--include does nothing here');
    expect((await crablet('--include', 'a.txt', '-o', 'zip')).stderr).not.toContain('does nothing');
  });

  it('says that a workspace has no package', async () => {
    await project.metadata({ packages: [] });
    const outcome = await crablet();
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/The workspace has no package\.\n +fix: .*crablet new/);
  });

  it('says that a folder is no manifest', async () => {
    const said = 'error: manifest path `.` is a directory but expected a file';
    await project.onMetadata(`echo '${said}' >&2; exit 101\n`);
    const outcome = await crablet('--manifest-path', 'app');
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(
      /app is a folder, not a manifest\.\n +fix: .*--manifest-path app\/Cargo\.toml/,
    );
  });

  it.each([
    ['profile `nope` is not defined', /There is no profile 'nope'/, /\[profile\.nope\] with inherits/],
    ["the package 'app' does not contain this feature: x", /has no feature x; there is none/, /\[features\]/],
  ])('what cargo does not begin with is no failed build: %s', async (words, what, fix) => {
    await project.onBuild(`echo "error: ${words.replaceAll('`', '\\`')}" >&2; exit 101\n`);
    const outcome = await crablet();
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(what);
    expect(outcome.stderr).toMatch(fix);
  });

  it('says that --config is wrong, and not the manifest', async () => {
    const said = 'error: failed to parse value from --config argument `nope` as a dotted key expression';
    await project.onMetadata(`echo '${said}' >&2; exit 101\n`);
    const outcome = await crablet('--config', 'nope');
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/does not take this --config: .*\n +fix: .*--config 'build\.jobs=2'/);
  });

  it("shows cargo's own words for an error in the code, and exits with 4", async () => {
    const message = JSON.stringify({
      reason: 'compiler-message',
      message: { level: 'error', rendered: 'error[E0308]: mismatched types\n' },
    });
    await project.onBuild(`printf '%s\\n' '${message}'; echo 'error: could not compile app' >&2; exit 101\n`);
    const outcome = await crablet();
    expect(outcome).toMatchObject({ code: 4, stdout: '' });
    expect(outcome.stderr).toContain('error[E0308]: mismatched types\n');
    expect(outcome.stderr).toContain('error: could not compile app\n');
    await expect(stat(bootstrap())).rejects.toThrow('ENOENT');
  });

  it('a folder that cannot be written is named', async () => {
    await project.write('target/lambda', 'a file where a folder should be');
    const { code, stderr } = await crablet();
    expect(code).toBe(3);
    expect(stderr).toMatch(/target\/lambda\/hello\/bootstrap cannot be written/);
  });

  it('Ctrl-C ends cargo and exits with 130, with nothing written', async () => {
    await project.onBuild('echo Compiling >&2; sleep 60\n');
    const outcome = await crabletWith({
      onStderr: (text, interrupt) => text.includes('Compiling') && interrupt(),
    });
    expect(outcome).toMatchObject({ code: 130, stdout: '' });
    await expect(stat(bootstrap())).rejects.toThrow('ENOENT');
  });

  it('Ctrl-C while cargo is asked for the project does the same', async () => {
    const outcome = await crabletWith({ interrupted: true });
    expect(outcome).toEqual({ code: 130, stdout: '', stderr: '' });
  });
});
