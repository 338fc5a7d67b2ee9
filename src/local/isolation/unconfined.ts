import type { Confinement, Isolation } from '../isolation.js';

/** Starts processes in a way of its own and confines nothing: for runtimes that are not our processes. */
export function unconfined(how: Pick<Confinement, 'start' | 'maxMemoryMb'>, external = false): Isolation {
  return {
    external,
    single: external,
    confine: ({ taskRoot, tmp }) => ({
      taskRoot,
      tmp,
      ready: () => Promise.resolve(),
      start: how.start,
      maxMemoryMb: how.maxMemoryMb,
      ranOutOfMemory: () => false,
      freeze() {},
      thaw() {},
      initialized() {},
      close() {},
    }),
  };
}
