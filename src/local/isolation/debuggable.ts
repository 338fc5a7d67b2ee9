import type { Isolation } from '../isolation.js';
import { directly } from './background.js';
import { Confined } from './confined.js';
import { plainView } from './view.js';

/** A debugger cannot attach to what is frozen, nor is a function under one measured by its memory. */
class Debuggable extends Confined {
  override freeze(): void {}
  override thaw(): void {}
}

/** One process for each function, whose number is the one that debuggers know. */
export const debuggable: Isolation = {
  single: true,
  confine: (request) =>
    new Debuggable(
      { ...request, memoryMb: Number.MAX_SAFE_INTEGER },
      { view: plainView(request), starting: directly },
    ),
};
