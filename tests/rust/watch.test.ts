import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.js';
import { LongLived, runCli } from '../support/cli.js';
import { http } from '../support/http.js';

// Always the same folder: cargo keeps what it compiled for each path, and would keep it for every run.
const root = join(packageRoot(), '.tools', 'watch-edits');
const folder = join(root, 'edit-me');
const target = join(packageRoot(), '.tools', 'target');
const env = {
  ...process.env,
  CARGO_TARGET_DIR: target,
  AWS_CONFIG_FILE: join(root, 'none'),
  AWS_SHARED_CREDENTIALS_FILE: join(root, 'none'),
};

const HANDLER = 'src/http_handler.rs';
const WORD = 'data/word.txt';
const GREETING = '../greeting/src/lib.rs';

/** A handler that answers with the text and with what it takes from elsewhere. */
function handler(text: string, before = ''): string {
  return `${before}
use lambda_http::{Body, Error, Request, Response};

pub(crate) async fn function_handler(_: Request) -> Result<Response<Body>, Error> {
    let parts = [${text}, include_str!("../${WORD}"), greeting::word()];
    Ok(Response::new(parts.join(" ").into()))
}
`;
}

const greeting = (word: string) => `pub fn word() -> &'static str {\n    "${word}"\n}\n`;

async function save(path: string, contents: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), contents);
}

/** A new function, as a person gets it, that depends on a crate outside its workspace and on a file. */
async function newProject(): Promise<void> {
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  expect(await runCli(['new', 'edit-me', '--http'], { cwd: root })).toMatchObject({ code: 0 });
  await save('../greeting/Cargo.toml', '[package]\nname = "greeting"\nversion = "0.1.0"\nedition = "2024"\n');
  await save(GREETING, greeting('hi'));
  const manifest = await readFile(join(folder, 'Cargo.toml'), 'utf8');
  const withGreeting = '[dependencies]\ngreeting = { path = "../greeting" }';
  await save('Cargo.toml', manifest.replace('[dependencies]', withGreeting));
}

let watching: LongLived;
let url: string;

async function startWatching(): Promise<void> {
  watching = new LongLived(['watch', '--invoke-port', '0'], { cwd: folder, env });
  [, url = ''] = await watching.readUntil(/serves 1 function at (\S+)/);
}

/** Waits for builds until one answers so. */
async function expectServed(text: string): Promise<void> {
  for (;;) {
    await watching.readUntil(/^(ready|not compiled).*\n/m);
    const answer = await http(url);
    if (answer.text === text) return;
  }
}

beforeAll(async () => {
  await newProject();
  await startWatching();
  const hello = await http(`${url}/?name=Rust`);
  expect(hello).toMatchObject({ status: 200, text: 'Hello Rust, this is Rust on Lambda!' });
  await save(WORD, 'word');
  await save(HANDLER, handler('"first"'));
  await expectServed('first word hi');
});

afterAll(async () => {
  expect(await watching.stop('SIGINT')).toBe(130);
  expect(existsSync(join(target, 'lambda', '.watch', String(watching.pid)))).toBe(false);
  await rm(root, { recursive: true, force: true });
});

describe('an edit arrives', () => {
  /** Brings everything to a state of its own, so that the tests need no order. */
  const begin = async (name: string) => {
    await save(WORD, 'word');
    await save(GREETING, greeting('hi'));
    await save(HANDLER, handler(`"${name}"`));
    await expectServed(`${name} word hi`);
  };

  it('of a file that the code includes', async () => {
    await begin('include');
    await save(WORD, 'other');
    await expectServed('include other hi');
  });

  it('of a crate outside the workspace', async () => {
    await begin('path');
    await save(GREETING, greeting('hello'));
    await expectServed('path word hello');
  });

  it('of a module that is named before it is written, in a new folder, and edited then', async () => {
    await begin('module');
    const module = 'src/http_handler/extra.rs';
    await rm(join(folder, dirname(module)), { recursive: true, force: true });
    await save(HANDLER, handler('extra::TEXT', 'mod extra;\n'));
    await watching.readUntil(/not compiled:/);
    expect(await http(url)).toMatchObject({ status: 502, text: expect.stringContaining('extra') });
    for (const text of ['one', 'two']) {
      await save(module, `pub const TEXT: &str = "${text}";\n`);
      await expectServed(`${text} word hi`);
    }
    await save(HANDLER, handler('"without"'));
    await expectServed('without word hi');
    await rm(join(folder, dirname(module)), { recursive: true });
  });

  it('of a folder that goes and comes back, as when branches are switched', async () => {
    await begin('branch');
    const module = 'src/http_handler/branch.rs';
    await save(module, 'pub const TEXT: &str = "here";\n');
    await save(HANDLER, handler('branch::TEXT', 'mod branch;\n'));
    await expectServed('here word hi');
    await rename(join(folder, dirname(module)), join(root, 'away'));
    await watching.readUntil(/not compiled:/);
    await rename(join(root, 'away'), join(folder, dirname(module)));
    await expectServed('here word hi');
    await save(module, 'pub const TEXT: &str = "edited";\n');
    await expectServed('edited word hi');
    await save(HANDLER, handler('"without"'));
    await expectServed('without word hi');
    await rm(join(folder, dirname(module)), { recursive: true });
  });

  const path = join(folder, HANDLER);
  it.each<[string, (contents: string) => Promise<void>]>([
    [
      'truncates and writes',
      async (contents) => {
        await truncate(path);
        await writeFile(path, contents);
      },
    ],
    [
      'writes a temporary file and renames it',
      async (contents) => {
        await writeFile(`${path}.tmp`, contents);
        await rename(`${path}.tmp`, path);
      },
    ],
    [
      'renames the old file away and makes a new one',
      async (contents) => {
        await rename(path, `${path}~`);
        await writeFile(path, contents);
      },
    ],
    [
      'removes it and makes a new one',
      async (contents) => {
        await rm(path);
        await writeFile(path, contents);
      },
    ],
  ])('by an editor that %s', async (name, saveLikeIt) => {
    await begin('editor');
    await saveLikeIt(handler(`"${name}"`));
    await expectServed(`${name} word hi`);
  });

  it('at last of ten in a row, and no request that comes meanwhile is dropped', async () => {
    await begin('quick');
    const statuses = new Set<number>();
    const ask = async () => {
      const { status, text } = await http(url);
      statuses.add(status);
      return text;
    };
    for (let edit = 1; edit <= 10; edit += 1) {
      await save(HANDLER, handler(`"edit ${edit}"`));
      for (let request = 0; request < 20; request += 1) await ask();
    }
    while ((await ask()) !== 'edit 10 word hi');
    expect([...statuses]).toEqual([200]);
  });
});

describe('the end', () => {
  // A second project, so that the builds of the first are left alone.
  const other = join(root, 'end-me');
  const newOther = async () => {
    await rm(other, { recursive: true, force: true });
    expect(await runCli(['new', 'end-me', '--http'], { cwd: root })).toMatchObject({ code: 0 });
    // Never fresh: there is always something to compile.
    await writeFile(join(other, 'src/extra.rs'), `pub const AT: u64 = ${Date.now()};\n`);
    const main = join(other, 'src/main.rs');
    await writeFile(main, `mod extra;\nconst _: u64 = extra::AT;\n${await readFile(main, 'utf8')}`);
  };

  it('by Ctrl-C in the middle of a build ends cargo and rustc', async () => {
    await newOther();
    const cli = new LongLived(['watch', '--invoke-port', '0'], { cwd: other, env });
    await cli.readUntil(/Compiling end-me/);
    expect(cli.descendants().length).toBeGreaterThan(1);
    expect(await cli.stop('SIGINT')).toBe(130);
  });

  it('by force leaves no function behind, and the next watch removes what was left', async () => {
    await newOther();
    const cli = new LongLived(['watch', '--invoke-port', '0'], { cwd: other, env });
    await cli.readUntil(/^ready /m);
    const left = join(target, 'lambda', '.watch', String(cli.pid));
    expect(existsSync(left)).toBe(true);
    expect(await cli.stop('SIGKILL')).toBe(null);
    expect(existsSync(left)).toBe(true);
    const next = new LongLived(['watch', '--invoke-port', '0'], { cwd: other, env });
    await next.readUntil(/^ready /m);
    expect(existsSync(left)).toBe(false);
    await next.stop('SIGTERM');
  });
});
