import type { Isolation } from '../isolation.js';
import { type InBackground, openBackground } from './background.js';
import { Confined } from './confined.js';
import { plainView } from './view.js';

/** What every system has: process groups, signals, and looking how much memory they use. */
export function portable(background: InBackground): Isolation {
  return { confine: (request) => new Confined(request, { view: plainView(request), background }) };
}

export async function openPortable(): Promise<Isolation> {
  return portable(await openBackground());
}
