import type { Environment } from './environment.js';
import type { Artifact } from './environment-process.js';

/** The environments of one function, by what they can do for the next invocation. */
export class Fleet {
  readonly all = new Set<Environment>();
  /** Serving an invocation, or initialising for one. */
  readonly busy = new Set<Environment>();
  /** The most recently used last: it is taken first, so that the others can retire. */
  idle: Environment[] = [];
  /** Their process has ended. */
  cold: Environment[] = [];
  /** Initialising for nobody yet. */
  warming: Environment[] = [];

  /** How many environments of that generation have answered and not yet asked for more. */
  finishing(artifact: Artifact): number {
    if (this.idle.length > 0) return 0;
    let count = 0;
    for (const environment of this.busy) {
      if (environment.finishing && environment.artifact === artifact) count += 1;
    }
    return count;
  }

  /** Those that nobody waits for. */
  get resting(): Environment[] {
    return [...this.idle, ...this.cold, ...this.warming];
  }

  /** Takes it out of what is offered; it is still one of all. */
  withhold(environment: Environment): void {
    this.warming = without(this.warming, environment);
    this.idle = without(this.idle, environment);
    this.cold = without(this.cold, environment);
  }

  remove(environment: Environment): void {
    this.all.delete(environment);
    this.withhold(environment);
  }
}

/** The list itself when there is nothing to take out, which is so for each invocation. */
function without(list: Environment[], environment: Environment): Environment[] {
  return list.includes(environment) ? list.filter((other) => other !== environment) : list;
}
