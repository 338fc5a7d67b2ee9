import type { ConfinementRequest } from '../isolation.js';
import type { ViewOfAnother } from './launch.js';

/** What the processes of one environment see of the file system. */
export interface View {
  /** /var/task, as they see it. */
  readonly taskRoot: string;
  readonly tmp: string;
  /** Where they find what is in layers, the first to look at first; /opt when left out. */
  readonly opt?: readonly string[] | undefined;
  /** Resolves when it is there; rejects with what is in the way. Processes that are started before wait for it. */
  ready(): Promise<void>;
  /** How a program is to be started in it. */
  placing(program: string, extension?: string): Placing;
  close(): void;
}

export interface Placing {
  /** The program's path as it is called there. */
  readonly program: string;
  /** Whose view to take over; nothing where the machine's is kept. */
  readonly view?: ViewOfAnother;
}

/** The machine's own file system: the function's folder where it is, and a folder that TMPDIR names. */
export function plainView({ taskRoot, tmp, layers }: ConfinementRequest): View {
  return {
    taskRoot,
    tmp,
    // Nothing can be put into /opt here: each layer stays where it is.
    opt: layers.length > 0 ? [...layers].reverse() : undefined,
    ready: () => Promise.resolve(),
    placing: (program) => ({ program }),
    close() {},
  };
}
