import { readFile } from 'node:fs/promises';
import { membersOf } from './archive-members.js';
import type { ElfProblem } from './elf-check.js';

/** What cargo told of the crates of a build, as far as it can tell which of them brought something. */
export interface CrateFiles {
  /** Libraries that build scripts have asked to be linked, such as `ssl`. */
  readonly linked: readonly { readonly library: string; readonly crate: string }[];
  /** Cargo's messages about libraries; they are only parsed when there is somebody to blame. */
  readonly archiveMessages: readonly string[];
}

export const NO_CRATES: CrateFiles = { linked: [], archiveMessages: [] };

/** A shorter name stands in too many other words to say anything. */
const SHORTEST_SYMBOL = 5;

/** The crates that bring what keeps a binary from starting; empty when that cannot be told. */
export async function blame(problem: ElfProblem, crates: CrateFiles): Promise<string[]> {
  if (problem.library !== undefined) {
    const plain = problem.library.replace(/^lib/, '').replace(/\.so.*$/, '');
    const found = crates.linked.filter(({ library }) => library === plain);
    return [...new Set(found.map(({ crate }) => crate))];
  }
  const symbols = (problem.symbols ?? []).filter((name) => name.length >= SHORTEST_SYMBOL);
  return symbols.length === 0 ? [] : cratesWith(symbols, crates.archiveMessages);
}

async function cratesWith(symbols: readonly string[], messages: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const { crate, path } of messages.flatMap(archivesOf)) {
    const bytes = await readFile(path).catch(() => undefined);
    const code = bytes ? membersOf(bytes).filter(({ name }) => name !== METADATA) : [];
    if (code.some(({ content }) => symbols.some((name) => content.includes(name)))) found.add(crate);
  }
  return [...found];
}

/** Where rustc writes down what a crate declares, whether or not anything in it uses that: all of libc, in the crate libc. */
const METADATA = 'lib.rmeta';

export function archivesOf(message: string): { crate: string; path: string }[] {
  const { package_id, filenames } = JSON.parse(message) as { package_id: string; filenames: string[] };
  return filenames
    .filter((path) => path.endsWith('.rlib'))
    .map((path) => ({ crate: crateOf(package_id), path }));
}

/** `openssl-sys 0.9.1` of a package id (cargo reference, "package id specifications"). */
export function crateOf(packageId: string): string {
  const [url = '', fragment = ''] = packageId.split('#');
  const [name, version] = fragment.includes('@') ? fragment.split('@') : [url.split('/').at(-1), fragment];
  return version ? `${name} ${version}` : `${name}`;
}
