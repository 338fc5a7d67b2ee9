import { existsSync } from 'node:fs';
import { UserError } from '../errors.js';
import { type RunEnd, type RunRequest, run } from '../process/run.js';

/** Runs cargo: the one of `CARGO`, which cargo itself sets for `cargo crablet …`, or else the one on PATH. */
export async function runCargo(
  request: Omit<RunRequest, 'program'>,
): Promise<Exclude<RunEnd, { kind: 'not-started' }>> {
  const program = cargoProgram(request.env);
  const end = await run({ ...request, program });
  if (end.kind === 'not-started') {
    // The system says of both that there is no such file.
    throw existsSync(request.cwd) ? noRust(program, end.error) : noFolder(request.cwd);
  }
  return end;
}

export function cargoProgram(env: NodeJS.ProcessEnv): string {
  return env['CARGO'] || 'cargo';
}

function noFolder(cwd: string): UserError {
  const isOther = cwd.includes('\ufffd');
  return new UserError('environment.file', {
    what: isOther ? `The name of the folder ${cwd} is not in UTF-8.` : `There is no folder ${cwd}.`,
    fix: isOther ? 'Give it another name.' : 'Go to a folder that is there.',
  });
}

function noRust(program: string, error: NodeJS.ErrnoException): UserError {
  if (error.code === 'ENOENT') {
    return new UserError('environment.no-rust', {
      what:
        program === 'cargo' ? 'cargo is not on PATH.' : `There is no program ${program}, which CARGO names.`,
      fix: "Install Rust with rustup (it asks before it changes anything): curl --proto '=https' -sSf https://sh.rustup.rs | sh",
      cause: error,
    });
  }
  return new UserError('environment.no-rust', {
    what: `${program} cannot be started: ${error.message}.`,
    fix: 'See whether it works by itself: cargo --version',
    cause: error,
  });
}
