import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { isAlive } from './generations.js';

/** Where a running local service is told of, so that `invoke` and others find it. */
const SCHEMA = v.object({
  url: v.string(),
  pid: v.number(),
  token: v.string(),
  functions: v.array(v.string()),
});
export type LocalService = v.InferOutput<typeof SCHEMA>;

const fileIn = (targetDirectory: string) => join(targetDirectory, 'lambda', '.local.json');

/** Tells where the service is; returns what takes it back. A later service's word is not taken back. */
export async function announce(
  targetDirectory: string,
  service: { url: string; functions: readonly string[] },
): Promise<() => Promise<void>> {
  const file = fileIn(targetDirectory);
  const token = randomBytes(16).toString('hex');
  const temporary = `${file}.${process.pid}`;
  await mkdir(join(targetDirectory, 'lambda'), { recursive: true });
  await writeFile(temporary, JSON.stringify({ ...service, pid: process.pid, token }), { mode: 0o600 });
  await rename(temporary, file);
  return async () => {
    if ((await read(file))?.token === token) await rm(file, { force: true });
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
