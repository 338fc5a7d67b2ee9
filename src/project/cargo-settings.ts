import { homedir } from 'node:os';
import { join } from 'node:path';
import { ancestors } from './ancestors.js';
import { readToml, table } from './local-manifests.js';

type Table = Readonly<Record<string, unknown>>;

/** Cargo's own configuration: every file that cargo would read in a folder, the strongest first (cargo reference, "configuration"). */
export async function readCargoSettings(cwd: string, env: NodeJS.ProcessEnv): Promise<readonly Table[]> {
  const folders = [...ancestors(cwd).map((folder) => join(folder, '.cargo')), cargoHome(env)];
  const found = await Promise.all(
    [...new Set(folders)].map(async (folder) => {
      // The name without an ending is the older one, and wins where both are there.
      return (await readToml(join(folder, 'config'))) ?? (await readToml(join(folder, 'config.toml')));
    }),
  );
  return found.filter((one) => one !== undefined);
}

export function cargoHome(env: NodeJS.ProcessEnv): string {
  return env['CARGO_HOME'] ?? join(env['HOME'] ?? homedir(), '.cargo');
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
