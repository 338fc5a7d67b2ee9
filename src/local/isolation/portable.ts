import type { Isolation } from '../isolation.js';
import { Confined } from './confined.js';
import { plainView } from './view.js';

/** What every system has: process groups, signals, and looking how much memory they use. */
export const portable: Isolation = {
  confine: (request) => new Confined(request, { view: plainView(request) }),
};
