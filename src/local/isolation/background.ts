import type { Reaper } from '../../process/reaper.js';
import { run } from '../../process/run.js';
import { Starter, type Wrap } from '../../process/starter.js';
import {
  type ProcessRequest,
  type Roll,
  type SupervisedProcess,
  supervise,
} from '../../process/supervise.js';
import { findProgram } from './programs.js';

/** Starts the processes of functions. */
export interface Starting {
  start(request: ProcessRequest, roll?: Roll): SupervisedProcess;
  close(): void;
}

/** By this process itself, like any other. */
export const directly: Starting = { start: supervise, close() {} };

/**
 * Starts processes that do not interrupt others when they wake (Linux: SCHED_BATCH, sched(7)); their share of the
 * processors stays the same. Without it the system takes the service off its processor each time that the service
 * writes to a function, in the middle of what it has to do for others: with 16 callers that costs a third of the
 * throughput (bench/, row "warm").
 *
 * @param reaper given for a service that lives for long: another process is to do it, where there can be one
 */
export async function inBackground(reaper?: Reaper): Promise<Starting> {
  const wrap = await batched();
  const direct = (request: ProcessRequest, roll?: Roll) => {
    const [program, args] = wrap(request.program, request.args ?? []);
    return supervise({ ...request, program, args }, roll);
  };
  // What it starts has its class.
  const other = reaper && Starter.open(wrap, reaper);
  if (!other) return { start: direct, close() {} };
  return {
    start: (request, roll) => other.start(request, roll) ?? direct(request, roll),
    close: () => other.close(),
  };
}

/** Looks whether this system has it, by using it. */
async function batched(): Promise<Wrap> {
  const chrt = process.platform === 'linux' ? findProgram('chrt') : undefined;
  if (chrt === undefined) return asItIs;
  const tried = await run({ program: chrt, argv: ['--batch', '0', '/bin/true'], cwd: '/', env: {} });
  if (tried.kind !== 'exited' || tried.code !== 0) return asItIs;
  return (program, args) => [chrt, ['--batch', '0', program, ...args]];
}

const asItIs: Wrap = (program, args) => [program, args];
