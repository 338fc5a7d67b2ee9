import { type Architecture, isLambdaArchitecture } from './elf-check.js';

/** A target as the user names it: a triple of Rust's, and for cargo-zigbuild a glibc release behind it. */
export interface Target {
  /** As rustc knows it. */
  readonly triple: string;
  /** `2.26` of `x86_64-unknown-linux-gnu.2.26`. */
  readonly glibc: string | undefined;
  /** Undefined for one that Lambda does not run. */
  readonly architecture: Architecture | undefined;
  readonly libc: 'gnu' | 'musl' | 'other';
}

export function parseTarget(written: string): Target {
  const [, triple = written, glibc] = /^(.*-linux-gnu)\.(\d+\.\d+(?:\.\d+)?)$/.exec(written) ?? [];
  const [, machine = ''] = /^([^-]+)-unknown-linux-/.exec(triple) ?? [];
  return {
    triple,
    glibc,
    architecture: isLambdaArchitecture(machine) ? machine : undefined,
    libc: triple.endsWith('-linux-gnu') ? 'gnu' : triple.endsWith('-linux-musl') ? 'musl' : 'other',
  };
}

export function gnu(architecture: Architecture): string {
  return `${architecture}-unknown-linux-gnu`;
}

export function musl(architecture: Architecture): string {
  return `${architecture}-unknown-linux-musl`;
}

/** As cargo spells a target in the names of variables: `CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER`. */
export function variableOf(triple: string, setting: 'LINKER' | 'RUSTFLAGS' | 'RUNNER'): string {
  return `CARGO_TARGET_${triple.toUpperCase().replaceAll('-', '_')}_${setting}`;
}
