import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RustApp } from '../support/cdk-rust.js';
import { startMoto } from '../support/moto.js';

// Real apps in a process of their own, as the CDK's program starts them, with real cargo behind a program that counts.

let app: RustApp;

beforeEach(() => {
  app = new RustApp();
});

afterEach(() => app.remove());

const TEN = Array.from({ length: 10 }, (_, index) => `f${index}`);
const tenFunctions = () => app.app(TEN.map((name) => [name, `{ manifestPath: 'crates/${name}' }`] as const));

describe('cargo runs', () => {
  it('once for ten functions, never when nothing has changed, and once more for one changed file', () => {
    app.workspace(TEN);
    tenFunctions();
    const first = app.synth();
    expect(first.stderr).toContain('Finished');
    expect(first.status).toBe(0);
    expect(app.builds()).toBe(1);
    expect(app.assets()).toHaveLength(10);

    expect(app.synth().status).toBe(0);
    expect(app.cargoRuns()).toEqual([]);

    const before = app.assets();
    app.write('crates/f3/src/main.rs', 'fn main() {\n    common::answer("changed");\n}\n');
    expect(app.synth().status).toBe(0);
    expect(app.builds()).toBe(1);
    expect(app.assets().filter((name) => !before.includes(name))).toHaveLength(1);

    // A crate that all of them share.
    app.write('crates/common/src/lib.rs', 'pub fn answer(name: &str) {\n    println!("{name}!");\n}\n');
    expect(app.synth().status).toBe(0);
    expect(app.builds()).toBe(1);
    expect(app.assets()).toHaveLength(21);
  });

  it('not for cdk ls, for cdk diff, for another stack only, or in a test; but always when that is asked for', async () => {
    app.workspace(['hello']);
    app.app([['Hello', "{ manifestPath: 'crates/hello' }"]]);
    expect(app.cdk(['ls']).stdout).toBe('One\nOther\n');
    // The CDK asks ten times for what nobody answers: somebody does.
    const moto = await startMoto();
    try {
      const env = { ...moto.env, AWS_ENDPOINT_URL: moto.url.replace('127.0.0.1', 'localhost') };
      expect(app.cdk(['diff', 'Other'], env).status).toBe(0);
      const diff = app.cdk(['diff'], env);
      expect(diff.stdout + diff.stderr).toMatch(/\[\+\] AWS::Lambda::Function Hello /);
    } finally {
      await moto.stop();
    }
    expect(app.cdk(['synth', '-e', 'Other', '-q']).status).toBe(0);
    const test = app.synth({ CDK_OUTDIR: undefined });
    expect(test.status).toBe(0);
    expect(app.builds()).toBe(0);
    expect(app.assets()).toEqual([]);
    expect(app.synth({ CDK_OUTDIR: undefined, CRABLET_BUNDLE: 'always' }).status).toBe(0);
    expect(app.builds()).toBe(1);
    expect(app.cdk(['synth', 'One', '-q']).status).toBe(0);
    expect(app.assets()).toHaveLength(1);
  });
});

describe('hashes', () => {
  it('are the same in two checkouts, and so are the programs', () => {
    app.workspace(['hello']);
    app.app([['Hello', "{ manifestPath: 'crates/hello' }"]]);
    app.synth();
    const [asset] = app.assets();
    const program = readFileSync(join(app.folder, 'cdk.out', asset!, 'bootstrap'));
    const there = app.folder;
    app.folder = join(dirname(there), 'elsewhere');
    cpSync(there, app.folder, { recursive: true, filter: (path) => !/\/(target|cdk\.out)$/.test(path) });
    app.synth();
    expect(app.assets()).toEqual([asset]);
    expect(readFileSync(join(app.folder, 'cdk.out', asset!, 'bootstrap')).equals(program)).toBe(true);
  });
});

describe('what cannot be built', () => {
  it("shows cargo's message once, and no stack, and exits", () => {
    app.workspace(['hello', 'other']);
    app.app([
      ['Hello', "{ manifestPath: 'crates/hello' }"],
      ['Other', "{ manifestPath: 'crates/other' }"],
    ]);
    app.write('crates/hello/src/main.rs', 'fn main() {\n    let x: u32 = "text";\n}\n');
    const { status, stderr, stdout } = app.cdk(['synth', '-q']);
    const all = stdout + stderr;
    expect(status).toBe(1);
    expect(all.match(/mismatched types/g)).toHaveLength(1);
    expect(all).toContain('hello, other could not be built; the reason is above.');
    expect(all).toMatch(/^\s+One\/Hello$/m);
    expect(all).not.toMatch(/\n\s+at /);
    expect(app.assets()).toEqual([]);
  });

  it('names the mend when Rust is not installed', () => {
    app.workspace(['hello']);
    app.app([['Hello', "{ manifestPath: 'crates/hello' }"]]);
    const bare = join(app.folder, '../nothing');
    mkdirSync(bare);
    const { status, stderr } = app.synth({ PATH: bare, HOME: bare, CARGO: undefined });
    expect(status).toBe(1);
    expect(stderr).toMatch(/\[One\/Hello\] cargo is not on PATH\./);
    expect(stderr).toMatch(/fix: Install Rust with rustup/);
  });
});

describe('several synths at once', () => {
  it('make the same, complete assets', async () => {
    app.workspace(['hello', 'other']);
    app.app([
      ['Hello', "{ manifestPath: 'crates/hello' }"],
      ['Other', "{ manifestPath: 'crates/other' }"],
    ]);
    const env = app.surroundings({ CDK_OUTDIR: 'cdk.out' });
    const ends = await Promise.all(
      [1, 2, 3].map(
        () =>
          new Promise<number | null>((resolve) => {
            const child = spawn(process.execPath, ['app.cjs'], { cwd: app.folder, env, stdio: 'ignore' });
            child.once('exit', resolve);
          }),
      ),
    );
    expect(ends).toEqual([0, 0, 0]);
    expect(app.assets()).toHaveLength(2);
    for (const one of app.assets()) {
      expect(spawnSync(join(app.folder, 'cdk.out', one, 'bootstrap'), { encoding: 'utf8' }).stdout).toMatch(
        /hello|other/,
      );
    }
    expect(readdirSync(join(app.folder, 'cdk.out')).filter((name) => name.startsWith('.crablet'))).toEqual(
      [],
    );
  });
});
