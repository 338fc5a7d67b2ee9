/** Writes small but complete ELF files for tests: what a linker would write, without any code. */
export interface ElfPlan {
  readonly bits?: 32 | 64;
  readonly little?: boolean;
  readonly machine?: number;
  readonly type?: number;
  readonly interpreter?: string | undefined;
  readonly libraries?: readonly string[];
  readonly versions?: readonly {
    library: string;
    version: string;
    weak?: boolean;
    symbols: readonly string[];
  }[];
  readonly hash?: 'gnu' | 'sysv' | 'none';
}

/** Memory starts here, so that addresses and offsets differ. */
const BASE = 0x10000;

export function makeElf(plan: ElfPlan = {}): Uint8Array {
  const { bits = 64, little = true, interpreter, libraries = [], versions = [], hash = 'gnu' } = plan;
  const wide = bits === 64;
  const strings = new Strings();
  const names = libraries.map((name) => strings.add(name));
  const imports = versions.flatMap(({ symbols }, index) =>
    symbols.map((symbol) => ({ name: strings.add(symbol), version: index + 2 })),
  );
  const needed = [...new Set(versions.map(({ library }) => library))];
  const verneed = new Bytes(little);
  needed.forEach((library, index) => {
    const own = versions.flatMap((one, number) =>
      one.library === library ? [{ ...one, number: number + 2 }] : [],
    );
    const last = index === needed.length - 1;
    verneed
      .u16(1)
      .u16(own.length)
      .u32(strings.add(library))
      .u32(16)
      .u32(last ? 0 : 16 + 16 * own.length);
    own.forEach((one, at) => {
      verneed
        .u32(0)
        .u16(one.weak ? 2 : 0)
        .u16(one.number)
        .u32(strings.add(one.version));
      verneed.u32(at === own.length - 1 ? 0 : 16);
    });
  });
  const symtab = new Bytes(little).zeros(wide ? 24 : 16);
  for (const { name } of imports) {
    symtab.u32(name).zeros(wide ? 20 : 12);
  }
  const versym = new Bytes(little).u16(0);
  for (const { version } of imports) versym.u16(version);
  const count = imports.length + 1;
  const hashes = new Bytes(little);
  if (hash === 'gnu') hashes.u32(1).u32(count).u32(1).u32(0);
  if (hash === 'sysv') hashes.u32(1).u32(count);

  const headerSize = wide ? 64 : 52;
  const entrySize = wide ? 56 : 32;
  const segments = 2 + (interpreter === undefined ? 0 : 1);
  let offset = headerSize + segments * entrySize;
  const parts: { at: number; bytes: Uint8Array }[] = [];
  const put = (bytes: Uint8Array): number => {
    offset = Math.ceil(offset / 8) * 8;
    const at = offset;
    parts.push({ at, bytes });
    offset += bytes.length;
    return at;
  };
  const interpreterAt = interpreter === undefined ? 0 : put(Buffer.from(`${interpreter}\0`));
  const at = {
    // Names follow the symbols, as linkers lay them out: without a hash table their distance tells the count.
    symtab: put(symtab.done()),
    strtab: put(strings.done()),
    versym: put(versym.done()),
    verneed: put(verneed.done()),
    hash: put(hashes.done()),
  };
  const dynamic = new Bytes(little);
  const tag = (name: number, value: number) => dynamic.word(name, wide).word(value, wide);
  for (const name of names) tag(1, name);
  tag(5, BASE + at.strtab);
  tag(10, strings.done().length);
  tag(6, BASE + at.symtab);
  if (hash === 'gnu') tag(0x6ffffef5, BASE + at.hash);
  if (hash === 'sysv') tag(4, BASE + at.hash);
  if (versions.length > 0) {
    tag(0x6ffffff0, BASE + at.versym);
    tag(0x6ffffffe, BASE + at.verneed);
    tag(0x6fffffff, needed.length);
  }
  tag(0, 0);
  const dynamicBytes = dynamic.done();
  const dynamicAt = put(dynamicBytes);
  const size = offset;

  const header = new Bytes(little);
  header.raw([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  header
    .u16(plan.type ?? 3)
    .u16(plan.machine ?? 62)
    .u32(1);
  header.word(0, wide).word(headerSize, wide).word(0, wide).u32(0);
  header.u16(headerSize).u16(entrySize).u16(segments).u16(0).u16(0).u16(0);
  const segment = (type: number, from: number, length: number) => {
    header.u32(type);
    if (wide) header.u32(4);
    header
      .word(from, wide)
      .word(BASE + from, wide)
      .word(BASE + from, wide)
      .word(length, wide)
      .word(length, wide);
    if (!wide) header.u32(4);
    header.word(8, wide);
  };
  if (interpreter !== undefined) segment(3, interpreterAt, interpreter.length + 1);
  segment(1, 0, size);
  segment(2, dynamicAt, dynamicBytes.length);

  const file = new Uint8Array(size);
  file.set(header.done(), 0);
  for (const part of parts) file.set(part.bytes, part.at);
  return file;
}

class Bytes {
  readonly #bytes: number[] = [];
  readonly #little: boolean;

  constructor(little: boolean) {
    this.#little = little;
  }

  raw(bytes: readonly number[]): this {
    this.#bytes.push(...bytes);
    return this;
  }

  zeros(count: number): this {
    return this.raw(Array.from({ length: count }, () => 0));
  }

  u16(value: number): this {
    return this.#number(value, 2);
  }

  u32(value: number): this {
    return this.#number(value, 4);
  }

  word(value: number, wide: boolean): this {
    return this.#number(value, wide ? 8 : 4);
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #number(value: number, size: number): this {
    const bytes = Array.from({ length: size }, (_, index) => Math.floor(value / 2 ** (8 * index)) % 256);
    return this.raw(this.#little ? bytes : bytes.reverse());
  }
}

class Strings {
  #text = '\0';

  add(name: string): number {
    const at = this.#text.length;
    this.#text += `${name}\0`;
    return at;
  }

  done(): Uint8Array {
    return Buffer.from(this.#text, 'latin1');
  }
}
