import type { Pace } from '../deploy/wait.js';

/** What a command may touch of the outside: handed in, so that a test can run a command in-process. */
export interface CliContext {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadStream | (NodeJS.ReadableStream & { isTTY?: boolean });
  readonly stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  readonly stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  /** Set by a command that ends well but not with 0, such as `invoke` when the function returned an error. */
  exitCode: number;
  /** Aborted by the first Ctrl-C (SIGINT) or SIGTERM; long-running commands close what they own and return. */
  readonly interrupted: AbortSignal;
  /** The time by which a deploy waits; that on the wall when left out. */
  readonly pace?: Pace | undefined;
}

/** Data: one line on stdout. */
export function print(context: CliContext, line: string): void {
  context.stdout.write(`${line}\n`);
}

/** Everything that is not data: one line on stderr. */
export function note(context: CliContext, line: string): void {
  context.stderr.write(`${line}\n`);
}

/** Whether a question may be asked: a person is at both ends, and no CI pretends to be one. */
export function canPrompt(context: CliContext): boolean {
  return Boolean(context.stdin.isTTY && context.stderr.isTTY && !context.env['CI']);
}
