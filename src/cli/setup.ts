import type { Diagnosis } from '../build/diagnose.js';
import { run } from '../process/run.js';
import { type CliContext, note } from './context.js';

/** Only these are run: whatever else is missing, a person should install with open eyes. */
const SAFE = /^(python3 -m pip install|rustup target add|cargo install) /;

/** Runs the commands that get what a build misses; true when there were any. */
export async function runSetup({ prospects }: Diagnosis, context: CliContext): Promise<boolean> {
  const commands = prospects.flatMap((one) => (one.kind === 'refused' ? one.fix.split(' && ') : []));
  const wanted = [...new Set(commands)].filter((line) => SAFE.test(line));
  for (const line of wanted) {
    note(context, `$ ${line}`);
    const [program = '', ...argv] = line.split(' ');
    const end = await run({
      program,
      argv,
      cwd: context.cwd,
      env: context.env,
      signal: context.interrupted,
      onLine: (text) => note(context, text),
      onStderr: (text) => context.stderr.write(text),
    });
    if (end.kind !== 'exited' || end.code !== 0) break;
  }
  return wanted.length > 0;
}
