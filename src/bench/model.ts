import { cpuShare } from '../lambda/limits.js';

/**
 * How long an invocation would take with the processor share of a memory size: no less than it took with a whole
 * processor, and no less than its processor time takes at that share. A model: it knows nothing of bursts, and a
 * function with several threads may be faster where its share is more than one processor.
 */
export function modelledMs(wallMs: number, cpuMs: number, memoryMb: number): number {
  return Math.max(wallMs, cpuMs / cpuShare(memoryMb));
}
