import { describe, expect, it } from 'vitest';
import { explainFailure, missingTarget } from './failure.js';

describe('explainFailure', () => {
  it("keeps cargo's own words, without the progress before them", () => {
    const progress =
      '   Compiling x v0.1.0\n    Building [=> ] 1/3\r\u001b[Kerror: could not compile `x` due to 1 previous error\n';
    const plain = explainFailure(progress);
    expect(plain).toMatchObject({ kind: 'text', text: expect.stringContaining('could not compile `x`') });
    expect(plain).toMatchObject({ kind: 'text', text: expect.not.stringContaining('Compiling') });
  });

  it('keeps everything when nothing looks like an error', () => {
    expect(explainFailure('something else\n')).toEqual({ kind: 'text', text: 'something else\n' });
  });

  it('tells a Rust that is too old, colors or not', () => {
    const progress =
      '\u001b[1m\u001b[91merror\u001b[0m: rustc 1.80.0 is not supported by the following packages:\n  a@1.0.0 requires rustc 1.84.0\n  b@2.0.0 requires rustc 1.100\n';
    const failure = explainFailure(progress);
    if (failure.kind !== 'user-error') throw new Error(failure.text);
    expect(failure.error.code).toBe('environment.rust-too-old');
    expect(failure.error.message).toBe('Rust 1.80.0 is too old: a@1.0.0 needs 1.84.0, b@2.0.0 needs 1.100.');
    expect(failure.error.fix).toBe('Update Rust to 1.100 or newer: rustup update stable');
  });
});

describe('missingTarget', () => {
  it("reads it from rustc's words, colors or not", () => {
    const words =
      "\u001b[1merror[E0463]\u001b[0m: can't find crate for `std`\n  |\n  = note: the `aarch64-unknown-linux-musl` target may not be installed\n";
    expect(missingTarget(words)).toMatchObject({
      code: 'environment.missing-tool',
      fix: expect.stringContaining('rustup target add aarch64-unknown-linux-musl'),
    });
    expect(missingTarget("error[E0463]: can't find crate for `serde`\n")).toBeUndefined();
  });
});
