import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ElfPlan, makeElf } from '../../src/build/elf.fixture.js';
import { makeZip, type ZipEntry } from '../../src/build/zip.js';
import { runCli } from '../support/cli.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crablet-inspect-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const GOOD: ElfPlan = {
  interpreter: '/lib64/ld-linux-x86-64.so.2',
  libraries: ['libc.so.6'],
  versions: [{ library: 'libc.so.6', version: 'GLIBC_2.34', symbols: ['__libc_start_main'] }],
};
const ARM: ElfPlan = { ...GOOD, machine: 183, interpreter: '/lib/ld-linux-aarch64.so.1' };

const program = (name: string, plan = GOOD, executable = true): ZipEntry => ({
  name,
  bytes: makeElf(plan),
  executable,
});
const file = (name: string): ZipEntry => ({ name, bytes: Buffer.from('x'), executable: false });

const UNIX_PROGRAM = { os: 3, attrs: 0o100755 << 16 };

/** A zip as `zip --symlinks` makes it. */
function linkTo(path: string, files: Zippable = {}): Uint8Array {
  return zipSync({ ...files, bootstrap: [Buffer.from(path), { os: 3, attrs: 0o120777 << 16 }] });
}

async function inspect(bytes: Uint8Array, ...argv: string[]) {
  await writeFile(join(folder, 'file'), bytes);
  return runCli(['inspect', 'file', ...argv], { cwd: folder });
}

describe('crablet inspect', () => {
  it('tells what a zip has, and that Lambda starts it', async () => {
    const { code, stdout, stderr } = await inspect(makeZip([program('bootstrap'), file('a/b.txt')]));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^file {2}zip of a function, \S+ kB, \S+ kB unzipped\n/);
    expect(stdout).toContain('  bootstrap  x86_64  glibc 2.34  needs libc.so.6\n');
    expect(stdout).toMatch(/CodeSha256 {2}[A-Za-z0-9+/]{43}=\n {2}starts on provided\.al2023\n$/);
  });

  it('tells it as JSON', async () => {
    const { code, stdout } = await inspect(makeElf(ARM), '--output', 'json', '--x86-64');
    expect(code).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'crablet.inspect/1',
      file: 'file',
      starts: false,
      kind: 'binary',
      programs: [{ architecture: 'aarch64', glibc: '2.34', libraries: ['libc.so.6'] }],
      problems: [{ kind: 'architecture', what: 'It is built for aarch64, but x86_64 was asked for.' }],
    });
  });

  it('reads zips of other makers', async () => {
    const stored = zipSync({ bootstrap: [makeElf(GOOD), { level: 0, os: 3, attrs: 0o755 << 16 }] });
    expect((await inspect(stored)).code).toBe(0);
  });

  it('knows a layer of extensions', async () => {
    const { code, stdout } = await inspect(makeZip([program('extensions/mine')]));
    expect(code).toBe(0);
    expect(stdout).toContain('zip of a layer');
    expect(stdout).toContain('extensions/mine  x86_64');
  });

  it('follows a link inside the zip, and does not see into layers', async () => {
    const linked = linkTo('bin/app', { 'bin/app': [makeElf(GOOD), UNIX_PROGRAM] });
    const { code, stdout } = await inspect(linked);
    expect(code).toBe(0);
    expect(stdout).toContain('  bootstrap  x86_64  glibc 2.34');
    expect((await inspect(linkTo('/opt/app'), '--layers')).code).toBe(0);
  });

  it.each<[string, () => Uint8Array, string[], RegExp]>([
    [
      'a link that leads nowhere',
      () => linkTo('/opt/app'),
      [],
      /bootstrap is a symbolic link to \/opt\/app, and that is no file in the zip/,
    ],
    ['a link to itself', () => linkTo('bootstrap'), [], /bootstrap is a symbolic link to itself/],
    [
      'a link to what is not executable',
      () => linkTo('app', { app: [makeElf(GOOD), { os: 3, attrs: 0o100644 << 16 }] }),
      [],
      /bootstrap is not executable in the zip \(mode 644\)/,
    ],
    [
      'one that is there twice',
      () => {
        const zip = Buffer.from(makeZip([program('bootstrap'), program('bootstraq', ARM)]));
        for (let at = zip.indexOf('bootstraq'); at !== -1; at = zip.indexOf('bootstraq'))
          zip.write('bootstrap', at);
        return zip;
      },
      [],
      /bootstrap is in the zip 2 times/,
    ],
    [
      'a shared library',
      () => makeElf({ libraries: ['libc.so.6'] }),
      [],
      /It is a shared library, not a program/,
    ],
    ['an empty file', () => Buffer.alloc(0), [], /the file is empty\.\n +fix: The file is damaged/],
    [
      'no bootstrap',
      () => makeZip([file('index.js')]),
      [],
      /no file bootstrap at its root \(there is index\.js\)/,
    ],
    [
      'a bootstrap in a folder',
      () => makeZip([program('app/bootstrap')]),
      [],
      /only app\/bootstrap; Lambda answers/,
    ],
    ['nothing', () => makeZip([]), [], /it is empty/],
    [
      'one that is not executable',
      () => makeZip([program('bootstrap', GOOD, false)]),
      [],
      /not executable in the zip \(mode 644\)/,
    ],
    ['one from Windows', () => zipSync({ bootstrap: makeElf(GOOD) }), [], /no Unix permissions/],
    [
      'a newer glibc',
      () => makeZip([program('bootstrap')]),
      ['--runtime', 'provided.al2'],
      /bootstrap: It needs glibc 2\.34, but provided\.al2 has 2\.26/,
    ],
    [
      'another architecture',
      () => makeZip([program('bootstrap', ARM)]),
      ['--x86-64'],
      /built for aarch64, but x86_64/,
    ],
    [
      'a script',
      () => makeZip([{ name: 'bootstrap', bytes: Buffer.from('#!/bin/sh\n'), executable: true }]),
      [],
      /it is a script/,
    ],
    [
      'a missing library',
      () => makeZip([program('bootstrap', { ...GOOD, libraries: ['libpq.so.5'] })]),
      [],
      /library libpq\.so\.5/,
    ],
    ["a Mac's program", () => Buffer.from('cffaedfe00000000', 'hex'), [], /it is a program for macOS/],
  ])('says what is wrong: %s', async (_, bytes, argv, what) => {
    const { code, stderr } = await inspect(bytes(), ...argv);
    expect(code).toBe(7);
    expect(stderr).toMatch(what);
    expect(stderr).toContain('fix: ');
  });

  it('refuses a runtime that Lambda does not have', async () => {
    const { code, stderr } = await inspect(makeZip([program('bootstrap')]), '--runtime', 'provided.al2032');
    expect(code).toBe(2);
    expect(stderr).toMatch(/'provided\.al2032' is invalid.*provided\.al2023, provided\.al2\./);
  });

  it('takes a library that comes along, or that layers may bring', async () => {
    const needy = program('bootstrap', { ...GOOD, libraries: ['libpq.so.5'] });
    expect((await inspect(makeZip([needy, file('lib/libpq.so.5')]))).code).toBe(0);
    expect((await inspect(makeZip([needy]), '--layers')).code).toBe(0);
  });

  it.each<[string, () => Uint8Array, RegExp]>([
    ['cut off', () => makeZip([program('bootstrap')]).subarray(0, 60), /the file is cut off/],
    [
      'damaged',
      () => {
        const zip = makeZip([program('bootstrap')]);
        zip.fill(0xff, 60, 90);
        return zip;
      },
      /bootstrap is damaged/,
    ],
  ])('refuses a zip that is %s', async (_, bytes, what) => {
    const { code, stderr } = await inspect(bytes());
    expect(code).toBe(2);
    expect(stderr).toMatch(what);
  });

  it('names a file that is not there', async () => {
    const { code, stderr } = await runCli(['inspect', 'nowhere.zip'], { cwd: folder });
    expect(code).toBe(3);
    expect(stderr).toContain('nowhere.zip.');
    expect(stderr).toContain('crablet build --release');
  });

  it('does not wait for what is no file', async () => {
    const { code, stderr } = await runCli(['inspect', '/dev/null'], { cwd: folder });
    expect(code).toBe(3);
    expect(stderr).toMatch(/\/dev\/null is no file, but a pipe or a device\.\n +fix: Write/);
  });

  it('says that a folder is one', async () => {
    const { code, stderr } = await runCli(['inspect', '.'], { cwd: folder });
    expect(code).toBe(3);
    expect(stderr).toMatch(/is a folder\.\n +fix: Name a zip or a binary in it/);
  });
});
