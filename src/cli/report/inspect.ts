import { createColors } from 'picocolors';
import type { InspectedProgram, Inspection } from '../../build/inspect-artifact.js';
import { type CliContext, note, print } from '../context.js';
import { sizeText } from './size-text.js';

/** The facts on stdout, what is wrong on stderr. */
export function reportInspection(
  file: string,
  inspection: Inspection,
  { context, color }: { readonly context: CliContext; readonly color: boolean },
): void {
  const { kind, size, unzipped, codeSha256, programs, problems, runtime } = inspection;
  const { bold, cyan, red, green } = createColors(color);
  const zipped = kind === 'binary' ? '' : `, ${sizeText(unzipped)} unzipped`;
  print(context, `${bold(file)}  ${KINDS[kind]}, ${sizeText(size)}${zipped}`);
  for (const one of programs) print(context, `  ${one.name}  ${describe(one)}`);
  if (codeSha256) print(context, `  CodeSha256  ${codeSha256}`);
  if (problems.length === 0) {
    print(context, `  ${green('starts')} on ${runtime}`);
    return;
  }
  for (const { what, fix } of problems) {
    note(context, `${red('error')}: ${what}`);
    note(context, `${cyan('  fix')}: ${fix}`);
  }
}

const KINDS = { function: 'zip of a function', layer: 'zip of a layer', binary: 'binary' } as const;

function describe({ architecture, glibc, libraries }: InspectedProgram): string {
  if (architecture === undefined) return 'no Linux program';
  const needs = libraries.length > 0 ? `needs ${libraries.join(' ')}` : 'static';
  return [
    architecture === 'aarch64' ? 'arm64' : architecture,
    ...(glibc ? [`glibc ${glibc}`] : []),
    needs,
  ].join('  ');
}
