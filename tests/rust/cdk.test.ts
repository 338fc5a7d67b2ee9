import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.js';

// Real apps in a process of their own, as the CDK's program starts them, with real cargo behind a program that counts.

let folder: string;
let log: string;

beforeEach(() => {
  // With a blank: no path is ever part of a line for a shell.
  folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'crablet-cdk-'))), 'my app');
  mkdirSync(folder);
  log = join(folder, '..', 'cargo.log');
  write('../bin/cargo', `#!/bin/sh\necho "$1" >> "$LOG"\nexec "${which('cargo')}" "$@"\n`);
  chmodSync(join(folder, '../bin/cargo'), 0o755);
});

afterEach(() => rmSync(dirname(folder), { recursive: true, force: true }));

function which(program: string): string {
  return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
}

function write(path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A workspace of functions without dependencies but for a crate that they share: what is tested is who compiles what when. */
function workspace(names: readonly string[], at = '.'): void {
  write(
    `${at}/Cargo.toml`,
    '[workspace]\nresolver = "3"\nmembers = ["crates/*"]\n\n[profile.release]\nopt-level = 0\nlto = "off"\ncodegen-units = 256\n',
  );
  write(
    `${at}/crates/common/Cargo.toml`,
    '[package]\nname = "common"\nversion = "0.1.0"\nedition = "2024"\n',
  );
  write(`${at}/crates/common/src/lib.rs`, 'pub fn say(name: &str) {\n    println!("{name}");\n}\n');
  for (const name of names) {
    write(
      `${at}/crates/${name}/Cargo.toml`,
      `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2024"\n\n[dependencies]\ncommon = { path = "../common" }\n`,
    );
    write(`${at}/crates/${name}/src/main.rs`, `fn main() {\n    common::say("${name}");\n}\n`);
  }
}

/** An app of functions, one a line: construct id and props. */
function app(functions: readonly (readonly [id: string, props: string])[]): void {
  const lines = functions.map(([id, props]) => `new RustFunction(stack, '${id}', ${props});`);
  write(
    'app.cjs',
    `const { App, Stack } = require(${JSON.stringify(join(packageRoot(), 'node_modules/aws-cdk-lib'))});
const { RustFunction } = require(${JSON.stringify(join(packageRoot(), 'dist/cdk/index.js'))});
const app = new App();
const stack = new Stack(app, 'One');
new Stack(app, 'Other');
${lines.join('\n')}
app.synth();
`,
  );
  write('cdk.json', JSON.stringify({ app: 'node app.cjs' }));
}

const surroundings = (more: NodeJS.ProcessEnv = {}) => ({
  ...process.env,
  PATH: `${join(folder, '../bin')}:${process.env['PATH']}`,
  LOG: log,
  NODE_NO_WARNINGS: '1',
  ...more,
});

/** The app itself, as the CDK's program starts it for `cdk synth`. */
function synth(more: NodeJS.ProcessEnv = {}) {
  const env = surroundings({ CDK_OUTDIR: 'cdk.out', ...more });
  return spawnSync(process.execPath, ['app.cjs'], { cwd: folder, env, encoding: 'utf8' });
}

function cdk(...argv: string[]) {
  const env = surroundings({
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    CI: 'true',
  });
  const program = join(packageRoot(), 'node_modules/aws-cdk/bin/cdk');
  return spawnSync(process.execPath, [program, ...argv, '--no-notices'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
}

/** How often cargo compiled, and forgets it. */
function builds(): number {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n') : [];
  rmSync(log, { force: true });
  return lines.filter((line) => line === 'build').length;
}

function cargoRuns(): string[] {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
  rmSync(log, { force: true });
  return lines;
}

const assets = (out = 'cdk.out') =>
  readdirSync(join(folder, out))
    .filter((name) => name.startsWith('asset.'))
    .sort();

const TEN = Array.from({ length: 10 }, (_, index) => `f${index}`);
const tenFunctions = () => app(TEN.map((name) => [name, `{ manifestPath: 'crates/${name}' }`] as const));

describe('cargo runs', () => {
  it('once for ten functions, never when nothing has changed, and once more for one changed file', () => {
    workspace(TEN);
    tenFunctions();
    const first = synth();
    expect(first.stderr).toContain('Finished');
    expect(first.status).toBe(0);
    expect(builds()).toBe(1);
    expect(assets()).toHaveLength(10);

    expect(synth().status).toBe(0);
    expect(cargoRuns()).toEqual([]);

    const before = assets();
    write('crates/f3/src/main.rs', 'fn main() {\n    common::say("changed");\n}\n');
    expect(synth().status).toBe(0);
    expect(builds()).toBe(1);
    expect(assets().filter((name) => !before.includes(name))).toHaveLength(1);

    // A crate that all of them share.
    write('crates/common/src/lib.rs', 'pub fn say(name: &str) {\n    println!("{name}!");\n}\n');
    expect(synth().status).toBe(0);
    expect(builds()).toBe(1);
    expect(assets()).toHaveLength(21);
  });

  it('not for cdk ls, for cdk diff, for another stack only, or in a test; but always when that is asked for', () => {
    workspace(['hello']);
    app([['Hello', "{ manifestPath: 'crates/hello' }"]]);
    expect(cdk('ls').stdout).toBe('One\nOther\n');
    cdk('diff', 'Other');
    cdk('diff');
    expect(cdk('synth', '-e', 'Other', '-q').status).toBe(0);
    const test = synth({ CDK_OUTDIR: undefined });
    expect(test.status).toBe(0);
    expect(builds()).toBe(0);
    expect(assets()).toEqual([]);
    expect(synth({ CDK_OUTDIR: undefined, CRABLET_BUNDLE: 'always' }).status).toBe(0);
    expect(builds()).toBe(1);
    expect(cdk('synth', 'One', '-q').status).toBe(0);
    expect(assets()).toHaveLength(1);
  });
});

describe('hashes', () => {
  it('are the same in two checkouts, and so are the programs', () => {
    workspace(['hello']);
    app([['Hello', "{ manifestPath: 'crates/hello' }"]]);
    synth();
    const [asset] = assets();
    const program = readFileSync(join(folder, 'cdk.out', asset!, 'bootstrap'));
    const there = folder;
    folder = join(dirname(folder), 'elsewhere');
    cpSync(there, folder, { recursive: true, filter: (path) => !/\/(target|cdk\.out)$/.test(path) });
    synth();
    expect(assets()).toEqual([asset]);
    expect(readFileSync(join(folder, 'cdk.out', asset!, 'bootstrap')).equals(program)).toBe(true);
  });
});

describe('what cannot be built', () => {
  it("shows cargo's message once, and no stack, and exits", () => {
    workspace(['hello', 'other']);
    app([
      ['Hello', "{ manifestPath: 'crates/hello' }"],
      ['Other', "{ manifestPath: 'crates/other' }"],
    ]);
    write('crates/hello/src/main.rs', 'fn main() {\n    let x: u32 = "text";\n}\n');
    const { status, stderr, stdout } = cdk('synth', '-q');
    const all = stdout + stderr;
    expect(status).toBe(1);
    expect(all.match(/mismatched types/g)).toHaveLength(1);
    expect(all).toContain('hello, other could not be built; the reason is above.');
    expect(all).toMatch(/^\s+One\/Hello$/m);
    expect(all).not.toMatch(/\n\s+at /);
    expect(assets()).toEqual([]);
  });

  it('names the mend when Rust is not installed', () => {
    workspace(['hello']);
    app([['Hello', "{ manifestPath: 'crates/hello' }"]]);
    const bare = join(folder, '../nothing');
    mkdirSync(bare);
    const { status, stderr } = synth({ PATH: bare, HOME: bare, CARGO: undefined });
    expect(status).toBe(1);
    expect(stderr).toMatch(/\[One\/Hello\] cargo is not on PATH\./);
    expect(stderr).toMatch(/fix: Install Rust with rustup/);
  });
});

describe('several synths at once', () => {
  it('make the same, complete assets', async () => {
    workspace(['hello', 'other']);
    app([
      ['Hello', "{ manifestPath: 'crates/hello' }"],
      ['Other', "{ manifestPath: 'crates/other' }"],
    ]);
    const env = surroundings({ CDK_OUTDIR: 'cdk.out' });
    const ends = await Promise.all(
      [1, 2, 3].map(
        () =>
          new Promise<number | null>((resolve) => {
            const child = spawn(process.execPath, ['app.cjs'], { cwd: folder, env, stdio: 'ignore' });
            child.once('exit', resolve);
          }),
      ),
    );
    expect(ends).toEqual([0, 0, 0]);
    expect(assets()).toHaveLength(2);
    for (const one of assets()) {
      expect(spawnSync(join(folder, 'cdk.out', one, 'bootstrap'), { encoding: 'utf8' }).stdout).toMatch(
        /hello|other/,
      );
    }
    expect(readdirSync(join(folder, 'cdk.out')).filter((name) => name.startsWith('.crablet'))).toEqual([]);
  });
});
