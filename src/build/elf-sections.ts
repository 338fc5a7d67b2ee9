import { type ByteSource, type Layout, type Piece, piece } from './elf-bytes.js';

/** A section of an ELF file (System V ABI, chapter 4, "sections"). */
export interface Section {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly alignment: number;
}

export const SHT = { symtab: 2, strtab: 3, nobits: 8, rela: 4, rel: 9 } as const;
export const SHF = { alloc: 2, executable: 4, infoLink: 0x40 } as const;

/** Where the fields of the 64-bit file header and section header are. */
export const HEADER = { size: 64, sections: 40, entrySize: 58, count: 60, names: 62 } as const;
export const SECTION_BYTES = 64;

/** Both of Lambda's machines are these; of anything else nothing is needed here. */
export const LAYOUT: Layout = { wide: true, little: true };

/** The sections of a 64-bit little-endian file; none where it has no table of them. Throws `ElfFault`. */
export function readSections(source: ByteSource): Section[] {
  const header = piece(source, 0, HEADER.size, LAYOUT);
  const isOurs = header.u32(0) === 0x464c457f && header.u8(4) === 2 && header.u8(5) === 1;
  const count = isOurs ? header.u16(HEADER.count) : 0;
  if (count === 0 || header.u16(HEADER.entrySize) !== SECTION_BYTES) return [];
  const headers = piece(source, header.word(HEADER.sections), count * SECTION_BYTES, LAYOUT);
  const bare = Array.from({ length: count }, (_, index) => sectionAt(headers, index));
  const table = bare[header.u16(HEADER.names)];
  const names = table && piece(source, table.offset, table.size, LAYOUT);
  return bare.map(({ nameAt, ...one }) => ({ ...one, name: names?.text(nameAt) ?? '' }));
}

function sectionAt(headers: Piece, index: number): Omit<Section, 'name'> & { nameAt: number } {
  const at = index * SECTION_BYTES;
  return {
    index,
    nameAt: headers.u32(at),
    type: headers.u32(at + 4),
    flags: headers.word(at + 8),
    address: headers.word(at + 16),
    offset: headers.word(at + 24),
    size: headers.word(at + 32),
    link: headers.u32(at + 40),
    info: headers.u32(at + 44),
    alignment: headers.word(at + 48),
  };
}
