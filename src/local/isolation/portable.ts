import type { Reaper } from '../../process/reaper.js';
import type { Isolation } from '../isolation.js';
import { inBackground, type Starting } from './background.js';
import { Confined } from './confined.js';
import { plainView } from './view.js';

/** What every system has: process groups, signals, and looking how much memory they use. */
function portable(starting: Starting): Isolation {
  return {
    confine: (request) => new Confined(request, { view: plainView(request), starting }),
    close: () => starting.close(),
  };
}

/** @param reaper see `inBackground` */
export async function openPortable(reaper?: Reaper): Promise<Isolation> {
  return portable(await inBackground(reaper));
}
