import { join } from 'node:path';
import { parse } from 'smol-toml';
import { ancestors } from '../project/ancestors.js';
import { cargoHome, includedIn } from '../project/cargo-settings.js';
import { readText } from './content-hash.js';

/** Tables that decide what comes out; where crates are downloaded from, and how cargo talks, does not. */
const COUNTS = new Set(['build', 'target', 'profile', 'env', 'unstable', 'patch', 'paths', 'host']);
const PLACES = new Set(['target-dir', 'jobs', 'build-dir', 'rustc-wrapper', 'incremental']);

/** What cargo's own configuration says for builds in a folder, the nearest first. */
export function cargoConfiguration(folder: string, env: NodeJS.ProcessEnv): unknown[] {
  const holders = [...ancestors(folder).map((one) => join(one, '.cargo')), cargoHome(env)];
  return [...new Set(holders)].flatMap((holder) => {
    const older = countingIn(join(holder, 'config'));
    return older ?? countingIn(join(holder, 'config.toml')) ?? [];
  });
}

/** What counts of a file, and of those that it includes; undefined when it is not there. */
function countingIn(path: string, above: readonly string[] = []): unknown[] | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    const settings = parse(text);
    const own = Object.entries(settings)
      .filter(([table]) => COUNTS.has(table))
      .map(([table, value]) => [table, table === 'build' ? withoutPlaces(value) : value]);
    const included = includedIn(settings, path).filter((one) => one !== path && !above.includes(one));
    return [
      ...(own.length > 0 ? [own] : []),
      ...included.flatMap((one) => countingIn(one, [...above, path]) ?? []),
    ];
  } catch {
    // Cargo itself tells what is wrong with it.
    return [[text]];
  }
}

function withoutPlaces(build: unknown): unknown {
  if (typeof build !== 'object' || build === null) return build;
  return Object.entries(build).filter(([key]) => !PLACES.has(key));
}
