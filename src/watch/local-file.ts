import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { LocalLambda } from '../local/local-lambda.js';
import { makeFolder } from '../make-folder.js';
import { isAlive } from './generations.js';

/** Where a running local service is told of, so that `invoke` and others find it. */
const SCHEMA = v.object({
  url: v.string(),
  pid: v.number(),
  token: v.string(),
  functions: v.array(v.string()),
  /** The certificate that it shows, as PEM, when it speaks TLS. */
  certificate: v.optional(v.string()),
});
export type LocalService = v.InferOutput<typeof SCHEMA>;

const fileIn = (targetDirectory: string) => join(targetDirectory, 'lambda', '.local.json');

/** What we have said of our service. A later service's word is neither changed nor taken back. */
export interface Announcement {
  /** Says which functions there are by now. */
  update(functions: readonly string[]): Promise<void>;
  takeBack(): Promise<void>;
}

/** Tells where the service is. */
export async function announce(
  targetDirectory: string,
  { url, tls }: Pick<LocalLambda, 'url' | 'tls'>,
  functions: readonly string[],
): Promise<Announcement> {
  const file = fileIn(targetDirectory);
  const token = randomBytes(16).toString('hex');
  const isOurs = async () => (await read(file))?.token === token;
  const write = async (names: readonly string[]) => {
    const temporary = `${file}.${process.pid}`;
    const service = { url, certificate: tls?.certificate, functions: names, pid: process.pid, token };
    await makeFolder(join(targetDirectory, 'lambda'));
    await writeFile(temporary, JSON.stringify(service), { mode: 0o600 });
    await rename(temporary, file);
  };
  await write(functions);
  return {
    async update(names) {
      if (await isOurs()) await write(names);
    },
    async takeBack() {
      if (await isOurs()) await rm(file, { force: true });
    },
  };
}

/** The service that runs for this target folder, if one does. */
export async function findService(targetDirectory: string): Promise<LocalService | undefined> {
  const found = await read(fileIn(targetDirectory));
  return found && isAlive(found.pid) ? found : undefined;
}

async function read(file: string): Promise<LocalService | undefined> {
  try {
    return v.parse(SCHEMA, JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}
