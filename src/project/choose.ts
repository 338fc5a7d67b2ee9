import { realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.js';
import type { CargoMetadata, CargoPackage, CargoTarget } from './cargo-metadata.js';
import { nearest } from './nearest.js';
import type { Selection, TargetKind } from './project.js';

export interface Chosen {
  readonly owner: CargoPackage;
  readonly target: CargoTarget;
  readonly kind: TargetKind;
}

/** The packages that `cargo build` would take for the same arguments in the same folder. */
export function choosePackages(metadata: CargoMetadata, selection: Selection, cwd: string): CargoPackage[] {
  const members = metadata.packages.filter((one) => metadata.workspace_members.includes(one.id));
  if (selection.packages.length > 0) {
    const wanted = selection.packages.map((spec) => ({
      spec,
      found: members.filter((one) => matches(spec, one)),
    }));
    const missing = wanted.find(({ found }) => found.length === 0);
    if (missing)
      throw unknown(
        'package',
        missing.spec,
        members.map((one) => one.name),
        '-p',
      );
    return members.filter((one) => wanted.some(({ found }) => found.includes(one)));
  }
  if (selection.workspace) {
    return members.filter((one) => !selection.exclude.some((spec) => matches(spec, one)));
  }
  const current = members.find((one) =>
    sameFile(one.manifest_path, nearestManifest(selection, members, cwd)),
  );
  if (current && !sameFile(dirname(current.manifest_path), metadata.workspace_root)) return [current];
  const defaults = metadata.workspace_default_members ?? metadata.workspace_members;
  return members.filter((one) => defaults.includes(one.id));
}

/** cargo takes `name`, `name@version` and globs such as `api-*`. */
function matches(spec: string, one: CargoPackage): boolean {
  const name = spec.replace(/@[^@]*$/, '');
  if (!/[*?[]/.test(name)) return name === one.name;
  const pattern = name
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`).test(one.name);
}

/** The manifest that was named, or that of the deepest member folder that `cwd` lies in. */
function nearestManifest(selection: Selection, members: readonly CargoPackage[], cwd: string): string {
  if (selection.manifestPath) return resolve(cwd, selection.manifestPath);
  const folders = new Set(members.map((one) => dirname(one.manifest_path)));
  for (let folder = real(cwd); ; folder = dirname(folder)) {
    if (folders.has(folder) || folder === dirname(folder)) return join(folder, 'Cargo.toml');
  }
}

function sameFile(a: string, b: string): boolean {
  return a === b || real(a) === real(b);
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const KINDS: readonly TargetKind[] = ['bin', 'example', 'test', 'bench'];

/** The binaries (and examples, tests and benches, when asked for) that become functions. */
export function chooseTargets(
  packages: readonly CargoPackage[],
  selection: Selection,
  workspace: readonly CargoPackage[],
): Chosen[] {
  const all = packages.flatMap((owner) =>
    owner.targets.flatMap((target): Chosen[] => {
      const kind = KINDS.find((one) => target.kind.includes(one));
      return kind ? [{ owner, target, kind }] : [];
    }),
  );
  const of = (wanted: TargetKind) => all.filter(({ kind }) => kind === wanted);
  const { allBins, allExamples, allTests, allBenches } = selection;
  const named = [
    ...pick(of('bin'), selection.bins, 'binary', '--bin'),
    ...pick(of('example'), selection.examples, 'example', '--example'),
    ...pick(of('test'), selection.tests, 'test', '--test'),
    ...pick(of('bench'), selection.benches, 'bench', '--bench'),
  ];
  const asked = allBins || allExamples || allTests || allBenches || named.length > 0;
  const chosen = [
    ...(asked && !allBins ? [] : of('bin')),
    ...(allExamples ? of('example') : []),
    ...(allTests ? of('test') : []),
    ...(allBenches ? of('bench') : []),
    ...named,
  ].filter((one, index, list) => list.indexOf(one) === index);
  if (chosen.length === 0) throw noFunction(packages, workspace, allTests || allBenches);
  refuseTwins(chosen);
  return chosen;
}

function pick(from: readonly Chosen[], names: readonly string[], noun: string, option: string): Chosen[] {
  for (const name of names) {
    if (!from.some(({ target }) => target.name === name)) {
      throw unknown(
        noun,
        name,
        from.map(({ target }) => target.name),
        option,
      );
    }
  }
  return from.filter(({ target }) => names.includes(target.name));
}

function unknown(noun: string, name: string, there: readonly string[], option: string): UserError {
  const close = nearest(name, there);
  const names = [...new Set(there)].sort();
  return new UserError('project.unknown-function', {
    what: `There is no ${noun} '${name}' in this project; ${names.length ? `there ${names.length > 1 ? 'are' : 'is'}: ${names.join(', ')}` : `it has no ${noun} at all`}.`,
    fix: close
      ? `Write ${option} ${close}`
      : names[0]
        ? `Name one of them, such as ${option} ${names[0]}`
        : `Leave ${option} out.`,
  });
}

function noFunction(
  packages: readonly CargoPackage[],
  workspace: readonly CargoPackage[],
  onlyOthers: boolean,
): UserError {
  if (onlyOthers && packages.some((one) => one.targets.some(({ kind }) => kind.includes('bin')))) {
    return new UserError('project.no-function', {
      what: 'With --tests and --benches only tests and benches that have a file of their own are built, and there is none.',
      fix: 'Add --bins for the binaries, too, or a file to tests/ or benches/.',
    });
  }
  if (packages.length === 0) {
    return new UserError('project.no-function', {
      what: 'The workspace has no package.',
      fix: 'Make one in it: crablet new my-function --http',
    });
  }
  const names = packages.map((one) => `'${one.name}'`).join(', ');
  const elsewhere = workspace.filter((one) => one.targets.some((target) => target.kind.includes('bin')));
  const [first] = elsewhere;
  return new UserError('project.no-function', {
    what: `${packages.length === 1 ? 'The package' : 'None of the packages'} ${names} has ${packages.length === 1 ? 'no' : 'a'} binary that could become a function.`,
    fix: first
      ? `Other packages of the workspace have some (${elsewhere.map((one) => one.name).join(', ')}): add -p ${first.name}, or --workspace for all.`
      : 'Add src/main.rs with a handler, or make a function: crablet new my-function --http',
  });
}

/** Two functions of one name would write to one folder and answer to one name. */
function refuseTwins(chosen: readonly Chosen[]): void {
  for (const one of chosen) {
    const twin = chosen.find((other) => other !== one && other.target.name === one.target.name);
    if (!twin) continue;
    const packages = twin.owner === one.owner ? one.owner.name : `${one.owner.name} and ${twin.owner.name}`;
    throw new UserError('project.unknown-function', {
      what: `Two functions are called '${one.target.name}' (in ${packages}); a function needs a name of its own.`,
      fix:
        twin.owner === one.owner
          ? `Rename one of them in ${one.owner.manifest_path}.`
          : `Take one at a time, such as -p ${one.owner.name}, or rename one under [[bin]].`,
    });
  }
}
