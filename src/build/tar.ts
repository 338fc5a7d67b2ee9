/** A file in a tar archive. */
export interface TarEntry {
  /** Without a leading slash, with `/` between folders. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}

const BLOCK = 512;

/**
 * A tar of the files and the folders above them, in the form of POSIX (ustar, with pax headers for long names): the same
 * bytes for the same files, as times are zero and everything is root's.
 */
export function makeTar(entries: readonly TarEntry[]): Uint8Array {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const folders = new Set(sorted.flatMap(({ name }) => foldersAbove(name)));
  const parts = [
    ...[...folders].sort().map((name) => entry(`${name}/`, '5', 0o755, new Uint8Array())),
    ...sorted.map(({ name, bytes, executable }) => entry(name, '0', executable ? 0o755 : 0o644, bytes)),
    new Uint8Array(2 * BLOCK),
  ];
  return Buffer.concat(parts);
}

/** `a` and `a/b` of `a/b/c`. */
export function foldersAbove(name: string): string[] {
  const parts = name.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function entry(name: string, type: string, mode: number, bytes: Uint8Array): Uint8Array {
  const long = Buffer.byteLength(name) > 100 ? paxHeader(name) : undefined;
  return Buffer.concat([
    ...(long ? [long] : []),
    header(name, type, mode, bytes.length),
    bytes,
    new Uint8Array(padding(bytes.length)),
  ]);
}

/** `<length> path=<name>\n`, where the length counts its own digits. */
function paxHeader(name: string): Uint8Array {
  const rest = ` path=${name}\n`;
  let length = Buffer.byteLength(rest) + 1;
  while (String(length).length + Buffer.byteLength(rest) !== length) length += 1;
  const bytes = Buffer.from(`${length}${rest}`);
  return Buffer.concat([
    header('pax', 'x', 0o644, bytes.length),
    bytes,
    new Uint8Array(padding(bytes.length)),
  ]);
}

function header(name: string, type: string, mode: number, size: number): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number) =>
    block.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  Buffer.from(name).copy(block, 0, 0, 100);
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  block.fill(' ', 148, 156);
  block.write(type, 156, 'latin1');
  block.write('ustar\0' + '00', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  octal(sum, 148, 6);
  block.writeUInt8(0, 154);
  return block;
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

/** Where the files of a tar lie in it, by their names; links and the like are left out. Undefined for what is no tar. */
export function listTar(
  size: number,
  read: (offset: number, length: number) => Uint8Array,
): Map<string, { readonly offset: number; readonly size: number }> | undefined {
  const files = new Map<string, { offset: number; size: number }>();
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= size; ) {
    const block = Buffer.from(read(at, BLOCK));
    if (block.every((byte) => byte === 0)) break;
    const length = Number.parseInt(text(block, 124, 12), 8);
    if (text(block, 257, 5) !== 'ustar' || !(length >= 0)) return undefined;
    const offset = at + BLOCK;
    const type = text(block, 156, 1);
    if (type === 'x')
      longName = /\d+ path=([^\n]*)\n/.exec(Buffer.from(read(offset, length)).toString())?.[1];
    else if (type === 'L') longName = text(Buffer.from(read(offset, length)), 0, length);
    else {
      const prefix = text(block, 345, 155);
      const name = longName ?? (prefix ? `${prefix}/${text(block, 0, 100)}` : text(block, 0, 100));
      longName = undefined;
      if (type === '0' || type === '') files.set(name.replace(/^\.\//, ''), { offset, size: length });
    }
    at = offset + length + padding(length);
  }
  return files;
}

function text(block: Buffer, at: number, length: number): string {
  const all = block.toString('utf8', at, at + length);
  const end = all.indexOf('\0');
  return (end === -1 ? all : all.slice(0, end)).trim();
}
