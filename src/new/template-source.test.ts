import { isAbsolute, join, relative, resolve } from 'node:path';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { downloadCommand } from './template-source.js';
import { staysInside, zipFiles } from './zip-files.js';

describe('downloadCommand', () => {
  it.each([
    ['gh:owner/repo', 'git clone --depth 1 https://github.com/owner/repo', 'repo'],
    ['gl:owner/repo', 'git clone --depth 1 https://gitlab.com/owner/repo', 'repo'],
    ['bb:owner/repo/tag/v1', 'git clone --depth 1 --branch v1 https://bitbucket.org/owner/repo', 'repo'],
    ['https://github.com/o/r/branch/a/b', 'git clone --depth 1 --branch a/b https://github.com/o/r', 'r'],
    ['https://example.com/r.git', 'git clone --depth 1 https://example.com/r.git', 'r'],
    ['git@github.com:o/r.git', 'git clone --depth 1 git@github.com:o/r.git', 'r'],
    ['ssh://git@example.com/o/r', 'git clone --depth 1 ssh://git@example.com/o/r', 'r'],
    ['https://example.com/t.zip', 'curl -fLO https://example.com/t.zip', 't.zip'],
    ["https://example.com/a b'c.zip", `curl -fLO 'https://example.com/a b'\\''c.zip'`, `'a b'\\''c.zip'`],
  ])('%s', (source, command, result) => {
    expect(downloadCommand(source)).toMatchObject({ command, result });
  });

  it.each(['template', './t.zip', '../gh', '/abs/template', 'C:\\template', 'gh'])(
    'takes %s as a path',
    (path) => {
      expect(downloadCommand(path)).toBeUndefined();
    },
  );
});

describe('zipFiles', () => {
  const zip = (files: Record<string, string>) =>
    zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])));
  const paths = (files: Record<string, string>) => zipFiles(zip(files), 't.zip').map(({ path }) => path);

  it('reads the files', () => {
    const [file] = zipFiles(zip({ 'Cargo.toml': 'hello', 'src/main.rs': 'x' }), 't.zip');
    expect(file).toMatchObject({ path: 'Cargo.toml' });
    expect(file?.contents.toString()).toBe('hello');
  });

  it('takes off the folder around all, but for template/ and src/', () => {
    expect(paths({ 'repo-main/Cargo.toml': '', 'repo-main/src/main.rs': '' })).toEqual([
      'Cargo.toml',
      'src/main.rs',
    ]);
    expect(paths({ 'template/Cargo.toml': '' })).toEqual(['template/Cargo.toml']);
    expect(paths({ 'a/x': '', 'b/x': '' })).toEqual(['a/x', 'b/x']);
  });

  it.each(['../evil', 'a/../../evil', '/etc/evil', 'C:/evil', '..\\evil', 'a\\..\\evil'])(
    'refuses %s',
    (name) => {
      expect(() => paths({ 'Cargo.toml': '', [name]: 'x' })).toThrow(/would lie outside the project/);
    },
  );

  it('refuses what is not a zip, or was cut off', () => {
    expect(() => zipFiles(Buffer.from('hello'), 't.zip')).toThrow(/t\.zip cannot be read as a zip file/);
    const whole = zip({ 'Cargo.toml': 'x'.repeat(1000) });
    expect(() => zipFiles(whole.subarray(0, whole.length / 2), 't.zip')).toThrow(/cannot be read/);
  });

  it('refuses what unpacks to more than a template holds', () => {
    const bomb = zipSync({ big: new Uint8Array(101 * 1024 * 1024) });
    expect(bomb.length).toBeLessThan(1024 * 1024);
    expect(() => zipFiles(bomb, 't.zip')).toThrow(/more than 100 MB/);
  });

  it('lets no name out of the folder', () => {
    const part = fc.constantFrom('..', '.', 'a', '', 'C:', '...', '..a', '\\');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const name = parts.join('/');
        if (!staysInside(name)) return;
        const inside = relative('/project', resolve('/project', name));
        expect(isAbsolute(inside) || inside.startsWith('../') || inside === '..').toBe(false);
        expect(join('/project', inside).startsWith('/project')).toBe(true);
      }),
    );
  });
});
