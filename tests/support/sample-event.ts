import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.js';

/** An event of the catalogue. */
export async function sampleEvent(name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(packageRoot(), 'events', `${name}.json`), 'utf8'));
}
