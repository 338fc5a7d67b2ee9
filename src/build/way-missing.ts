import { knownBadZig, type Tools } from './tools.js';

/** One thing that is not there, as the end of a sentence, and the one command that gets it. */
export interface Missing {
  readonly what: string;
  readonly fix: string;
}

/** Everything that a way to build still needs for a target; empty when it can be gone. */
export function missingTools(way: 'zigbuild' | 'cross' | 'docker', triple: string, tools: Tools): Missing[] {
  switch (way) {
    case 'zigbuild':
      return [...missingZig(tools), ...missingStandardLibrary(triple, tools)];
    case 'cross':
      return [
        ...(tools.cross ? [] : [{ what: 'cross is not installed', fix: 'cargo install cross' }]),
        ...missingDocker(tools),
      ];
    case 'docker':
      return missingDocker(tools);
    default:
      return way satisfies never;
  }
}

function missingZig({ zig, zigbuild, notZig }: Tools): Missing[] {
  const bad = zig ? knownBadZig(zig, zigbuild) : notZig && wronglyNamed(notZig);
  if (bad) return [bad];
  // The Python package of cargo-zigbuild brings Zig along.
  if (!zigbuild) {
    const what = zig ? 'cargo-zigbuild is not installed' : 'neither cargo-zigbuild nor Zig is installed';
    return [{ what, fix: 'python3 -m pip install cargo-zigbuild' }];
  }
  return zig ? [] : [{ what: 'Zig is not installed', fix: 'python3 -m pip install ziglang' }];
}

export function wronglyNamed(path: string): Missing {
  return {
    what: `CARGO_ZIGBUILD_ZIG_PATH names ${path}, which is no Zig that can be started`,
    fix: 'unset CARGO_ZIGBUILD_ZIG_PATH',
  };
}

export function missingStandardLibrary(triple: string, { standardLibraries, rustup }: Tools): Missing[] {
  if (standardLibraries.includes(triple)) return [];
  return [
    {
      what: `Rust's standard library for ${triple} is not installed`,
      fix: rustup
        ? `rustup target add ${triple}`
        : `(install Rust's standard library for ${triple} where your Rust came from)`,
    },
  ];
}

function missingDocker({ docker }: Tools): Missing[] {
  return docker ? [] : [{ what: 'neither docker nor podman is on PATH', fix: 'install Docker or podman' }];
}
