import { describe, expect, it } from 'vitest';
import { buildFlags } from './build-flags.js';

describe('buildFlags', () => {
  it.each<[given: string[], profile: string, architecture: 'x86_64' | 'arm64', argv: string[]]>([
    [[], 'release', 'x86_64', ['--release', '--x86-64']],
    [[], 'dev', 'arm64', ['--profile', 'dev', '--arm64']],
    [[], 'debug', 'x86_64', ['--profile', 'dev', '--x86-64']],
    [['--profile=lean'], 'release', 'x86_64', ['--x86-64', '--profile=lean']],
    [
      ['--target=x86_64-unknown-linux-musl'],
      'release',
      'x86_64',
      ['--release', '--target=x86_64-unknown-linux-musl'],
    ],
    // As cargo-lambda-cdk's documentation has it.
    [
      ['--target', 'x86_64-unknown-linux-musl', '--debug', '--disable-optimizations'],
      'release',
      'x86_64',
      ['--target', 'x86_64-unknown-linux-musl', '--disable-optimizations'],
    ],
  ])('%j with %s for %s', (given, profile, architecture, argv) => {
    expect(buildFlags(given, profile, architecture)).toMatchObject({ argv });
  });

  it('takes the architecture of a target', () => {
    expect(buildFlags(['--target', 'aarch64-unknown-linux-gnu.2.26'], 'release', 'x86_64')).toMatchObject({
      architecture: 'arm64',
    });
  });

  it.each([
    [['--bin', 'a'], /--bin, which the construct sets itself/, /binaryName/],
    [['--lambda-dir=x'], /--lambda-dir/, /Take --lambda-dir out/],
    [['--target', 'wasm32-wasip1'], /wasm32-wasip1', which Lambda does not run/, /aarch64/],
  ])('refuses %j', (given, what, fix) => {
    expect(buildFlags(given, 'release', 'x86_64')).toEqual({
      what: expect.stringMatching(what),
      fix: expect.stringMatching(fix),
    });
  });
});
