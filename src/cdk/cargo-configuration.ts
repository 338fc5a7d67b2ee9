import { join } from 'node:path';
import { parse } from 'smol-toml';
import { ancestors } from '../project/ancestors.js';
import { cargoHome } from '../project/cargo-settings.js';
import { readText } from './content-hash.js';

/** Tables that decide what comes out; where crates are downloaded from, and how cargo talks, does not. */
const COUNTS = new Set(['build', 'target', 'profile', 'env', 'unstable', 'patch', 'paths', 'host']);
const PLACES = new Set(['target-dir', 'jobs', 'build-dir', 'rustc-wrapper', 'incremental']);

/** What cargo's own configuration says for builds in a folder, the nearest first. */
export function cargoConfiguration(folder: string, env: NodeJS.ProcessEnv): unknown[] {
  const holders = [...ancestors(folder).map((one) => join(one, '.cargo')), cargoHome(env)];
  return [...new Set(holders)].flatMap((holder) => {
    const text = readText(join(holder, 'config')) ?? readText(join(holder, 'config.toml'));
    const counting = text === undefined ? undefined : countingPart(text);
    return counting === undefined || counting.length === 0 ? [] : [counting];
  });
}

function countingPart(text: string): unknown[] {
  try {
    return Object.entries(parse(text))
      .filter(([table]) => COUNTS.has(table))
      .map(([table, value]) => [table, table === 'build' ? withoutPlaces(value) : value]);
  } catch {
    // Cargo itself tells what is wrong with it.
    return [text];
  }
}

function withoutPlaces(build: unknown): unknown {
  if (typeof build !== 'object' || build === null) return build;
  return Object.entries(build).filter(([key]) => !PLACES.has(key));
}
