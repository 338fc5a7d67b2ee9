import { UserError } from '../errors.js';

/** A mistake of the machine rather than of the code, told from what cargo, rustc or rustup wrote. */
export function toolchainError(text: string): UserError | undefined {
  return (
    cratesTooNew(text) ?? crateTooNew(text) ?? manifestTooNew(text) ?? noTarget(text) ?? noToolchain(text)
  );
}

/** Since Rust 1.84: all of them at once. */
function cratesTooNew(text: string): UserError | undefined {
  const installed = /rustc ([\d.]+)\S* is not supported by the following packages?:/.exec(text)?.[1];
  if (installed === undefined) return undefined;
  const wanted = [...text.matchAll(/^\s*(\S+) requires rustc ([\d.]+)/gm)];
  return tooOld(
    installed,
    wanted.map(([, name = '', version = '']) => ({ name, version })),
  );
}

/** Before: the first of them. */
function crateTooNew(text: string): UserError | undefined {
  const match =
    /package `(\S+)[^`]*` cannot be built because it requires rustc ([\d.]+) or newer, while the currently active rustc version is ([\d.]+)/.exec(
      text,
    );
  const [, name, version, installed] = match ?? [];
  return name && version && installed ? tooOld(installed, [{ name, version }]) : undefined;
}

function tooOld(installed: string, wanted: readonly { name: string; version: string }[]): UserError {
  const newest = wanted
    .map(({ version }) => version)
    .sort(byVersion)
    .at(-1);
  return new UserError('environment.rust-too-old', {
    what: `Rust ${installed} is too old: ${wanted.map(({ name, version }) => `${name} needs ${version}`).join(', ')}.`,
    fix: `Update Rust${newest ? ` to ${newest} or newer` : ''}: rustup update stable`,
  });
}

/** A manifest or lock file in words that only a newer cargo knows. */
function manifestTooNew(text: string): UserError | undefined {
  const edition = /feature `(edition\d+)` is required/.exec(text)?.[1];
  const lock = /lock file version `?(\d+)`? (?:requires|was found)/.exec(text)?.[1];
  if (edition === undefined && lock === undefined) return undefined;
  const installed = /this version of Cargo \(([\d.]+)/.exec(text)?.[1];
  const asked = edition ? `edition ${edition.slice('edition'.length)}` : `a lock file of version ${lock}`;
  return new UserError('environment.rust-too-old', {
    what: `cargo${installed ? ` ${installed}` : ''} is too old: the project has ${asked}.`,
    fix: 'Update Rust: rustup update stable',
  });
}

/** rustc says so for the first crate, whichever that is; the rest of its answer is about crates that are not to blame. */
function noTarget(text: string): UserError | undefined {
  const triple = /the `([^`]+)` target may not be (?:installed|supported)/.exec(text)?.[1];
  if (triple === undefined) return undefined;
  return new UserError('environment.missing-tool', {
    what: `Rust's standard library for ${triple} is not installed.`,
    fix: `Install it: rustup target add ${triple}`,
  });
}

function noToolchain(text: string): UserError | undefined {
  if (
    /rustup could not choose a version of cargo to run|no default (?:toolchain )?(?:is )?configured/.test(
      text,
    )
  ) {
    return new UserError('environment.no-rust', {
      what: 'rustup is installed, but no Rust toolchain is chosen.',
      fix: 'Install one: rustup default stable',
    });
  }
  const missing = /toolchain '([^']+)' is not installed/.exec(text)?.[1];
  if (missing === undefined) return undefined;
  return new UserError('environment.no-rust', {
    what: `The Rust toolchain ${missing} is asked for (rust-toolchain.toml, RUSTUP_TOOLCHAIN or an override), but not installed.`,
    fix: `Install it: rustup toolchain install ${missing}`,
  });
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
