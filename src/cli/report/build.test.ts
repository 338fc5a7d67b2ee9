import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { BuiltFunction } from '../../build/build.js';
import { reportBuild } from './build.js';

// Sizes of a real lambda_http function and its neighbour, 2026-11-27.
const CRATES = Object.entries({
  std: 409,
  serde_json: 136,
  regex_syntax: 73,
  regex_automata: 59,
  http: 53,
  tokio: 53,
  addr2line: 48,
  hyper_util: 47,
  gimli: 44,
  '(C and assembly)': 39,
}).map(([crate, kilobytes]) => ({ crate, bytes: kilobytes * 1000 }));

const built = (name: string, change: Partial<BuiltFunction>): BuiltFunction => ({
  function: name,
  package: name,
  path: `/w/target/lambda/${name}/bootstrap`,
  format: 'binary',
  architecture: 'x86_64',
  runtime: 'provided.al2023',
  size: 2_300_000,
  previousSize: undefined,
  programSize: 2_300_000,
  glibc: '2.34',
  codeSha256: undefined,
  changed: true,
  code: { bytes: 1_266_000, crates: CRATES },
  compiler: 'cargo',
  why: '',
  ...change,
});

function told(columns: number | undefined, ...functions: BuiltFunction[]): string[] {
  const stderr = Object.assign(new PassThrough(), { columns });
  const context = {
    cwd: '/w',
    env: {},
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr,
    exitCode: 0,
    interrupted: new AbortController().signal,
  };
  reportBuild(
    { kind: 'ok', functions, skipped: [], seconds: 1, diagnostics: '' },
    { context, output: 'text' },
  );
  return String(stderr.read()).trimEnd().split('\n');
}

describe('the report of sizes', () => {
  it('of several functions fits into 80 columns', () => {
    const changed = built('orders-worker', { size: 2_290_000, previousSize: 2_300_000 });
    expect(told(undefined, built('orders-api', {}), changed)).toEqual([
      'orders-api     x86_64  2.3 MB  glibc 2.34: starts on provided.al2023',
      '  code 1,266 kB: std 409 kB, serde_json 136 kB, regex_syntax 73 kB,',
      '    regex_automata 59 kB, http 53 kB, tokio 53 kB, addr2line 48 kB,',
      '    hyper_util 47 kB, gimli 44 kB, (C and assembly) 39 kB',
      'orders-worker  x86_64  2.3 MB (−10.0 kB)  glibc 2.34: starts on provided.al2023',
      '  code 1,266 kB: std 409 kB, serde_json 136 kB, regex_syntax 73 kB,',
      '    regex_automata 59 kB, http 53 kB, tokio 53 kB, addr2line 48 kB,',
      '    hyper_util 47 kB, gimli 44 kB, (C and assembly) 39 kB',
    ]);
  });

  it('takes the room that there is, and says nothing of what has not changed', () => {
    expect(told(200, built('a', {}))).toHaveLength(2);
    expect(told(10, built('a', {}))).toHaveLength(12);
    expect(told(80, built('a', { changed: false }))).toHaveLength(1);
    expect(told(80, built('a', { code: undefined }))).toHaveLength(1);
  });
});
