import type { Release } from './glibc.js';

/** A program that was found, and what it says its version is. */
export interface Program {
  readonly path: string;
  readonly version: string;
}

export interface Zig extends Program {
  /** For a person: where it was found. */
  readonly found: 'CARGO_ZIGBUILD_ZIG_PATH' | 'on PATH' | 'the Python package ziglang';
}

/** What is installed of that which building for another machine takes. */
export interface Tools {
  readonly zig: Zig | undefined;
  /** What `CARGO_ZIGBUILD_ZIG_PATH` names, when that is no Zig. */
  readonly notZig?: string | undefined;
  readonly zigbuild: Program | undefined;
  readonly cross: Program | undefined;
  /** docker, or podman where there is only that. */
  readonly docker: Program | undefined;
  /** Triples that rustc has a standard library for, of those that were asked about. */
  readonly standardLibraries: readonly string[];
  /** Those of musl that C can be compiled for without Zig. */
  readonly muslCompilers: readonly string[];
  readonly rustup: boolean;
}

export interface KnownBad {
  readonly what: string;
  readonly fix: string;
}

/** The first release that today's cargo-zigbuild works with (its README, and Cargo Lambda's own message). */
const OLDEST_ZIG: Release = [0, 13, 0];
/** Works around what Zig 0.16 broke (rust-cross/cargo-zigbuild#433). */
const ZIGBUILD_FOR_ZIG_16: Release = [0, 23, 0];

/** Why a Zig that is there must not be used; undefined for one that may. */
export function knownBadZig(zig: Zig, zigbuild: Program | undefined): KnownBad | undefined {
  const version = numbers(zig.version);
  if (before(version, OLDEST_ZIG)) {
    return {
      what: `Zig ${zig.version} (${zig.path}) is too old: cargo-zigbuild needs 0.13 or newer`,
      fix: 'python3 -m pip install --upgrade ziglang',
    };
  }
  if (
    version[0] === 0 &&
    version[1] === 16 &&
    zigbuild &&
    before(numbers(zigbuild.version), ZIGBUILD_FOR_ZIG_16)
  ) {
    return {
      what: `Zig ${zig.version} (${zig.path}) cannot make static libraries for cargo-zigbuild ${zigbuild.version}, so that ring, aws-lc-sys and other crates with C do not build (rust-cross/cargo-zigbuild#433)`,
      fix: 'python3 -m pip install --upgrade cargo-zigbuild ziglang',
    };
  }
  return undefined;
}

function numbers(version: string): Release {
  const [major = 0, minor = 0, patch = 0] = version
    .split(/[.+-]/)
    .map((part) => Number.parseInt(part, 10) || 0);
  return [major, minor, patch];
}

function before(one: Release, other: Release): boolean {
  return (one[0] - other[0] || one[1] - other[1] || one[2] - other[2]) < 0;
}
