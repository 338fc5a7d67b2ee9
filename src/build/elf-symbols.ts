import { type ByteSource, ElfFault, piece } from './elf-bytes.js';
import { LAYOUT, readSections, SHF, SHT } from './elf-sections.js';

/** A piece of machine code that has a name. */
export interface FunctionSymbol {
  readonly name: string;
  readonly bytes: number;
}

export interface Code {
  /** Of all sections of machine code. */
  readonly bytes: number;
  readonly functions: readonly FunctionSymbol[];
}

const SYMBOL_BYTES = 24;
const STT_FUNC = 2;

/** The functions in the symbol table of a file that was not stripped; undefined without such a table. */
export function readCode(source: ByteSource): Code | undefined {
  try {
    return codeOf(source);
  } catch (error) {
    if (error instanceof ElfFault) return undefined;
    throw error;
  }
}

function codeOf(source: ByteSource): Code | undefined {
  const sections = readSections(source);
  const symtab = sections.find(({ type }) => type === SHT.symtab);
  const strtab = symtab && sections[symtab.link];
  if (!symtab || !strtab) return undefined;
  const table = piece(source, symtab.offset, symtab.size, LAYOUT);
  const names = piece(source, strtab.offset, strtab.size, LAYOUT);
  const functions: FunctionSymbol[] = [];
  // What the linker has found to be the same code has several names.
  const seen = new Set<number>();
  for (let at = 0; at + SYMBOL_BYTES <= table.length; at += SYMBOL_BYTES) {
    const bytes = table.word(at + 16);
    const address = table.word(at + 8);
    if ((table.u8(at + 4) & 0xf) !== STT_FUNC || bytes === 0 || seen.has(address)) continue;
    seen.add(address);
    functions.push({ name: names.text(table.u32(at)), bytes });
  }
  const isCode = ({ flags, type }: (typeof sections)[number]) =>
    (flags & SHF.executable) !== 0 && type !== SHT.nobits;
  return { functions, bytes: sections.filter(isCode).reduce((sum, { size }) => sum + size, 0) };
}
