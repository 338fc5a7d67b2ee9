import { stripVTControlCharacters } from 'node:util';
import { UserError } from '../errors.js';

/**
 * Why cargo ended without success, from what it wrote on stderr: a machine that lacks something is a mistake
 * with a mend, anything else are cargo's own words, to be shown after the compiler's diagnostics.
 */
export function explainFailure(
  progress: string,
):
  | { readonly kind: 'user-error'; readonly error: UserError }
  | { readonly kind: 'text'; readonly text: string } {
  const text = errorsOf(progress);
  const error = tooOld(stripVTControlCharacters(text));
  return error ? { kind: 'user-error', error } : { kind: 'text', text };
}

function tooOld(text: string): UserError | undefined {
  const installed = /rustc ([\d.]+)\S* is not supported by the following packages?:/.exec(text);
  if (!installed) return undefined;
  const wanted = [...text.matchAll(/^\s*(\S+) requires rustc ([\d.]+)/gm)].map(([, name, version]) => ({
    name,
    version: version ?? '',
  }));
  const newest = wanted
    .map(({ version }) => version)
    .sort(byVersion)
    .at(-1);
  return new UserError('environment.rust-too-old', {
    what: `Rust ${installed[1]} is too old: ${wanted.map(({ name, version }) => `${name} needs ${version}`).join(', ')}.`,
    fix: `Update Rust: rustup update stable (it must be ${newest ?? 'newer'} at least), or choose older crates with cargo update -p NAME --precise VERSION`,
  });
}

function byVersion(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let part = 0; part < 3; part += 1) {
    const difference = (left[part] ?? 0) - (right[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** From cargo's first line of an error on; what stands before it is progress. */
function errorsOf(progress: string): string {
  const lines = progress.split('\n').map((line) => line.slice(line.lastIndexOf('\r') + 1));
  const first = lines.findIndex((line) => /^error(\[|:)/.test(stripVTControlCharacters(line)));
  return first === -1 ? progress : lines.slice(first).join('\n');
}
