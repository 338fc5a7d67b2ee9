import { stripVTControlCharacters } from 'node:util';
import { UserError } from '../errors.js';
import { toolchainError } from '../project/toolchain-error.js';
import { refusal } from './refusal.js';

/**
 * Why cargo ended without success, from what it wrote on stderr: a machine that lacks something, and what cargo refused to
 * begin, are mistakes with a mend; anything else are cargo's own words, to be shown after the compiler's diagnostics.
 * @param features those of the packages that were to be built
 */
export function explainFailure(
  progress: string,
  features: readonly string[] = [],
):
  | { readonly kind: 'user-error'; readonly error: UserError }
  | { readonly kind: 'text'; readonly text: string } {
  const text = errorsOf(progress);
  const plain = stripVTControlCharacters(text);
  const error = toolchainError(plain) ?? refusal(plain, features);
  return error ? { kind: 'user-error', error } : { kind: 'text', text };
}

/** From cargo's first line of an error on; what stands before it is progress. */
function errorsOf(progress: string): string {
  // A progress bar is drawn over itself: of each line only what follows the last carriage return was left to see.
  const lines = progress.split('\n').map((line) => line.slice(line.lastIndexOf('\r') + 1));
  const first = lines.findIndex((line) => /^error(\[|:)/.test(stripVTControlCharacters(line)));
  return first === -1 ? progress : lines.slice(first).join('\n');
}

/** rustc's words for a target without a standard library (E0463), as a mistake with its mend. */
export function missingTarget(diagnostics: string): UserError | undefined {
  const text = stripVTControlCharacters(diagnostics);
  const triple =
    /can't find crate for `(?:std|core)`[\s\S]*?the `([\w.-]+)` target may not be installed/.exec(text)?.[1];
  if (triple === undefined) return undefined;
  return new UserError('environment.missing-tool', {
    what: `Rust's standard library for ${triple} is not installed.`,
    fix: `rustup target add ${triple} (or install it where your Rust came from)`,
  });
}
