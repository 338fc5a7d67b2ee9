import { expect, it } from 'vitest';
import { buildVariables } from './build-variables.js';

it('takes what compilers read and sources name, without the checkout in it', () => {
  const env = {
    RUSTFLAGS: '-L /w/lib',
    CARGO_PROFILE_RELEASE_LTO: 'fat',
    CARGO_TARGET_DIR: '/elsewhere',
    RUSTC_WRAPPER: 'sccache',
    GIT_SHA: 'abc',
    HOME: '/root',
    CC_x86_64_unknown_linux_gnu: 'clang',
  };
  expect(buildVariables(env, new Set(['GIT_SHA', 'NOT_SET']), '/w')).toEqual([
    ['CARGO_PROFILE_RELEASE_LTO', 'fat'],
    ['CC_x86_64_unknown_linux_gnu', 'clang'],
    ['GIT_SHA', 'abc'],
    ['RUSTFLAGS', '-L <workspace>/lib'],
  ]);
});
