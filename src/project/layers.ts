import { dirname, relative } from 'node:path';
import { UserError } from '../errors.js';
import type { CargoMetadata, CargoPackage } from './cargo-metadata.js';
import { SECTIONS, type Section } from './keys.js';
import { type Found, type Layer, NOTHING, type Place, readLayer, within } from './layer.js';
import { table } from './local-manifests.js';
import { nearest } from './nearest.js';
import type { LoadOptions, Origin, Source } from './project.js';

/** `[package.metadata.lambda]`, and over it `.bin.<name>`, which extends it. */
export function packageLayers(owner: CargoPackage, cwd: string, bin?: string): Layer[] {
  return manifestLayers(owner.metadata, owner.manifest_path, cwd, 'package', bin);
}

/** `[workspace.metadata.lambda]`, and over it `.bin.<name>`. */
export function workspaceLayers(
  { metadata, workspace_root }: CargoMetadata,
  cwd: string,
  bin?: string,
): Layer[] {
  return manifestLayers(metadata, `${workspace_root}/Cargo.toml`, cwd, 'workspace', bin);
}

function manifestLayers(
  metadata: unknown,
  manifest: string,
  cwd: string,
  source: 'package' | 'workspace',
  bin: string | undefined,
): Layer[] {
  const lambda = table(metadata)['lambda'];
  if (lambda === undefined) return [];
  const place: Place = {
    source,
    file: relative(cwd, manifest),
    directory: dirname(manifest),
    table: `${source}.metadata.lambda`,
  };
  const layers = [readLayer(lambda, place, ['bin'])];
  const bins = table(table(lambda)['bin']);
  if (bin !== undefined && Object.hasOwn(bins, bin)) {
    layers.push(
      readLayer(bins[bin], {
        ...within(within(place, 'bin'), bin),
        source: `${source}.bin` satisfies Source,
      }),
    );
  }
  return layers;
}

/** A table for a binary that does not exist is a misspelt one; it is looked for in every package, chosen or not. */
export function checkBinNames(metadata: CargoMetadata, cwd: string): void {
  const targetsOf = (one: CargoPackage) => one.targets.map(({ name }) => name);
  const holders = [
    ...metadata.packages.map((one) => ({
      metadata: one.metadata,
      place: `${relative(cwd, one.manifest_path)} [package.metadata.lambda.bin]`,
      names: targetsOf(one),
    })),
    {
      metadata: metadata.metadata,
      place: `${relative(cwd, `${metadata.workspace_root}/Cargo.toml`)} [workspace.metadata.lambda.bin]`,
      names: metadata.packages.flatMap(targetsOf),
    },
  ];
  for (const holder of holders) {
    const bins = Object.keys(table(table(table(holder.metadata)['lambda'])['bin']));
    const wrong = bins.find((bin) => !holder.names.includes(bin));
    if (wrong === undefined) continue;
    const close = nearest(wrong, holder.names);
    throw new UserError('project.configuration', {
      what: `${holder.place}: there is no binary '${wrong}'; there are: ${[...new Set(holder.names)].sort().join(', ')}.`,
      fix: close
        ? `Write '${close}' in place of '${wrong}'.`
        : `Take [….bin.${wrong}] out, or name a binary that exists.`,
    });
  }
}

/** Flags come typed from the command line; only their origin is added. */
export function flagLayer(flags: NonNullable<LoadOptions['flags']>, cwd: string): Layer {
  const section = (name: Section): Found => {
    const given = Object.entries(flags[name] ?? {}).filter(([, value]) => value !== undefined);
    const origin = (key: string): Origin => ({
      source: 'flag',
      place: `--${key.replaceAll('_', '-')}`,
      directory: cwd,
    });
    return {
      values: Object.fromEntries(given),
      origins: Object.fromEntries(given.map(([key]) => [key, origin(key)])),
    };
  };
  const sections = Object.fromEntries(
    (Object.keys(SECTIONS) as Section[]).map((name) => [name, section(name)]),
  );
  return { source: 'flag', directory: cwd, env: NOTHING, sections: sections as Record<Section, Found> };
}
