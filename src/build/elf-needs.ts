import type { Segment } from './elf.js';
import { type ByteSource, ElfFault, type Layout, type Piece, piece } from './elf-bytes.js';

/** One version of one library that must be there when the program starts. */
export interface VersionNeed {
  readonly library: string;
  /** Such as `GLIBC_2.34`. */
  readonly version: string;
  /** The loader goes on without it: every symbol of it is weak (`VER_FLG_WEAK`). */
  readonly weak: boolean;
  /** The imported symbols of that version. */
  readonly symbols: readonly string[];
}

export interface DynamicImage {
  readonly source: ByteSource;
  readonly layout: Layout;
  readonly loads: readonly Segment[];
  readonly dynamic: Segment;
}

const DT = {
  null: 0,
  needed: 1,
  hash: 4,
  strtab: 5,
  symtab: 6,
  strsz: 10,
  gnuHash: 0x6ffffef5,
  versym: 0x6ffffff0,
  verneed: 0x6ffffffe,
  verneednum: 0x6fffffff,
} as const;

/** More than any real program has of anything here; a lying count ends at it. */
const MOST_ENTRIES = 100_000;

export function readNeeds(image: DynamicImage): { libraries: string[]; versions: VersionNeed[] } {
  const entries = readDynamic(image);
  const first = (tag: number) => entries.find((entry) => entry.tag === tag)?.value;
  const strings = readStrings(image, first(DT.strtab), first(DT.strsz));
  const needed = entries.filter(({ tag }) => tag === DT.needed);
  if (needed.length > 0 && !strings)
    throw new ElfFault('malformed', 'libraries are needed, but there are no names');
  const libraries = strings ? needed.map(({ value }) => strings.text(value)) : [];
  const verneed = first(DT.verneed);
  if (verneed === undefined || !strings) return { libraries, versions: [] };
  const versions = readVersions(image, verneed, first(DT.verneednum) ?? 0, strings);
  const symbols = readImports(image, first, strings);
  return {
    libraries,
    versions: versions.map(({ index, ...version }) => ({ ...version, symbols: symbols.get(index) ?? [] })),
  };
}

function readDynamic({ source, layout, dynamic }: DynamicImage): { tag: number; value: number }[] {
  const size = layout.wide ? 16 : 8;
  const table = piece(source, dynamic.offset, dynamic.fileSize, layout);
  const entries: { tag: number; value: number }[] = [];
  for (let at = 0; at + size <= table.length && entries.length < MOST_ENTRIES; at += size) {
    const tag = table.word(at);
    if (tag === DT.null) break;
    entries.push({ tag, value: table.word(at + size / 2) });
  }
  return entries;
}

function readStrings(
  image: DynamicImage,
  address: number | undefined,
  size: number | undefined,
): Piece | undefined {
  if (address === undefined || size === undefined) return undefined;
  return piece(image.source, offsetOf(image, address), size, image.layout);
}

/** Where in the file the byte lies that the loader would put at an address. */
function offsetOf({ loads }: DynamicImage, address: number): number {
  const load = loads.find((one) => address >= one.address && address < one.address + one.fileSize);
  if (!load) throw new ElfFault('malformed', `no segment holds the address 0x${address.toString(16)}`);
  return load.offset + (address - load.address);
}

/** The bytes from an address to the end of its segment in the file. */
function pieceAt(image: DynamicImage, address: number, length: number): Piece {
  return piece(image.source, offsetOf(image, address), length, image.layout);
}

const VERNEED_BYTES = 16;
const VER_FLG_WEAK = 2;

function readVersions(
  image: DynamicImage,
  address: number,
  libraries: number,
  strings: Piece,
): (Omit<VersionNeed, 'symbols'> & { index: number })[] {
  const versions: (Omit<VersionNeed, 'symbols'> & { index: number })[] = [];
  let library = address;
  for (let seen = 0; seen < Math.min(libraries, MOST_ENTRIES); seen += 1) {
    const need = pieceAt(image, library, VERNEED_BYTES);
    const name = strings.text(need.u32(4));
    let version = library + need.u32(8);
    for (let count = 0; count < need.u16(2); count += 1) {
      if (versions.length >= MOST_ENTRIES)
        throw new ElfFault('malformed', 'it needs an impossible number of versions');
      const one = pieceAt(image, version, VERNEED_BYTES);
      const weak = (one.u16(4) & VER_FLG_WEAK) !== 0;
      versions.push({ library: name, version: strings.text(one.u32(8)), weak, index: one.u16(6) & 0x7fff });
      if (one.u32(12) === 0) break;
      version += one.u32(12);
    }
    if (need.u32(12) === 0) break;
    library += need.u32(12);
  }
  return versions;
}

/** Imported symbols by the number of their version. */
function readImports(
  image: DynamicImage,
  first: (tag: number) => number | undefined,
  strings: Piece,
): Map<number, string[]> {
  const symtab = first(DT.symtab);
  const versym = first(DT.versym);
  const imports = new Map<number, string[]>();
  if (symtab === undefined || versym === undefined) return imports;
  const { wide } = image.layout;
  const size = wide ? 24 : 16;
  const count = Math.min(countSymbols(image, first, size), MOST_ENTRIES);
  const symbols = pieceAt(image, symtab, count * size);
  const versions = pieceAt(image, versym, count * 2);
  // The symbol of number 0 is always empty.
  for (let index = 1; index < count; index += 1) {
    const at = index * size;
    const definedIn = symbols.u16(at + (wide ? 6 : 14));
    if (definedIn !== 0) continue;
    const version = versions.u16(index * 2) & 0x7fff;
    const names = imports.get(version);
    if (names) names.push(strings.text(symbols.u32(at)));
    else imports.set(version, [strings.text(symbols.u32(at))]);
  }
  return imports;
}

/**
 * No header says how many symbols there are. The old hash table has an entry for each; the GNU one leaves imports
 * out and says where the others begin; without either, the names mostly follow the symbols.
 */
function countSymbols(image: DynamicImage, first: (tag: number) => number | undefined, size: number): number {
  const hash = first(DT.hash);
  if (hash !== undefined) return pieceAt(image, hash, 8).u32(4);
  const gnuHash = first(DT.gnuHash);
  if (gnuHash !== undefined) return pieceAt(image, gnuHash, 16).u32(4);
  const [symtab, strtab] = [first(DT.symtab), first(DT.strtab)];
  return symtab !== undefined && strtab !== undefined && strtab > symtab
    ? Math.floor((strtab - symtab) / size)
    : 0;
}
