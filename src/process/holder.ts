import { finished } from 'node:stream/promises';
import type { ProcessRequest, SupervisedProcess } from './supervise.js';

/** A process that exists so that what it has made stays: it says a line when that is there, and ends with its stdin. */
export interface Holder {
  /** The first line it says; rejects with what it complained of when it ends without one. */
  readonly line: Promise<string>;
  /** Writes to its file descriptor 3, and closes that. */
  tell(text: string): void;
  /** Ends it, with its group. Can be called twice. */
  end(): void;
}

/** The system closes its stdin with whoever has started it: it ends even when we are killed. */
export function startHolder(
  start: (request: ProcessRequest) => SupervisedProcess,
  program: string,
  args: readonly string[],
): Holder {
  let tell: (text: string) => void = () => {};
  const awaits = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
  const process = start({ program, args, cwd: '/', env, awaits, held: true });
  return { line: firstLine(process, program), tell, end: () => process.signal('SIGKILL') };
}

function firstLine(process: SupervisedProcess, program: string): Promise<string> {
  const { stdout, stderr } = process;
  let complaints = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-2_000);
  });
  const line = new Promise<string>((resolve, reject) => {
    let said = '';
    stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('\n')) resolve(said.slice(0, said.indexOf('\n')));
    });
    process.onExit(async (exit) => {
      if (exit.kind === 'not-started') return reject(new Error(`${program}: ${exit.code}`));
      await finished(stderr).catch(() => {});
      reject(new Error(complaints.trim() || `${program} ended`));
    });
  });
  line.catch(() => {});
  return line;
}
