import type { Written } from '../../deploy/cloud.js';
import type { Write, WriteOf } from '../../deploy/step.js';
import type { Clients } from './clients.js';

/** How each kind of call is made. */
export type Writers<K extends Write['kind']> = {
  readonly [Kind in K]: (clients: Clients, write: WriteOf<Kind>, revision: string | null) => Promise<Written>;
};
