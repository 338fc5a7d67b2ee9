import pc from 'picocolors';
import type { AliasState, PublishedVersion } from '../deploy/rollout-cloud.js';
import { percent } from '../deploy/traffic.js';
import { versionFacts } from '../deploy/version-description.js';
import { wantsColor } from './color.js';
import { type CliContext, note, print } from './context.js';
import { type Deployed, notThere, type Reach, type ReachOptions, reach } from './reach.js';
import { sizeText } from './report/size-text.js';

interface Found {
  readonly name: string;
  readonly versions: readonly PublishedVersion[];
  readonly aliases: readonly AliasState[];
}

export async function showVersions(
  name: string | undefined,
  options: ReachOptions,
  context: CliContext,
): Promise<void> {
  const there = await reach(name, options, context);
  try {
    const found = await Promise.all(there.functions.map((one) => read(there, one)));
    const deployed = found.filter((one) => one !== undefined);
    const [first] = there.functions;
    if (deployed.length === 0 && first) throw notThere(first.name);
    if (options.output === 'json') return print(context, JSON.stringify(asJson(deployed)));
    for (const [index, one] of there.functions.entries()) {
      if (!found[index]) note(context, `${one.name}: is not on AWS yet`);
    }
    for (const one of deployed) table(one, context);
  } finally {
    there.cloud.close();
  }
}

async function read({ rollout, tell }: Reach, { name }: Deployed): Promise<Found | undefined> {
  const what = `list the versions of '${name}'`;
  return tell(
    what,
    Promise.all([rollout.versions(name), rollout.aliases(name)]).then(
      ([versions, aliases]) => ({ name, versions, aliases }),
      (error: { readonly problem?: string }) => {
        if (error.problem === 'missing') return undefined;
        throw error;
      },
    ),
  );
}

/** Which part of an alias's calls a version gets, by alias. */
function trafficOf(version: string, aliases: readonly AliasState[]): string[] {
  return aliases.flatMap((alias) => {
    const others = Object.values(alias.weights).reduce((sum, weight) => sum + weight, 0);
    const part = alias.version === version ? 1 - others : alias.weights[version];
    return part === undefined ? [] : [part === 1 ? alias.name : `${alias.name} ${percent(part)}`];
  });
}

function table({ name, versions, aliases }: Found, context: CliContext): void {
  const color = pc.createColors(wantsColor(context, undefined));
  print(context, color.bold(name));
  const rows = [...versions]
    .reverse()
    .map((one) => [
      one.version,
      one.published.replace('T', ' ').slice(0, 16),
      trafficOf(one.version, aliases).join(', '),
      sizeText(one.codeBytes),
      one.description,
    ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    print(context, `  ${cells.join('  ')}`.trimEnd());
  }
  if (rows.length === 0) print(context, '  no version is published');
}

function asJson(found: readonly Found[]) {
  const functions = found.map(({ name, versions, aliases }) => ({
    function: name,
    aliases: aliases.map(({ name: alias, version, weights }) => ({ name: alias, version, weights })),
    versions: versions.map((one) => {
      const facts = versionFacts(one.description);
      return {
        ...one,
        traffic: trafficOf(one.version, aliases),
        commit: facts?.commit,
        inputs: facts?.inputs,
      };
    }),
  }));
  return { schema: 'crablet.versions/1', functions };
}
