import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ConfinementRequest } from '../isolation.js';
import type { Confined } from './confined.js';

/** How long after one was wanted the next is made, in milliseconds: a burst of environments has the machine to itself. */
const PAUSE_MS = 50;
/** For how many functions, those used last, one is kept ready. */
const MOST = 8;

interface Spare {
  readonly like: string;
  readonly confined: Confined;
  whole: boolean;
}

/**
 * For each function one confinement that is made ahead of its next environment: view, control groups, and a process
 * that waits in them. What is left to do when an invocation comes takes a few milliseconds.
 */
export class Spares {
  private readonly spares = new Map<string, Spare>();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly make: (request: ConfinementRequest) => Confined) {}

  /** The function's spare, if it is ready and was made for such an environment. */
  take(request: ConfinementRequest): Confined | undefined {
    const spare = this.spares.get(request.functionName);
    if (!spare?.whole || spare.like !== likeness(request)) return undefined;
    this.spares.delete(request.functionName);
    return spare.confined;
  }

  /** Makes one in a while for a function that nobody may ever invoke, as long as there is room. */
  prepare(request: ConfinementRequest): void {
    const known = new Set([...this.spares.keys(), ...this.timers.keys()]);
    if (known.has(request.functionName) || known.size < MOST) this.used(request);
  }

  /** Makes the next one in a while, in place of one of another build, or of the function that was used longest ago. */
  used(request: ConfinementRequest): void {
    const { functionName } = request;
    clearTimeout(this.timers.get(functionName));
    const timer = setTimeout(() => this.refill(request), PAUSE_MS).unref();
    this.timers.set(functionName, timer);
  }

  forget(functionName: string): void {
    clearTimeout(this.timers.get(functionName));
    this.timers.delete(functionName);
    this.drop(functionName);
  }

  close(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    for (const name of [...this.spares.keys()]) this.drop(name);
  }

  private refill(request: ConfinementRequest): void {
    const { functionName } = request;
    this.timers.delete(functionName);
    const like = likeness(request);
    if (this.spares.get(functionName)?.like === like) return;
    this.drop(functionName);
    const [oldest] = this.spares.keys();
    if (this.spares.size >= MOST && oldest !== undefined) this.drop(oldest);
    const folder = mkdtempSync(join(dirname(request.tmp), 'spare-'));
    const confined = this.make({ ...request, tmp: folder });
    confined.onClosed = () => void removed(folder);
    const spare: Spare = { like, confined, whole: false };
    this.spares.set(functionName, spare);
    confined.wait();
    confined.isWhole().then(
      (whole) => {
        spare.whole = whole;
      },
      // The environment that needs one will say what is in the way.
      () => {},
    );
  }

  private drop(functionName: string): void {
    const spare = this.spares.get(functionName);
    if (!spare) return;
    this.spares.delete(functionName);
    spare.confined.close();
  }
}

/** What has to be the same, so that one can stand for the other. */
function likeness({ tmp: _, ...request }: ConfinementRequest): string {
  return JSON.stringify(request);
}

/** What its last process left may still be appearing; the end of the service removes the rest. */
function removed(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 10 }).catch(() => {});
}
