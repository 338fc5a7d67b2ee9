/** Where an ELF file's bytes come from: only the few pieces that are asked for are ever read. */
export interface ByteSource {
  readonly size: number;
  /** At most `length` bytes from `offset`; fewer at the end of the file. */
  read(offset: number, length: number): Uint8Array;
}

export function bytesOf(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

export type Refusal = 'not-elf' | 'truncated' | 'malformed' | 'unsupported';

/** Thrown inside the reader only; `inspectElf` turns it into a refusal. */
export class ElfFault extends Error {
  readonly why: Refusal;

  constructor(why: Refusal, detail: string) {
    super(detail);
    this.why = why;
  }
}

/** No piece that is read whole may be larger; real string and symbol tables of functions are far below it. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Far more than the longest mangled name that a linker writes. */
const LONGEST_NAME = 64 * 1024;

/** A piece of the file, with the file's own byte order and word size. */
export class Piece {
  readonly length: number;
  readonly #view: DataView;
  readonly #buffer: Buffer;
  readonly #little: boolean;
  readonly #wide: boolean;
  /** Bytes of names handed out: names may overlap, so a small table could be read into a very large one. */
  #named = 0;

  constructor(bytes: Uint8Array, { little, wide }: { readonly little: boolean; readonly wide: boolean }) {
    this.length = bytes.length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = little;
    this.#wide = wide;
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset, this.length);
  }

  u8(at: number): number {
    this.#check(at, 1);
    return this.#view.getUint8(at);
  }

  u16(at: number): number {
    this.#check(at, 2);
    return this.#view.getUint16(at, this.#little);
  }

  u32(at: number): number {
    this.#check(at, 4);
    return this.#view.getUint32(at, this.#little);
  }

  /** An address, offset or size: 4 or 8 bytes. Beyond 2^53 it is no longer exact, and beyond any file. */
  word(at: number): number {
    if (!this.#wide) return this.u32(at);
    this.#check(at, 8);
    // Not by way of a BigInt: a symbol table has tens of thousands of these.
    const [low, high] = this.#little ? [at, at + 4] : [at + 4, at];
    return this.#view.getUint32(high, this.#little) * 2 ** 32 + this.#view.getUint32(low, this.#little);
  }

  /** The text up to the next zero byte. */
  text(at: number): string {
    this.#check(at, 1);
    const end = this.#buffer.indexOf(0, at);
    if (end === -1 || end - at >= LONGEST_NAME) throw new ElfFault('malformed', 'a name does not end');
    this.#named += end - at;
    if (this.#named > MOST_BYTES) throw new ElfFault('malformed', 'it has an impossible number of names');
    return this.#buffer.toString('latin1', at, end);
  }

  #check(at: number, bytes: number): void {
    if (!(at >= 0 && at + bytes <= this.length))
      throw new ElfFault('malformed', 'a table points outside itself');
  }
}

export interface Layout {
  readonly little: boolean;
  readonly wide: boolean;
}

/** Exactly `length` bytes; a file that is too short for them is truncated. */
export function piece(source: ByteSource, offset: number, length: number, layout: Layout): Piece {
  if (!(Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0)) {
    throw new ElfFault('malformed', 'a table has an impossible place');
  }
  if (length > MOST_BYTES) throw new ElfFault('malformed', `a table has an impossible size, ${length} bytes`);
  const bytes = offset < source.size ? source.read(offset, length) : new Uint8Array();
  if (bytes.length < length) {
    throw new ElfFault(
      'truncated',
      `the file ends at byte ${source.size}, but a table goes to ${offset + length}`,
    );
  }
  return new Piece(bytes, layout);
}
