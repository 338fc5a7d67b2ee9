import { dirname, resolve } from 'node:path';

/** What a source file reads that is not Rust's own module tree. */
export interface Mentions {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Names of environment variables. */
  readonly variables: readonly string[];
}

const TEXT = String.raw`r?#*"((?:[^"\\]|\\.)*)"#*`;
const INCLUDED = new RegExp(String.raw`\binclude(?:_str|_bytes)?!\s*\(\s*${TEXT}`, 'g');
const FROM_ROOT = new RegExp(
  String.raw`\bconcat!\s*\(\s*env!\s*\(\s*"CARGO_MANIFEST_DIR"\s*\)\s*,\s*${TEXT}\s*,?\s*\)`,
  'g',
);
const MODULE = new RegExp(String.raw`#\[\s*path\s*=\s*${TEXT}\s*\]`, 'g');
const VARIABLE = /\b(?:option_)?env!\s*\(\s*"(\w+)"/g;

/** The files and variables that a Rust source names in `include_str!` and its like, `#[path]` and `env!`. */
export function mentionsIn(text: string, file: string, packageRoot: string): Mentions {
  const near = [...matches(text, INCLUDED), ...matches(text, MODULE)].map((path) =>
    resolve(dirname(file), path),
  );
  const fromRoot = matches(text, FROM_ROOT).map((path) => resolve(packageRoot, `./${path}`));
  const variables = matches(text, VARIABLE).filter(
    (name) => !name.startsWith('CARGO_') && name !== 'OUT_DIR',
  );
  return { files: [...near, ...fromRoot], variables };
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}
