import { describe, expect, it } from 'vitest';
import { toolchainError } from './toolchain-error.js';

// Texts of cargo 1.95, 1.82 and rustup 1.29, 2026.
describe('toolchainError', () => {
  it.each([
    [
      'error: rustc 1.95.0 is not supported by the following package:\n  old@0.1.0 requires rustc 1.99\n',
      'environment.rust-too-old',
      'Rust 1.95.0 is too old: old@0.1.0 needs 1.99.',
      'Update Rust to 1.99 or newer: rustup update stable',
    ],
    [
      'error: package `lambda_http v1.3.2` cannot be built because it requires rustc 1.84.0 or newer, while the currently active rustc version is 1.70.0\n',
      'environment.rust-too-old',
      'Rust 1.70.0 is too old: lambda_http needs 1.84.0.',
      'Update Rust to 1.84.0 or newer: rustup update stable',
    ],
    [
      'error: failed to parse manifest at `/p/Cargo.toml`\n\nCaused by:\n  feature `edition2024` is required\n\n  The package requires the Cargo feature called `edition2024`, but that feature is not stabilized in this version of Cargo (1.82.0 (8f40fc59f 2024-08-21)).\n',
      'environment.rust-too-old',
      'cargo 1.82.0 is too old: the project has edition 2024.',
      'Update Rust: rustup update stable',
    ],
    [
      'error: failed to parse lock file at: /p/Cargo.lock\n\nCaused by:\n  lock file version 4 requires `-Znext-lockfile-bump`\n',
      'environment.rust-too-old',
      'cargo is too old: the project has a lock file of version 4.',
      'Update Rust: rustup update stable',
    ],
    [
      "error: rustup could not choose a version of cargo to run, because one wasn't specified explicitly, and no default is configured.\n",
      'environment.no-rust',
      'rustup is installed, but no Rust toolchain is chosen.',
      'Install one: rustup default stable',
    ],
    [
      "error: toolchain '1.99-x86_64-unknown-linux-gnu' is not installed\n",
      'environment.no-rust',
      'The Rust toolchain 1.99-x86_64-unknown-linux-gnu is asked for (rust-toolchain.toml, RUSTUP_TOOLCHAIN or an override), but not installed.',
      'Install it: rustup toolchain install 1.99-x86_64-unknown-linux-gnu',
    ],
  ])('understands %j', (text, code, message, fix) => {
    expect(toolchainError(text)).toMatchObject({ code, message, fix });
  });

  it('leaves other words alone', () => {
    expect(toolchainError('error: could not compile `x`')).toBeUndefined();
  });
});
