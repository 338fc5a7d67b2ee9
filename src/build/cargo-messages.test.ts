import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from './cargo-messages.js';

function artifact(change: Record<string, unknown> = {}): string {
  return JSON.stringify({
    reason: 'compiler-artifact',
    manifest_path: '/p/Cargo.toml',
    target: { kind: ['bin'], name: 'hello' },
    profile: { test: false },
    executable: '/t/debug/hello',
    fresh: true,
    ...change,
  });
}

const HELLO = {
  kind: 'executable',
  name: 'hello',
  targetKind: 'bin',
  manifestPath: '/p/Cargo.toml',
  path: '/t/debug/hello',
  fresh: true,
};

describe('readMessage', () => {
  it.each([
    ['a binary', artifact(), HELLO],
    [
      'an example',
      artifact({ target: { kind: ['example'], name: 'hello' }, fresh: false }),
      { ...HELLO, targetKind: 'example', fresh: false },
    ],
    ['a library', artifact({ executable: null }), { kind: 'other' }],
    ['a unit test', artifact({ profile: { test: true } }), { kind: 'other' }],
    [
      'a build script',
      artifact({ target: { kind: ['custom-build'], name: 'build-script-build' } }),
      { kind: 'other' },
    ],
    [
      'a warning',
      JSON.stringify({ reason: 'compiler-message', message: { level: 'warning', rendered: 'warning: x\n' } }),
      { kind: 'diagnostic', level: 'warning', rendered: 'warning: x\n' },
    ],
    [
      'what a build script did',
      JSON.stringify({
        reason: 'build-script-executed',
        package_id: 'path+file:///p#0.1.0',
        out_dir: '/t/out',
      }),
      { kind: 'build-script', outDir: '/t/out', packageId: 'path+file:///p#0.1.0', libraries: [] },
    ],
    ['the end', '{"reason":"build-finished","success":true}', { kind: 'other' }],
    ["a wrapper's own output", 'Hello from sccache', { kind: 'other' }],
    ['half a line', '{"reason":"compiler-arti', { kind: 'other' }],
  ])('reads %s', (_, line, message) => {
    expect(readMessage(line)).toEqual(message);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => typeof readMessage(line).kind === 'string'),
    );
  });
});
