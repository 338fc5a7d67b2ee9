import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../errors.js';
import type { FunctionTarget } from '../project/project.js';
import { blame, type CrateFiles } from './blame.js';
import type { ChosenWay } from './choose-ways.js';
import { type Architecture, checkElf, type ElfProblem } from './elf-check.js';
import { inspectFile } from './elf-file.js';
import { minimumGlibc } from './glibc.js';
import { includedFiles } from './included-files.js';
import type { Output } from './outputs.js';
import { wantedTarget } from './plan.js';
import { DEFAULT_RUNTIME } from './runtimes.js';
import { checkSize } from './size-check.js';
import type { Shipped } from './strip-executable.js';
import { parseTarget } from './target.js';

/** An executable that cargo made, and what was read back from it. */
export interface Candidate {
  readonly output: Output;
  readonly executable: Shipped;
  readonly way: ChosenWay | undefined;
  readonly architecture: string;
  readonly glibc: string | undefined;
  /** It starts without any other file. */
  readonly isStatic: boolean;
  readonly problems: readonly ElfProblem[];
}

export async function inspect(
  output: Output,
  executable: Shipped,
  way: ChosenWay | undefined,
): Promise<Candidate> {
  const { settings } = output.function;
  const result = inspectFile(executable.path);
  const included = await includedFiles(settings);
  const { size } = await stat(executable.path);
  const isImage = output.format === 'oci';
  const problems = checkElf(result, {
    runtime: settings.deploy.runtime ?? DEFAULT_RUNTIME,
    architecture: architectureWanted(output.function, way),
    bundled: included.map(({ name }) => basename(name)),
    // An image that the function is put upon may bring them, too.
    hasLayers:
      (settings.deploy.layer ?? []).length > 0 || (isImage && settings.build.base_image !== undefined),
  });
  return {
    output,
    executable,
    way,
    // What an image may weigh (10 GB), no program does.
    problems: [...problems, ...(isImage ? [] : checkSize([{ name: output.entry, size }, ...included]))],
    isStatic:
      result.kind === 'elf' && result.facts.interpreter === undefined && result.facts.libraries.length === 0,
    architecture: result.kind === 'elf' ? result.facts.architecture : 'unknown',
    glibc: result.kind === 'elf' ? minimumGlibc(result.facts) : undefined,
  };
}

/** Also what cargo's configuration has said. */
function architectureWanted(one: FunctionTarget, way: ChosenWay | undefined): Architecture | undefined {
  const wanted = wantedTarget(one, 'build') ?? way?.way.target;
  return wanted === undefined ? undefined : parseTarget(wanted).architecture;
}

/** Whether nothing but a too new glibc keeps it from starting, which another way to build mends. */
export function needsOlderGlibc({ problems }: Candidate): boolean {
  return problems.length > 0 && problems.every(({ kind }) => kind === 'glibc');
}

/** Nobody is told to do what has just been tried. */
export function afterZig(candidate: Candidate): Candidate {
  const { architecture, problems } = candidate;
  const triple = `${architecture}-unknown-linux-musl`;
  const mended = problems.map((one): ElfProblem => {
    if (one.kind !== 'glibc') return one;
    const fix = `Zig could not link it against an older glibc either, so do without ${one.symbols?.join(', ') || 'what needs it'}, or without glibc: rustup target add ${triple}, then crablet build --target ${triple}`;
    return { ...one, fix };
  });
  return { ...candidate, problems: mended };
}

/** Ends the build when any of them could not start, with the crates that are to blame where that can be told. */
export async function refuseProblems(candidates: readonly Candidate[], crates: CrateFiles): Promise<void> {
  const bad = candidates.filter(({ problems }) => problems.length > 0);
  if (bad.length === 0) return;
  const lines = bad.flatMap(({ output, problems }) =>
    problems.map(async (problem) => {
      const culprits = await blame(problem, crates);
      const whose = culprits.length > 0 ? ` It comes with ${culprits.join(', ')}.` : '';
      return `${output.function.name}: ${problem.what}${whose}`;
    }),
  );
  const mends = [...new Set(bad.flatMap(({ problems }) => problems.map(({ fix }) => fix)))];
  throw new UserError('build.would-not-start', {
    what: `The build is done, but could not start on AWS Lambda.\n  ${(await Promise.all(lines)).join('\n  ')}`,
    fix: mends.join('\n       '),
  });
}
