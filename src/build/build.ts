import { stat } from 'node:fs/promises';
import { placeExecutable } from './artifact.js';
import { type CompileRequest, compile, type Executable } from './compile.js';
import { type Output, outputsOf } from './outputs.js';

export interface BuiltFunction {
  readonly function: string;
  readonly package: string;
  /** The artifact, absolute. */
  readonly path: string;
  readonly format: 'binary' | 'zip';
  /** Bytes of the artifact. */
  readonly size: number;
  readonly changed: boolean;
}

export type BuildResult =
  | { readonly kind: 'ok'; readonly functions: readonly BuiltFunction[]; readonly seconds: number }
  | { readonly kind: 'failed'; readonly diagnostics: string; readonly exitCode: number }
  | { readonly kind: 'cancelled' };

export type BuildRequest = Omit<CompileRequest, 'section' | 'functions'>;

/** Compiles every function of the project and puts what AWS takes into `target/lambda/<function>/`. */
export async function build(request: BuildRequest): Promise<BuildResult> {
  const started = performance.now();
  const compiled = await compile({ ...request, section: 'build' });
  if (compiled.kind !== 'ok') return compiled;
  const functions = await Promise.all(
    outputsOf(request.project).flatMap((output) => {
      const executable = compiled.executables.find((one) => one.name === output.function.name);
      return executable ? [place(output, executable)] : [];
    }),
  );
  return { kind: 'ok', functions, seconds: (performance.now() - started) / 1000 };
}

async function place(output: Output, executable: Executable): Promise<BuiltFunction> {
  const changed = (await placeExecutable(executable.path, output.path)) === 'written';
  const { size } = await stat(output.path);
  return {
    function: output.function.name,
    package: output.function.packageName,
    path: output.path,
    format: output.format,
    size,
    changed,
  };
}
