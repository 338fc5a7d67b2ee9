import type { Isolation } from '../isolation.js';
import { inBackground, type Starting } from './background.js';
import { Confined } from './confined.js';
import { plainView } from './view.js';

/** What every system has: process groups, signals, and looking how much memory they use. */
export function portable(starting: Starting): Isolation {
  return {
    ...(starting.folder !== undefined && { folders: [starting.folder] }),
    confine: (request) => new Confined(request, { view: plainView(request), starting }),
    close: () => starting.close(),
  };
}

/** @param starter see `inBackground` */
export async function openPortable(starter = false): Promise<Isolation> {
  return portable(await inBackground(starter));
}
