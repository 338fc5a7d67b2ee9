import { posix } from 'node:path';
import type { ListedFile } from '../zip-listing.js';
import type { ElfProblem } from './elf-check.js';
import { checkSize } from './size-check.js';

/** What a zip is for: a function, or a layer with extensions. */
export type ZipKind = 'function' | 'layer';

/** A file that Lambda starts, under the name by which it does. */
export interface ZippedProgram {
  readonly name: string;
  readonly file: ListedFile;
}

/**
 * The programs in a zip, and everything about its layout that would keep Lambda from starting them.
 * @param leadsTo the path that a symbolic link has for its content
 * @param hasLayers other files lie beside those of the zip, in /opt
 */
export function checkZip(
  files: readonly ListedFile[],
  leadsTo: (link: ListedFile) => string,
  hasLayers = false,
): {
  readonly kind: ZipKind;
  readonly programs: readonly ZippedProgram[];
  readonly problems: readonly ElfProblem[];
} {
  const plain = files.filter(({ isFolder }) => !isFolder);
  const bootstrap = plain.find(({ name }) => name === 'bootstrap');
  // Lambda starts every file in extensions/ of a layer (DG26, "Lambda Extensions API").
  const extensions = plain.filter(({ name }) => /^extensions\/[^/]+$/.test(name));
  const kind = !bootstrap && extensions.length > 0 ? 'layer' : 'function';
  const named = bootstrap ? [bootstrap, ...extensions] : extensions;
  const found = named.map((file) => behind(file, plain, leadsTo, hasLayers));
  const programs = found.flatMap((one) => (one.kind === 'program' ? [one.program] : []));
  return {
    kind,
    programs,
    problems: [
      ...(named.length === 0 ? [noBootstrap(plain)] : []),
      ...named.flatMap((file) => checkTwice(file, plain)),
      ...found.flatMap((one) => (one.kind === 'problem' ? [one.problem] : [])),
      ...programs.flatMap(checkMode),
      ...checkSize(plain),
    ],
  };
}

type Behind =
  | { readonly kind: 'program'; readonly program: ZippedProgram }
  | { readonly kind: 'problem'; readonly problem: ElfProblem }
  /** In a layer, which cannot be seen from here. */
  | { readonly kind: 'elsewhere' };

/** Linux's own limit (path_resolution(7)). */
const MOST_LINKS = 40;

/** The file that a symbolic link leads to, which is what is started. */
function behind(
  named: ListedFile,
  files: readonly ListedFile[],
  leadsTo: (link: ListedFile) => string,
  hasLayers: boolean,
): Behind {
  let file = named;
  for (let steps = 0; file.isLink && steps < MOST_LINKS; steps += 1) {
    // A function's files lie in /var/task.
    const path = posix.resolve('/var/task', posix.dirname(file.name), leadsTo(file));
    const next = files.find(({ name }) => posix.join('/var/task', name) === path);
    if (!next && hasLayers && path.startsWith('/opt/')) return { kind: 'elsewhere' };
    if (!next) return { kind: 'problem', problem: deadLink(named, path) };
    file = next;
  }
  if (file.isLink) return { kind: 'problem', problem: deadLink(named, 'itself') };
  return { kind: 'program', program: { name: named.name, file } };
}

function deadLink({ name }: ListedFile, path: string): ElfProblem {
  return {
    kind: 'layout',
    what: `${name} is a symbolic link to ${path}, and that is no file in the zip.`,
    fix: 'Put the program itself into the zip, or let crablet make it: crablet build --release --output-format zip',
  };
}

/** Which of them is started is up to who unpacks them. */
function checkTwice({ name }: ListedFile, files: readonly ListedFile[]): ElfProblem[] {
  const count = files.filter((one) => one.name === name).length;
  if (count < 2) return [];
  return [
    {
      kind: 'layout',
      what: `${name} is in the zip ${count} times.`,
      fix: 'Remove the zip before it is made again, as `zip` adds to one that is there.',
    },
  ];
}

function noBootstrap(files: readonly ListedFile[]): ElfProblem {
  const elsewhere = files.find(({ name }) => name.split('/').at(-1)?.toLowerCase() === 'bootstrap');
  const names = files.slice(0, 5).map(({ name }) => name);
  const there =
    names.length > 0
      ? `there ${names.length > 1 ? 'are' : 'is'} ${names.join(', ')}${files.length > 5 ? ', …' : ''}`
      : 'it is empty';
  return {
    kind: 'layout',
    what: elsewhere
      ? `The zip has no file bootstrap at its root, only ${elsewhere.name}; Lambda answers with Runtime.InvalidEntrypoint.`
      : `The zip has no file bootstrap at its root (${there}); Lambda answers with Runtime.InvalidEntrypoint.`,
    fix: 'Let crablet make it: crablet build --release --output-format zip',
  };
}

function checkMode({ name, file: { mode } }: ZippedProgram): ElfProblem[] {
  if (mode !== undefined && (mode & 0o111) !== 0) return [];
  const what =
    mode === undefined
      ? `${name} has no Unix permissions in the zip, as it was made on a system without them.`
      : `${name} is not executable in the zip (mode ${mode.toString(8)}).`;
  return [
    {
      kind: 'layout',
      what,
      fix: 'Let crablet make the zip (crablet build --release --output-format zip), or chmod +x the file and zip it on Linux or macOS.',
    },
  ];
}
