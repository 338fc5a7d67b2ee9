import { relative } from 'node:path';
import type { BuildResult } from '../../build/build.js';
import { type CliContext, print } from '../context.js';

/** The artifacts on stdout: a path a line, or one JSON object. */
export function reportBuild(
  result: BuildResult,
  { context, output }: { readonly context: CliContext; readonly output: 'text' | 'json' },
): void {
  if (result.kind !== 'ok') return;
  if (output === 'json') {
    print(context, JSON.stringify({ schema: 'crablet.build/1', ...result, kind: undefined }));
    return;
  }
  for (const one of result.functions) print(context, relative(context.cwd, one.path));
}
