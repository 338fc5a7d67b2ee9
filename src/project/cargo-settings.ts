import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { ancestors } from './ancestors.js';
import { readToml, table } from './local-manifests.js';

type Table = Readonly<Record<string, unknown>>;

/** One file of cargo's configuration; without settings when it is not there. */
export interface SettingsFile {
  readonly path: string;
  readonly settings: Table;
}

/** Cargo's own configuration: every file that cargo would read in a folder, the strongest first (cargo reference, "configuration"). */
export async function cargoSettingsFiles(cwd: string, env: NodeJS.ProcessEnv): Promise<SettingsFile[]> {
  const folders = [...ancestors(cwd).map((folder) => join(folder, '.cargo')), cargoHome(env)];
  const found = await Promise.all(
    [...new Set(folders)].map(async (folder) => {
      // The name without an ending is the older one, and wins where both are there.
      const older = await settingsFiles(join(folder, 'config'));
      return older.length > 0 ? older : settingsFiles(join(folder, 'config.toml'));
    }),
  );
  return found.flat();
}

export async function readCargoSettings(cwd: string, env: NodeJS.ProcessEnv): Promise<readonly Table[]> {
  return (await cargoSettingsFiles(cwd, env)).map(({ settings }) => settings);
}

/** A file and those that it includes, the strongest first; none when it is not there. */
export async function settingsFiles(path: string, above: readonly string[] = []): Promise<SettingsFile[]> {
  const settings = await readToml(path);
  if (!settings) return [];
  const included = await Promise.all(
    includedIn(settings, path)
      // A circle is cargo's to report.
      .filter((one) => one !== path && !above.includes(one))
      .map(async (one) => {
        const files = await settingsFiles(one, [...above, path]);
        return files.length > 0 ? files : [{ path: one, settings: {} }];
      }),
  );
  return [{ path, settings }, ...included.reverse().flat()];
}

/** `include`, a path or a list of paths or of tables with one; a later one is stronger (cargo reference, "configuration: include"). */
export function includedIn(settings: Table, path: string): string[] {
  const written = settings['include'];
  return (Array.isArray(written) ? written : [written]).flatMap((one) => {
    const name = typeof one === 'string' ? one : table(one)['path'];
    return typeof name === 'string' ? [resolve(dirname(path), name)] : [];
  });
}

export function cargoHome(env: NodeJS.ProcessEnv): string {
  // Set to nothing it is not set, as for cargo.
  return env['CARGO_HOME'] || join(env['HOME'] ?? homedir(), '.cargo');
}

/** `--config` takes TOML, or the path of a file of it; what cannot be read is cargo's to report. The strongest is last. */
export async function readConfigFlag(flag: string, cwd: string): Promise<Table[]> {
  try {
    if (flag.includes('=')) return [parse(flag)];
    return (await settingsFiles(resolve(cwd, flag))).map(({ settings }) => settings).reverse();
  } catch {
    return [];
  }
}

/**
 * What cargo builds for where no `--target` says it: of `--config` (the last wins), `CARGO_BUILD_TARGET` and its files the
 * strongest (cargo reference, "build.target"). Cargo takes several, and builds for each.
 */
export function targetsIn(
  settings: readonly Table[],
  configFlags: readonly Table[],
  env: NodeJS.ProcessEnv,
): readonly string[] {
  const byFlag = [...configFlags].reverse().map(targetsOf);
  const sources = [...byFlag, [env['CARGO_BUILD_TARGET'] ?? ''], ...settings.map(targetsOf)];
  const named = sources.map((one) => one.filter((triple) => triple !== ''));
  return named.find((one) => one.length > 0) ?? [];
}

function targetsOf(toml: Table): string[] {
  const { target } = table(toml['build']);
  return [target].flat().filter((one) => typeof one === 'string');
}

/** The triples for which a linker is named. */
export function linkersIn(settings: readonly Table[], env: NodeJS.ProcessEnv): string[] {
  const named = settings.flatMap((one) =>
    Object.entries(table(one['target'])).flatMap(([triple, value]) =>
      typeof table(value)['linker'] === 'string' ? [triple] : [],
    ),
  );
  const byVariable = Object.keys(env).flatMap((name) => {
    const spelt = /^CARGO_TARGET_(.+)_LINKER$/.exec(name)?.[1];
    return spelt === undefined
      ? []
      : [spelt.toLowerCase().replace('x86_64', 'x86-64').replaceAll('_', '-').replace('x86-64', 'x86_64')];
  });
  return [...new Set([...named, ...byVariable])];
}
