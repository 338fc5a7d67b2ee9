import { UserError } from '../errors.js';
import type { Section } from './keys.js';
import type { Layer } from './layer.js';
import type { Route, RunSettings } from './project.js';
import { resolveLayers } from './resolve.js';

/** Settings of which one run has one: two packages that want different values cannot both be served. */
const ONE_PER_RUN: Readonly<Partial<Record<Section, readonly string[]>>> = {
  watch: [
    'invoke_address',
    'invoke_port',
    'data_dir',
    'keep_alive',
    'ignore_changes',
    'only_lambda_apis',
    'shape_bandwidth',
    'print_traces',
    'wait',
    'tls_cert',
    'tls_key',
    'tls_ca',
  ],
};

/** The settings of the whole run, from all packages that take part, and the routes of all of them. */
export function resolveRun(
  below: readonly Layer[],
  packages: readonly (readonly Layer[])[],
  above: readonly Layer[],
  admerge: boolean,
): { readonly settings: RunSettings; readonly router: readonly Route[] } {
  if (packages.length > 1) refuseConflicts(packages, above);
  const { build, watch, deploy, origins } = resolveLayers([...below, ...packages.flat(), ...above], admerge);
  return { settings: { build, watch, deploy, origins }, router: routesOf(below, packages, above, admerge) };
}

/** Each package's routes lead to its own functions, so they stand side by side; they replace the workspace's. */
function routesOf(
  below: readonly Layer[],
  packages: readonly (readonly Layer[])[],
  above: readonly Layer[],
  admerge: boolean,
): readonly Route[] {
  const routes = (layers: readonly Layer[]) => resolveLayers(layers, admerge).watch.router;
  const own = packages.flatMap((layers) => routes(layers) ?? []);
  const given = routes(above);
  if (admerge) return [...(routes(below) ?? []), ...own, ...(given ?? [])];
  return given ?? (own.length > 0 ? own : (routes(below) ?? []));
}

function refuseConflicts(packages: readonly (readonly Layer[])[], above: readonly Layer[]): void {
  for (const [section, keys] of Object.entries(ONE_PER_RUN) as [Section, readonly string[]][]) {
    for (const key of keys) {
      if (above.some((layer) => layer.sections[section].values[key] !== undefined)) continue;
      const found = packages.flat().filter((layer) => layer.sections[section].values[key] !== undefined);
      const [first] = found;
      const other = found.find(
        (layer) => layer.sections[section].values[key] !== first?.sections[section].values[key],
      );
      if (first && other) throw conflict(section, key, first, other);
    }
  }
}

function conflict(section: Section, key: string, a: Layer, b: Layer): UserError {
  const show = (layer: Layer) =>
    `${JSON.stringify(layer.sections[section].values[key])} in ${layer.sections[section].origins[key]?.place}`;
  return new UserError('project.configuration', {
    what: `'${key}' is ${show(a)} and ${show(b)}, but one run has only one.`,
    fix: `Move it to [workspace.metadata.lambda.${section}], or run one package at a time with -p.`,
  });
}
