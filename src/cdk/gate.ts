import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkElf } from '../build/elf-check.js';
import { inspectFile } from '../build/elf-file.js';
import type { LambdaArchitecture } from './build-flags.js';
import type { Complaint } from './construct-error.js';

export interface Expected {
  readonly architecture: LambdaArchitecture;
  readonly runtime: string;
  /** A layer may bring libraries that cannot be seen from here. */
  readonly hasLayers: boolean;
  /** File names of libraries that are in the asset. */
  readonly bundled: readonly string[];
}

/** What would keep a program from starting on Lambda. */
function checkProgram(path: string, expected: Expected): Complaint | undefined {
  const problems = checkElf(inspectFile(path), {
    runtime: expected.runtime,
    architecture: expected.architecture === 'arm64' ? 'aarch64' : 'x86_64',
    hasLayers: expected.hasLayers,
    bundled: expected.bundled,
  });
  if (problems.length === 0) return undefined;
  return {
    what: `${path} could not start on AWS Lambda.\n  ${problems.map(({ what }) => what).join('\n  ')}`,
    fix: problems.map(({ fix }) => fix).join('\n       '),
  };
}

/** The same for a folder that is going to be an asset: a function's has an executable `bootstrap`. */
export function checkFolder(
  folder: string,
  program: string,
  expected: Omit<Expected, 'bundled'>,
): Complaint | undefined {
  const path = join(folder, program);
  if (!existsSync(path)) {
    const there = readdirSync(folder);
    return {
      what: `${folder} has no ${program}, which Lambda starts; it has: ${there.length > 0 ? there.sort().join(', ') : 'nothing'}.`,
      fix: `Put the program there as ${program}.`,
    };
  }
  if ((statSync(path).mode & 0o111) === 0) {
    return { what: `${path} is not executable.`, fix: `chmod +x ${path}` };
  }
  const libraries = existsSync(join(folder, 'lib')) ? readdirSync(join(folder, 'lib')) : [];
  return checkProgram(path, { ...expected, bundled: libraries.map((name) => basename(name)) });
}
