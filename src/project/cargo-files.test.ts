import { describe, expect, it } from 'vitest';
import { cargoFiles } from './cargo-files.js';

describe('cargoFiles', () => {
  const folders = (files: string[]) => files.filter((file) => file.endsWith('.cargo/config.toml'));

  it.each([
    ['the root itself', '/w', ['/w/.cargo/config.toml']],
    [
      'a folder below',
      '/w/a/b',
      ['/w/a/b/.cargo/config.toml', '/w/a/.cargo/config.toml', '/w/.cargo/config.toml'],
    ],
    ['elsewhere', '/x', ['/x/.cargo/config.toml', '/w/.cargo/config.toml']],
  ])('looks from %s', (_, cwd, files) => {
    expect(folders(cargoFiles(cwd, '/w')).filter((file) => file !== '/.cargo/config.toml')).toEqual(files);
  });

  it('knows how a toolchain is chosen', () => {
    expect(cargoFiles('/w', '/w')).toEqual([
      '/w/.cargo/config.toml',
      '/w/rust-toolchain.toml',
      '/w/rust-toolchain',
    ]);
  });
});
