import { run } from '../../process/run.js';
import type { ProcessRequest } from '../../process/supervise.js';
import { findProgram } from './programs.js';

/**
 * Makes a process one that does not interrupt others when it wakes (Linux: SCHED_BATCH, sched(7)); its share of the
 * processors stays the same. Without it the system takes the service off its processor each time that the service
 * writes to a function, in the middle of what it has to do for others: with 16 callers that costs a third of the
 * throughput (bench/, row "warm").
 */
export type InBackground = (request: ProcessRequest) => ProcessRequest;

/** Looks whether this system has it, by using it. */
export async function openBackground(): Promise<InBackground> {
  const chrt = process.platform === 'linux' ? findProgram('chrt') : undefined;
  if (chrt === undefined) return asItIs;
  const tried = await run({ program: chrt, argv: ['--batch', '0', '/bin/true'], cwd: '/', env: {} });
  if (tried.kind !== 'exited' || tried.code !== 0) return asItIs;
  return (request) => ({
    ...request,
    program: chrt,
    args: ['--batch', '0', request.program, ...(request.args ?? [])],
  });
}

export const asItIs: InBackground = (request) => request;
