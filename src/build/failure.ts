import { stripVTControlCharacters } from 'node:util';
import { UserError } from '../errors.js';
import { toolchainError } from '../project/toolchain-error.js';
import { refusal } from './refusal.js';
import type { Way } from './way.js';

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

/** With this `docker run` and `podman run` tell that they have started nothing (their reference, "exit status"). */
const NOT_RUN = 125;

/** What keeps the chosen way from compiling anything, which its own words (already shown) do not mend. */
export function explainWay(way: Way, exitCode: number, said: string): UserError | undefined {
  if (way.kind === 'docker' && exitCode === NOT_RUN) {
    return new UserError('environment.missing-tool', {
      what: `${way.program} has started no container of ${way.image}.`,
      fix: 'Start its daemon, look at the name of the image, or build without it: --compiler auto',
    });
  }
  if (way.kind === 'command' && said.trim() === '') {
    return new UserError('build.failed', {
      what: `${way.command.join(' ')}, which is to compile, ended with exit code ${exitCode} and said nothing.`,
      fix: 'Name another with --compiler, or none to let crablet choose.',
    });
  }
  const target = way.kind === 'cargo' && !way.linker ? way.target : undefined;
  if (target !== undefined && /incompatible with elf|file in wrong format|is incompatible with/.test(said)) {
    return new UserError('environment.missing-tool', {
      what: `The linker of this machine cannot link for ${target}.`,
      fix: `Build with --compiler auto, which goes through Zig, or name a linker for it in .cargo/config.toml: [target.${target}] linker = "…"`,
    });
  }
  return undefined;
}
