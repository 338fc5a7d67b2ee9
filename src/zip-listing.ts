/** A file in a zip, as its central directory tells (PKWARE APPNOTE 4.3.12). */
export interface ListedFile {
  readonly name: string;
  /** Bytes, unzipped. */
  readonly size: number;
  readonly compressedSize: number;
  readonly method: number;
  readonly crc: number;
  /** Where its local header begins. */
  readonly offset: number;
  /** Unix permissions; undefined when the zip was made where there are none, as on Windows. */
  readonly mode: number | undefined;
  readonly isFolder: boolean;
  /** Whether its content is the path that it leads to. */
  readonly isLink: boolean;
}

/** Thrown for bytes that are no zip, or one that Lambda could not read either. */
export class ZipFault extends Error {}

const END = 0x06054b50;
const END_BYTES = 22;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
const ENCRYPTED = 1;
const UNIX = 3;
/** The type of a symbolic link, of a Unix mode's first four bits. */
const LINK = 0o12;

export function looksLikeZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/** Every entry; the bytes of the files are not looked at. */
export function listZip(bytes: Uint8Array): ListedFile[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  const count = view.readUInt16LE(end + 10);
  let at = view.readUInt32LE(end + 16);
  if (count === 0xffff || at === 0xffffffff)
    throw new ZipFault(
      'it has the form ZIP64, for more than 65,534 files or 4 GB, which is more than is read here',
    );
  const files: ListedFile[] = [];
  for (let index = 0; index < count; index += 1) {
    if (at + ENTRY_BYTES > view.length || view.readUInt32LE(at) !== ENTRY) {
      throw new ZipFault(`its directory is damaged at entry ${index + 1} of ${count}`);
    }
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => view.readUInt16LE(at + field));
    files.push(entryAt(view, at, nameBytes ?? 0));
    at += ENTRY_BYTES + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0);
  }
  return files;
}

function endOf(view: Buffer): number {
  const earliest = Math.max(0, view.length - END_BYTES - LONGEST_COMMENT);
  for (let at = view.length - END_BYTES; at >= earliest; at -= 1) {
    if (view.readUInt32LE(at) === END) return at;
  }
  throw new ZipFault('its directory is missing: the file is cut off');
}

function entryAt(view: Buffer, at: number, nameBytes: number): ListedFile {
  const name = view.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes);
  if (view.readUInt16LE(at + 8) & ENCRYPTED) throw new ZipFault(`${name} is encrypted`);
  const madeOn = view[at + 5];
  return {
    name,
    method: view.readUInt16LE(at + 10),
    crc: view.readUInt32LE(at + 16),
    compressedSize: view.readUInt32LE(at + 20),
    size: view.readUInt32LE(at + 24),
    mode: madeOn === UNIX ? (view.readUInt32LE(at + 38) >>> 16) & 0o7777 : undefined,
    offset: view.readUInt32LE(at + 42),
    isFolder: name.endsWith('/'),
    isLink: madeOn === UNIX && view.readUInt32LE(at + 38) >>> 28 === LINK,
  };
}

/** The bytes of a file as they lie in the zip. */
export function packedBytes(bytes: Uint8Array, file: ListedFile): Uint8Array {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { offset, compressedSize, name } = file;
  if (offset + LOCAL_BYTES > view.length || view.readUInt32LE(offset) !== LOCAL) {
    throw new ZipFault(`${name} is not where the directory says`);
  }
  const start = offset + LOCAL_BYTES + view.readUInt16LE(offset + 26) + view.readUInt16LE(offset + 28);
  if (start + compressedSize > view.length) throw new ZipFault(`${name} is cut off`);
  return bytes.subarray(start, start + compressedSize);
}
