import { archiveSymbols } from './archive-index.js';
import { archivesOf, type CrateFiles } from './blame.js';
import { withFile } from './elf-file.js';
import { type FunctionSymbol, readCode } from './elf-symbols.js';
import { crateOfSymbol } from './symbol-crates.js';

/** How much machine code of a program is a crate's. */
export interface CrateSize {
  /** As its code spells it: `serde_json`. */
  readonly crate: string;
  readonly bytes: number;
}

export interface CodeSizes {
  /** Bytes of all machine code; constants, tables for unwinding and the like are not in it. */
  readonly bytes: number;
  /** The largest first. */
  readonly crates: readonly CrateSize[];
}

const MOST = 10;

/** C and assembly of which no crate can be told, such as functions that are private to their file. */
const NOBODY = '(C and assembly)';

/** The largest crates in a program that still has its symbols, as `cargo bloat` counts them; undefined without symbols. */
export async function codeSizes(program: string, crates: CrateFiles): Promise<CodeSizes | undefined> {
  const code = withFile(program, readCode);
  if (!code || code.functions.length === 0) return undefined;
  const bytes = new Map<string, number>();
  const foreign: FunctionSymbol[] = [];
  const add = (crate: string, more: number) => bytes.set(crate, (bytes.get(crate) ?? 0) + more);
  for (const one of code.functions) {
    const crate = crateOfSymbol(one.name);
    if (crate === undefined) foreign.push(one);
    else add(crate, one.bytes);
  }
  const owners = ownersOf(new Set(foreign.map(({ name }) => name)), crates);
  for (const { name, bytes: more } of foreign) add(owners.get(name) ?? NOBODY, more);
  const sorted = [...bytes].map(([crate, own]) => ({ crate, bytes: own })).sort((a, b) => b.bytes - a.bytes);
  return { bytes: code.bytes, crates: sorted.slice(0, MOST) };
}

/** Which crate's archive defines each name; the C of a crate is in the archive of its Rust. */
function ownersOf(names: ReadonlySet<string>, { archiveMessages }: CrateFiles): Map<string, string> {
  const owners = new Map<string, string>();
  if (names.size === 0) return owners;
  for (const { crate, path } of archiveMessages.flatMap(archivesOf)) {
    const [name = crate] = crate.split(' ');
    for (const symbol of symbolsOf(path)) {
      if (names.has(symbol) && !owners.has(symbol)) owners.set(symbol, name.replaceAll('-', '_'));
    }
  }
  return owners;
}

function symbolsOf(path: string): string[] {
  try {
    return withFile(path, archiveSymbols);
  } catch {
    // Cleaned away meanwhile: then nobody is named.
    return [];
  }
}
