import { type ByteSource, ElfFault, piece } from './elf-bytes.js';
import { HEADER, LAYOUT, readSections, SECTION_BYTES, type Section, SHF, SHT } from './elf-sections.js';

/** How a file becomes one without symbols and debug information. */
export interface StripPlan {
  /** Bytes of the file that comes out. */
  readonly size: number;
  /** One after the other. */
  readonly pieces: readonly (Uint8Array | { readonly offset: number; readonly length: number })[];
}

const SHT_NULL = 0;
/** What is not loaded has no need of more than words; a page is more than any linker asks for. */
const LARGEST_ALIGNMENT = 4_096;
const DEBUG = /^\.z?debug_|^\.(gdb_index|debug|stab|stabstr)$/;

/**
 * Takes out what `strip --strip-all` takes out, which is nothing that the loader looks at: everything up to the end of
 * the last segment stays byte for byte, and only what lies behind it (symbols, debug information) goes. Undefined when
 * there is nothing to take out, or the file is laid out in a way in which that cannot be done without moving anything.
 */
export function stripPlan(source: ByteSource): StripPlan | undefined {
  try {
    return planOf(source);
  } catch (error) {
    if (error instanceof ElfFault) return undefined;
    throw error;
  }
}

function planOf(source: ByteSource): StripPlan | undefined {
  const sections = readSections(source);
  const names = sections[piece(source, 0, HEADER.size, LAYOUT).u16(HEADER.names)];
  const goes = sections.filter((one) => isSymbolOrDebug(one, names));
  const end = endOfLoaded(source, sections);
  const isBehind = ({ offset, index }: Section) =>
    offset >= end && sections.every((other) => other.index < index || !isLoaded(other));
  if (!names || goes.length === 0 || !goes.every(isBehind)) return undefined;
  const stays = sections.filter((one) => !goes.includes(one));
  const tail = stays.filter((one) => one !== names && one.type !== SHT_NULL && !isLoaded(one));
  if (tail.some((one) => one.size > 0 && one.offset < end)) return undefined;
  if (tail.some((one) => one.alignment > LARGEST_ALIGNMENT)) return undefined;
  return write(source, { stays, tail, names, end });
}

function isLoaded({ flags }: Section): boolean {
  return (flags & SHF.alloc) !== 0;
}

function isSymbolOrDebug(one: Section, names: Section | undefined): boolean {
  if (isLoaded(one) || one === names) return false;
  return [SHT.symtab, SHT.strtab, SHT.rela, SHT.rel].includes(one.type as 2) || DEBUG.test(one.name);
}

/** The first byte that no segment and no section of memory needs. */
function endOfLoaded(source: ByteSource, sections: readonly Section[]): number {
  const header = piece(source, 0, HEADER.size, LAYOUT);
  const [at, entry, count] = [header.word(32), header.u16(54), header.u16(56)];
  const segments = piece(source, at, entry * count, LAYOUT);
  const ends = Array.from(
    { length: count },
    (_, index) => segments.word(index * entry + 8) + segments.word(index * entry + 32),
  );
  const loaded = sections.filter((one) => isLoaded(one) && one.type !== SHT.nobits);
  return Math.max(
    HEADER.size,
    at + entry * count,
    ...ends,
    ...loaded.map(({ offset, size }) => offset + size),
  );
}

interface Parts {
  readonly stays: readonly Section[];
  /** Of these, what lies behind the segments, such as `.comment`. */
  readonly tail: readonly Section[];
  readonly names: Section;
  readonly end: number;
}

function write(source: ByteSource, { stays, tail, names, end }: Parts): StripPlan {
  const pieces: (Uint8Array | { offset: number; length: number })[] = [];
  let size = 0;
  const add = (one: Uint8Array | { offset: number; length: number }) => {
    pieces.push(one);
    size += one.length;
  };
  const align = (to: number) => add(new Uint8Array((to - (size % to)) % to));
  const header = Buffer.from(piece(source, 0, HEADER.size, LAYOUT).bytes());
  add(header);
  add({ offset: HEADER.size, length: end - HEADER.size });
  const moved = new Map<Section, number>();
  for (const one of tail) {
    align(Math.max(1, one.alignment));
    moved.set(one, size);
    add({ offset: one.offset, length: one.size });
  }
  const texts = nameTable(stays.map(({ name }) => name));
  moved.set(names, size);
  add(texts.bytes);
  align(8);
  const newIndex = new Map(stays.map((one, index) => [one.index, index]));
  header.writeBigUInt64LE(BigInt(size), HEADER.sections);
  header.writeUInt16LE(stays.length, HEADER.count);
  header.writeUInt16LE(newIndex.get(names.index) ?? 0, HEADER.names);
  const table = Buffer.from(readHeaders(source, stays));
  for (const [index, one] of stays.entries()) {
    const at = index * SECTION_BYTES;
    table.writeUInt32LE(texts.at(one.name), at);
    table.writeBigUInt64LE(BigInt(moved.get(one) ?? one.offset), at + 24);
    if (one === names) table.writeBigUInt64LE(BigInt(texts.bytes.length), at + 32);
    table.writeUInt32LE(newIndex.get(one.link) ?? 0, at + 40);
    // Of other sections it is a count.
    if (one.flags & SHF.infoLink) table.writeUInt32LE(newIndex.get(one.info) ?? 0, at + 44);
  }
  add(table);
  return { size, pieces };
}

function readHeaders(source: ByteSource, sections: readonly Section[]): Uint8Array {
  const at = piece(source, 0, HEADER.size, LAYOUT).word(HEADER.sections);
  return Buffer.concat(
    sections.map(({ index }) => piece(source, at + index * SECTION_BYTES, SECTION_BYTES, LAYOUT).bytes()),
  );
}

/** Names one after the other; one that another ends with is found in it, as linkers do it. */
function nameTable(names: readonly string[]): { readonly bytes: Uint8Array; at(name: string): number } {
  const longFirst = [...new Set(names)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  let text = '\0';
  for (const name of longFirst) {
    if (!text.includes(`${name}\0`)) text += `${name}\0`;
  }
  return { bytes: Buffer.from(text, 'latin1'), at: (name) => text.indexOf(`${name}\0`) };
}
