import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { invalid } from '../../lambda/functions-api/errors.js';
import { MAX_UNZIPPED_BYTES } from '../../lambda/limits.js';
import { type ListedFile, listZip, packedBytes } from '../../zip-listing.js';

const STORED = 0;
const DEFLATED = 8;

/**
 * Writes what is in a zip into a folder that is there and empty. Nothing is written outside of it, whatever the names
 * say; links may only lead to what is inside.
 * @throws ApiError in AWS's words when it cannot be read, or is too large
 */
export async function unzip(bytes: Uint8Array, folder: string): Promise<void> {
  const files = readable(() => listZip(bytes));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total >= MAX_UNZIPPED_BYTES)
    throw invalid(`Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes`);
  const links = files.filter(({ isLink }) => isLink);
  const through = new Set(links.map(({ name }) => pathIn(name)));
  for (const file of files) if (!file.isLink) await put(bytes, file, folder, through);
  // Last, so that nothing is written through one.
  for (const file of links) await putLink(bytes, file, folder, through);
}

async function put(
  bytes: Uint8Array,
  file: ListedFile,
  folder: string,
  links: ReadonlySet<string>,
): Promise<void> {
  const path = pathIn(file.name);
  if (isBehind(path, links) || links.has(path)) throw unreadable();
  const place = join(folder, path);
  if (file.isFolder) {
    await mkdir(place, { recursive: true }).catch(refuse);
    return;
  }
  const content = await contentOf(bytes, file);
  // Others than the owner run functions: what nobody says the mode of can be read.
  const mode = (file.mode ?? 0o644) & 0o777;
  await mkdir(dirname(place), { recursive: true }).catch(refuse);
  await writeFile(place, content, { mode: mode | 0o400 }).catch(refuse);
}

async function putLink(
  bytes: Uint8Array,
  file: ListedFile,
  folder: string,
  links: ReadonlySet<string>,
): Promise<void> {
  const path = pathIn(file.name);
  const target = (await contentOf(bytes, file)).toString('utf8');
  const leadsTo = normalize(join(dirname(path), target));
  const outside =
    target === '' || target.includes('\0') || target.startsWith('/') || /^\.\.(\/|$)/.test(leadsTo);
  // Through another link it might lead anywhere.
  if (outside || isBehind(path, links) || isBehind(leadsTo, links)) throw unreadable();
  await mkdir(dirname(join(folder, path)), { recursive: true }).catch(refuse);
  await symlink(target, join(folder, path)).catch(refuse);
}

/** Where an entry lies, in the folder. */
function pathIn(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  const strange = name.startsWith('/') || name.includes('\\') || name.includes('\0');
  if (strange || parts.length === 0 || parts.includes('..')) throw unreadable();
  return parts.join('/');
}

function isBehind(path: string, links: ReadonlySet<string>): boolean {
  if (links.size === 0) return false;
  const parts = path.split('/');
  return parts.some((_, index) => index > 0 && links.has(parts.slice(0, index).join('/')));
}

async function contentOf(bytes: Uint8Array, file: ListedFile): Promise<Buffer> {
  const packed = readable(() => packedBytes(bytes, file));
  const content = await plain(packed, file).catch(refuse);
  if (content.length !== file.size || crc32(content) !== file.crc) throw unreadable();
  return content;
}

async function plain(packed: Uint8Array, { method, size }: ListedFile): Promise<Buffer> {
  if (method === STORED) return Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  if (method !== DEFLATED) throw unreadable();
  // It says how large it is; more than that is never made.
  return promisify(inflateRaw)(packed, { maxOutputLength: Math.max(size, 1) });
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw unreadable();
  }
}

function refuse(): never {
  throw unreadable();
}

/** SNAP:test_lambda_api#test_create_lambda_exceptions */
function unreadable() {
  return invalid('Could not unzip uploaded file. Please check your file, then try to upload again.');
}
