import { describe, expect, it } from 'vitest';
import { type RemapFacts, remapFlags } from './remap.js';

const FACTS: RemapFacts = {
  project: {
    workspaceRoot: '/users/app',
    targetDirectory: '/users/app/target',
    packageRoots: ['/users/app', '/users/lib'],
  },
  cargoHome: '/users/.cargo',
  settings: [],
  configFlags: [],
  env: {},
};
const FLAGS = [
  '--remap-path-prefix=/users/app=/workspace',
  '--remap-path-prefix=/users/lib=/dependencies/lib',
  '--remap-path-prefix=/users/.cargo=/cargo',
  '--remap-path-prefix=/users/app/target=/target',
];

describe('remapFlags', () => {
  it('names every folder of this machine, the deeper ones last', () => {
    expect(remapFlags(FACTS)).toEqual({ config: [`build.rustflags=${JSON.stringify(FLAGS)}`], env: {} });
  });

  it.each<[string, Partial<RemapFacts>]>([
    ['RUSTFLAGS', { env: { RUSTFLAGS: ' -C  target-cpu=native ' } }],
    [
      'CARGO_ENCODED_RUSTFLAGS',
      { env: { CARGO_ENCODED_RUSTFLAGS: '-C\x1ftarget-cpu=native', RUSTFLAGS: 'ignored' } },
    ],
  ])('go on with %s, which hides the configuration', (_, change) => {
    expect(remapFlags({ ...FACTS, ...change })).toEqual({
      config: [],
      env: { CARGO_ENCODED_RUSTFLAGS: ['-C', 'target-cpu=native', ...FLAGS].join('\x1f') },
    });
  });

  it.each<[string, Partial<RemapFacts>]>([
    [
      'a file',
      { settings: [{ target: { 'x86_64-unknown-linux-gnu': { rustflags: ['-C', 'link-arg=-s'] } } }] },
    ],
    ['a variable', { env: { CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS: '-g' } }],
    ['a flag', { configFlags: ["target.'cfg(unix)'.rustflags=['-g']"] }],
  ])('join those of a target in %s, which hide build.rustflags', (_, change) => {
    expect(remapFlags({ ...FACTS, ...change }).config).toEqual([
      `target.'cfg(all())'.rustflags=${JSON.stringify(FLAGS)}`,
    ]);
  });

  it('leave build.rustflags to cargo, which joins them', () => {
    expect(remapFlags({ ...FACTS, settings: [{ build: { rustflags: ['-g'] } }] }).config[0]).toMatch(
      /^build\.rustflags=/,
    );
  });
});
