import {
  type ByteSource,
  bytesOf,
  ElfFault,
  type Layout,
  type Piece,
  piece,
  type Refusal,
} from './elf-bytes.js';
import { readNeeds, type VersionNeed } from './elf-needs.js';

/**
 * Reads what the loader on Lambda will look at: for which machine a binary is, which libraries and which symbol
 * versions it needs. Only program headers are used, as by the loader itself, so section headers may be stripped.
 * (ELF: System V ABI generic part, chapters 4 and 5; symbol versions: Linux Standard Base, 10.7.)
 */
export interface ElfFacts {
  readonly bits: 32 | 64;
  /** Rust's names for what Lambda runs; others as `machine-<number>`. */
  readonly architecture: string;
  /** `shared` is also what a position-independent executable is. */
  readonly type: 'executable' | 'shared' | 'object' | 'other';
  /** The loader it asks for; none for a static binary. */
  readonly interpreter: string | undefined;
  /** Needed libraries (DT_NEEDED), in their order. */
  readonly libraries: readonly string[];
  /** Symbol versions it needs of those libraries. */
  readonly versions: readonly VersionNeed[];
}

export type ElfResult =
  | { readonly kind: 'elf'; readonly facts: ElfFacts }
  | { readonly kind: 'refused'; readonly why: Refusal; readonly detail: string };

const MACHINES: Readonly<Record<number, string>> = {
  3: 'x86',
  40: 'arm',
  62: 'x86_64',
  183: 'aarch64',
  243: 'riscv64',
};
const TYPES: Readonly<Record<number, ElfFacts['type']>> = { 1: 'object', 2: 'executable', 3: 'shared' };

/** Never throws and always ends, whatever the bytes are. */
export function inspectElf(input: ByteSource | Uint8Array): ElfResult {
  const source = input instanceof Uint8Array ? bytesOf(input) : input;
  try {
    return { kind: 'elf', facts: readFacts(source) };
  } catch (error) {
    if (error instanceof ElfFault) return { kind: 'refused', why: error.why, detail: error.message };
    throw error;
  }
}

function readFacts(source: ByteSource): ElfFacts {
  const layout = readLayout(source);
  const header = piece(source, 0, layout.wide ? 64 : 52, layout);
  const machine = header.u16(18);
  const segments = readSegments(source, header, layout);
  const interpreter = segments.find(({ type }) => type === PT_INTERP);
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  const loads = segments.filter(({ type }) => type === PT_LOAD);
  const needs = dynamic ? readNeeds({ source, layout, loads, dynamic }) : { libraries: [], versions: [] };
  return {
    bits: layout.wide ? 64 : 32,
    architecture: MACHINES[machine] ?? `machine-${machine}`,
    type: TYPES[header.u16(16)] ?? 'other',
    interpreter: interpreter && piece(source, interpreter.offset, interpreter.fileSize, layout).text(0),
    ...needs,
  };
}

function readLayout(source: ByteSource): Layout {
  const ident = source.read(0, 16);
  if (ident.length < 4 || ident[0] !== 0x7f || ident[1] !== 0x45 || ident[2] !== 0x4c || ident[3] !== 0x46) {
    throw ident.length === 0
      ? new ElfFault('truncated', 'the file is empty')
      : new ElfFault('not-elf', otherFormat(ident));
  }
  if (ident.length < 16) throw new ElfFault('truncated', `the file has only ${ident.length} bytes`);
  const [bits, order] = [ident[4], ident[5]];
  if ((bits !== 1 && bits !== 2) || (order !== 1 && order !== 2)) {
    throw new ElfFault('malformed', 'the header has neither a known word size nor a known byte order');
  }
  return { wide: bits === 2, little: order === 1 };
}

/** What people have built when they were not on Linux. */
function otherFormat(start: Uint8Array): string {
  const magic = Buffer.from(start.subarray(0, 4)).toString('hex');
  if (['cffaedfe', 'cefaedfe', 'cafebabe'].includes(magic)) return 'it is a program for macOS';
  if (magic.startsWith('4d5a')) return 'it is a program for Windows';
  if (magic.startsWith('2321')) return 'it is a script';
  return 'it does not begin like a Linux program (ELF)';
}

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;

export interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
}

function readSegments(source: ByteSource, header: Piece, layout: Layout): Segment[] {
  const { wide } = layout;
  const offset = header.word(wide ? 32 : 28);
  const entry = header.u16(wide ? 54 : 42);
  const count = header.u16(wide ? 56 : 44);
  if (count === 0) return [];
  if (count === 0xffff) throw new ElfFault('unsupported', 'it has more than 65,534 segments');
  if (entry < (wide ? 56 : 32))
    throw new ElfFault('malformed', `a segment header of ${entry} bytes is too small`);
  const table = piece(source, offset, entry * count, layout);
  return Array.from({ length: count }, (_, index) => {
    const at = index * entry;
    return {
      type: table.u32(at),
      offset: table.word(at + (wide ? 8 : 4)),
      address: table.word(at + (wide ? 16 : 8)),
      fileSize: table.word(at + (wide ? 32 : 16)),
    };
  });
}
