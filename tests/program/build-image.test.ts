import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeElf } from '../../src/build/elf.fixture.js';
import { listTar, makeTar } from '../../src/build/tar.js';
import { type FakeProject, fakeProject, saysBuilt } from '../support/build-fake-cargo.js';
import { runCli } from '../support/cli.js';

/** Container images, from bases in a folder, in a tar, and at a registry on this machine. */

let project: FakeProject;
let server: Server | undefined;

const STATIC = makeElf({});
const DYNAMIC = makeElf({
  interpreter: '/lib64/ld-linux-x86-64.so.2',
  libraries: ['libc.so.6'],
  versions: [{ library: 'libc.so.6', version: 'GLIBC_2.34', symbols: ['puts'] }],
});

beforeEach(async () => {
  project = await fakeProject();
  await project.metadata({ packages: [{ name: 'app', bins: ['hello'] }] });
  await project.write('target/debug/hello', DYNAMIC);
  await project.onBuild(saysBuilt(project.folder, 'hello'));
});

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
  await project.remove();
});

const crablet = (...argv: string[]) => crabletWith({}, ...argv);
const crabletWith = (env: NodeJS.ProcessEnv, ...argv: string[]) =>
  runCli(['build', '-o', 'oci', ...argv], { cwd: project.folder, env: { ...project.env, ...env } });
/** With which Rust links the C library into the program. */
const LINKED = { RUSTFLAGS: '-C target-feature=+crt-static' };
const LAYOUT = 'target/lambda/hello/bootstrap.oci';
const at = (path: string) => join(project.folder, path);
const digest = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** What an image is made of, whoever gives it out. */
function baseImage(architecture = 'amd64') {
  const layer = Buffer.from(`a layer for ${architecture}`);
  const config = json({
    architecture,
    os: 'linux',
    config: { Entrypoint: ['/lambda-entrypoint.sh'], Env: ['PATH=/bin'], WorkingDir: '/var/task' },
    rootfs: { type: 'layers', diff_ids: [digest(Buffer.from('unpacked'))] },
  });
  const descriptor = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: digest(bytes),
    size: bytes.length,
  });
  const manifest = json({
    schemaVersion: 2,
    config: descriptor('application/vnd.docker.container.image.v1+json', config),
    layers: [descriptor('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)],
  });
  const index = json({
    schemaVersion: 2,
    manifests: [
      {
        ...descriptor('application/vnd.oci.image.manifest.v1+json', manifest),
        platform: { os: 'linux', architecture },
        annotations: { 'org.opencontainers.image.ref.name': 'base' },
      },
    ],
  });
  const blobs = new Map([layer, config, manifest].map((bytes) => [digest(bytes), bytes] as const));
  return { layer, manifest, index, blobs };
}

async function layoutFolder(image = baseImage()): Promise<string> {
  await project.write('base/index.json', image.index);
  for (const [name, bytes] of image.blobs) await project.write(`base/blobs/${name.replace(':', '/')}`, bytes);
  return 'oci:base:base';
}

async function layoutTar(): Promise<string> {
  const { index, blobs } = baseImage();
  const entries = [...blobs].map(([name, bytes]) => ({
    name: `blobs/${name.replace(':', '/')}`,
    bytes,
    executable: false,
  }));
  await project.write(
    'base.tar',
    makeTar([{ name: 'index.json', bytes: index, executable: false }, ...entries]),
  );
  return 'oci-archive:base.tar';
}

/** A registry that wants a token, and sends blobs from another address. */
async function registry(change: { readonly spoil?: boolean; readonly tokens?: boolean } = {}) {
  const { index, blobs } = baseImage();
  const asked: string[] = [];
  const own = createServer((request, response) => {
    const origin = `http://127.0.0.1:${portOf(own)}`;
    const url = new URL(request.url ?? '/', origin);
    asked.push(url.pathname);
    if (url.pathname === '/token') {
      const good = request.headers.authorization === `Basic ${Buffer.from('me:secret').toString('base64')}`;
      if (change.tokens === false || !good || url.searchParams.get('scope') !== 'repository:some/base:pull')
        return response.writeHead(403).end();
      return response.end(JSON.stringify({ token: 'let-me-in' }));
    }
    const blob = blobs.get(url.pathname.split('/').at(-1) ?? '');
    if (url.pathname.startsWith('/elsewhere/')) return response.end(change.spoil ? 'spoilt' : blob);
    if (request.headers.authorization !== 'Bearer let-me-in') {
      const challenge = `Bearer realm="${origin}/token",service="here",scope="repository:some/base:pull"`;
      return response.writeHead(401, { 'www-authenticate': challenge }).end();
    }
    if (url.pathname === '/v2/some/base/manifests/v1') return response.end(index);
    if (!blob) return response.writeHead(404).end();
    if (url.pathname.includes('/manifests/')) return response.end(blob);
    return response
      .writeHead(307, { location: url.pathname.replace('/v2/some/base/blobs', '/elsewhere') })
      .end();
  });
  server = own;
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${portOf(own)}`;
  await project.write(
    'docker/config.json',
    JSON.stringify({ auths: { [host]: { auth: Buffer.from('me:secret').toString('base64') } } }),
  );
  project.env['DOCKER_CONFIG'] = at('docker');
  return { name: `${host}/some/base:v1`, asked };
}

function portOf(listening: Server): number {
  return (listening.address() as AddressInfo).port;
}

/** Reads a layout back by the specification: everything is there under its digest, and of its size. */
async function readLayout(folder = LAYOUT) {
  const read = (path: string) => readFile(at(`${folder}/${path}`));
  expect(JSON.parse((await read('oci-layout')).toString())).toEqual({ imageLayoutVersion: '1.0.0' });
  const blob = async (one: { digest: string; size: number }) => {
    const bytes = await read(`blobs/${one.digest.replace(':', '/')}`);
    expect([digest(bytes), bytes.length]).toEqual([one.digest, one.size]);
    return bytes;
  };
  const index = JSON.parse((await read('index.json')).toString());
  const manifest = JSON.parse((await blob(index.manifests[0])).toString());
  const config = JSON.parse((await blob(manifest.config)).toString());
  const layers = await Promise.all(manifest.layers.map(blob));
  expect(config.rootfs.diff_ids).toHaveLength(layers.length);
  const own = gunzipSync(layers.at(-1));
  expect(config.rootfs.diff_ids.at(-1)).toBe(digest(own));
  const files = listTar(own.length, (from, length) => own.subarray(from, from + length));
  const names = await readdir(at(`${folder}/blobs/sha256`));
  expect(names).toHaveLength(2 + layers.length);
  return { index, manifest, config, layers, files: [...(files?.keys() ?? [])] };
}

describe('an image', () => {
  it('of a static program stands on nothing', async () => {
    await project.write('target/debug/hello', STATIC);
    await project.write('assets/a.txt', 'a');
    const { code, stdout, stderr } = await crabletWith(LINKED, '--include', 'assets');
    expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: `${LAYOUT}\n` });
    const { config, files, index } = await readLayout();
    expect(files).toEqual(['var/runtime/bootstrap', 'var/task/assets/a.txt']);
    expect(config).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      config: { Entrypoint: ['/var/runtime/bootstrap'], WorkingDir: '/var/task' },
    });
    expect(index.manifests[0].platform).toEqual({ architecture: 'amd64', os: 'linux' });
  });

  it.each([
    ['a folder', () => layoutFolder()],
    ['a tar', layoutTar],
    ['a registry', async () => (await registry()).name],
  ])("stands on AWS's base from %s, and is started by it", async (_, base) => {
    const { code, stdout, stderr } = await crablet('--base-image', await base(), '--output', 'json');
    expect(code, stderr).toBe(0);
    const image = baseImage();
    expect(JSON.parse(stdout).functions[0].image.base).toBe(digest(image.manifest));
    const { config, layers, manifest } = await readLayout();
    expect(layers[0].equals(image.layer)).toBe(true);
    expect(manifest.layers[0].mediaType).toBe('application/vnd.oci.image.layer.v1.tar+gzip');
    expect(config.config).toEqual({
      Entrypoint: ['/lambda-entrypoint.sh'],
      Env: ['PATH=/bin'],
      Cmd: ['hello'],
      WorkingDir: '/var/task',
    });
  });

  it('has the same bytes each time, and is not written when it is as it was', async () => {
    const base = await layoutFolder();
    const argv = ['--base-image', base, '--output', 'json'];
    const [first] = JSON.parse((await crablet(...argv)).stdout).functions;
    const before = await stat(at(`${LAYOUT}/index.json`));
    const [again] = JSON.parse((await crablet(...argv)).stdout).functions;
    expect([first.changed, again.changed]).toEqual([true, false]);
    expect((await stat(at(`${LAYOUT}/index.json`))).ino).toBe(before.ino);
    const [elsewhere] = JSON.parse((await crablet(...argv, '--lambda-dir', 'out')).stdout).functions;
    expect(elsewhere.image.digest).toBe(first.image.digest);
  });

  it('fetches the layers of a registry once', async () => {
    const { name, asked } = await registry();
    expect((await crablet('--base-image', name)).stderr).toContain('Fetching 0.0 MB of');
    const second = await crablet('--base-image', name, '--lambda-dir', 'out');
    expect(second.stderr).not.toContain('Fetching');
    await readLayout('out/hello/bootstrap.oci');
    const layer = digest(baseImage().layer);
    expect(asked.filter((path) => path === `/v2/some/base/blobs/${layer}`)).toHaveLength(1);
  });

  it('leaves nothing of the image of before', async () => {
    await project.write('target/debug/hello', STATIC);
    await crabletWith(LINKED);
    await project.write('more.txt', 'more');
    await crabletWith(LINKED, '--include', 'more.txt');
    expect((await readLayout()).files).toContain('var/task/more.txt');
  });
});

describe('is refused', () => {
  it.each<[string, () => Promise<string[]>, number, RegExp, RegExp]>([
    [
      'a C library on nothing',
      async () => ['--base-image', 'scratch'],
      2,
      /which scratch does not have/,
      /linux-musl/,
    ],
    [
      'no base for what needs one',
      async () => [],
      2,
      /no base image that has one is named/,
      /--base-image public/,
    ],
    ['no name of an image', async () => ['--base-image', 'A B'], 3, /no name of an image/, /HOST\/NAME:TAG/],
    ['no such folder', async () => ['--base-image', 'oci:nowhere'], 3, /ENOENT/, /oci:FOLDER/],
    [
      'another tag',
      async () => {
        await layoutFolder();
        return ['--base-image', 'oci:base:other'];
      },
      3,
      /it has no image other; there is: base/,
      /./,
    ],
    [
      'another architecture',
      async () => ['--base-image', await layoutFolder(baseImage('arm64'))],
      3,
      /for linux\/arm64, and the function for linux\/amd64/,
      /./,
    ],
    [
      'a damaged layer',
      async () => {
        const base = await layoutFolder();
        await writeFile(at(`base/blobs/${digest(baseImage().layer).replace(':', '/')}`), 'spoilt');
        return ['--base-image', base];
      },
      3,
      /is damaged or cut short/,
      /./,
    ],
    [
      'a compressed tar',
      async () => {
        await project.write('base.tar', Buffer.alloc(1024, 1));
        return ['--base-image', 'oci-archive:base.tar'];
      },
      3,
      /it is no tar/,
      /./,
    ],
    [
      'a registry without a token',
      async () => ['--base-image', (await registry({ tokens: false })).name],
      3,
      /gives no token for some\/base: 403/,
      /docker login/,
    ],
    [
      'a registry that sends something else',
      async () => ['--base-image', (await registry({ spoil: true })).name],
      3,
      /damaged/,
      /./,
    ],
    [
      'a registry that is not there',
      async () => ['--base-image', '127.0.0.1:1/x'],
      3,
      /does not answer/,
      /skopeo/,
    ],
  ])('%s', async (name, prepare, code, what, fix) => {
    await project.onBuild(`echo compiled >&2\n${saysBuilt(project.folder, 'hello')}`);
    const outcome = await crablet(...(await prepare()));
    // Nobody waits for the compiler to hear of what could be seen before.
    expect(outcome.stderr.includes('compiled')).toBe(/registry|layer/.test(name));
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(what);
    expect(outcome.stderr).toMatch(fix);
    await expect(stat(at(`${LAYOUT}/index.json`))).rejects.toThrow('ENOENT');
  });

  it('what was to be static, and has not become it', async () => {
    const { code, stderr } = await crabletWith(LINKED);
    expect(code).toBe(2);
    expect(stderr).toContain('no base image that has one is named');
  });
});
