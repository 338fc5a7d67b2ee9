import type { Cloud, Written } from '../../deploy/cloud.js';
import type { Write } from '../../deploy/step.js';
import { Clients, type CloudOptions } from './clients.js';
import { problemOf } from './problems.js';
import { aroundReads } from './read-around.js';
import { functionReads } from './read-function.js';
import { aliasWriters } from './write-alias.js';
import { aroundWriters, ruleWriters } from './write-around.js';
import { functionWriters } from './write-function.js';
import type { Writers } from './writers.js';

const WRITERS: Writers<Write['kind']> = {
  ...functionWriters,
  ...aliasWriters,
  ...aroundWriters,
  ...ruleWriters,
};

/** AWS, or whatever endpoint the options or the SDK's own settings name. */
export function openCloud(options: CloudOptions): Cloud & { readonly clients: Clients } {
  const clients = new Clients(options);
  return {
    clients,
    ...functionReads(clients),
    ...aroundReads(clients),
    async write(write, revision) {
      try {
        return await writerOf(write)(clients, write, revision);
      } catch (error) {
        throw problemOf(error);
      }
    },
    close: () => clients.close(),
  };
}

/** The table's types hold that each kind has the writer for it. */
function writerOf(write: Write) {
  return WRITERS[write.kind] as (clients: Clients, write: Write, revision: string | null) => Promise<Written>;
}
