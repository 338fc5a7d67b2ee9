import type { ListedFile } from '../zip-listing.js';
import type { ElfProblem } from './elf-check.js';
import { checkSize } from './size-check.js';

/** What a zip is for: a function, or a layer with extensions. */
export type ZipKind = 'function' | 'layer';

/** The programs in a zip, and everything about its layout that would keep Lambda from starting them. */
export function checkZip(files: readonly ListedFile[]): {
  readonly kind: ZipKind;
  readonly programs: readonly ListedFile[];
  readonly problems: readonly ElfProblem[];
} {
  const plain = files.filter(({ isFolder }) => !isFolder);
  const bootstrap = plain.find(({ name }) => name === 'bootstrap');
  // Lambda starts every file in extensions/ of a layer (DG26, "Lambda Extensions API").
  const extensions = plain.filter(({ name }) => /^extensions\/[^/]+$/.test(name));
  const kind = !bootstrap && extensions.length > 0 ? 'layer' : 'function';
  const programs = bootstrap ? [bootstrap, ...extensions] : extensions;
  return {
    kind,
    programs,
    problems: [
      ...(programs.length === 0 ? [noBootstrap(plain)] : []),
      ...programs.flatMap(checkMode),
      ...checkSize(plain),
    ],
  };
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

function checkMode({ name, mode }: ListedFile): ElfProblem[] {
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
