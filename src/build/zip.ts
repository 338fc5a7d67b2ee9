import { crc32 } from 'node:zlib';
import { UserError } from '../errors.js';
import { atOnce, heeding, packing } from './packing.js';

export interface ZipEntry {
  /** With `/` between folders. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}

/** Numbers of PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.4. */
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const DEFLATED = 8;
const UTF8_NAMES = 0x0800;
const UNIX = 3;
const REGULAR_FILE = 0o100000;
/** 1980-01-01, the oldest date that a zip can say, at noon. */
const DATE = (1 << 5) | 1;
const TIME = 12 << 11;
const MOST_ENTRIES = 0xffff;

/** A zip of the files: the same bytes for the same files, whatever their order and their times. */
export function makeZip(entries: readonly ZipEntry[]): Uint8Array {
  return atOnce(zipping(entries));
}

/** The same zip, with a pause between steps in which a signal is heard. */
export function makeZipInSteps(
  entries: readonly ZipEntry[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  return heeding(signal, zipping(entries));
}

function* zipping(entries: readonly ZipEntry[]): Generator<void, Uint8Array> {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const twin = sorted.find((one, index) => sorted[index + 1]?.name === one.name);
  if (twin) throw new Error(`two entries are called ${twin.name}`);
  if (sorted.length > MOST_ENTRIES) throw tooMany(sorted.length);
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, executable } of sorted) {
    const packed = yield* packing(bytes, 'raw');
    const path = Buffer.from(name);
    const about = described(path, bytes, packed);
    const local = Buffer.concat([number(4, LOCAL), about, number(2, 0), path]);
    const mode = REGULAR_FILE | (executable ? 0o755 : 0o644);
    directory.push(
      number(4, CENTRAL),
      Buffer.from([VERSION, UNIX]),
      about,
      // No extra field, no comment, disk 0, no internal attributes.
      Buffer.alloc(8),
      number(4, (mode << 16) >>> 0),
      number(4, offset),
      path,
    );
    files.push(local, Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength));
    offset += local.length + packed.length;
  }
  const listing = Buffer.concat(directory);
  const count = number(2, sorted.length);
  const end = [number(4, END), number(4, 0), count, count, number(4, listing.length), number(4, offset)];
  return Buffer.concat([...files, listing, ...end, number(2, 0)]);
}

/** What stands in front of a file and, again, in the listing. */
function described(path: Buffer, bytes: Uint8Array, packed: Uint8Array): Buffer {
  const isAscii = path.every((byte) => byte < 0x80);
  return Buffer.concat([
    number(2, VERSION),
    number(2, isAscii ? 0 : UTF8_NAMES),
    number(2, DEFLATED),
    number(2, TIME),
    number(2, DATE),
    number(4, crc32(bytes)),
    number(4, packed.length),
    number(4, bytes.length),
    number(2, path.length),
  ]);
}

/** A number of two or four bytes, the lowest first. */
function number(size: 2 | 4, value: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntLE(value, 0, size);
  return bytes;
}

function tooMany(count: number): UserError {
  return new UserError('usage.arguments', {
    what: `The zip would have ${count.toLocaleString('en')} files; it can have ${MOST_ENTRIES.toLocaleString('en')}.`,
    fix: 'Leave some out with .crabletignore, or make an image of it: --output-format oci',
  });
}
