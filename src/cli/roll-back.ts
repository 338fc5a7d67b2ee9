import type { AliasState, PublishedVersion } from '../deploy/rollout-cloud.js';
import { percent } from '../deploy/traffic.js';
import { rollbackTarget } from '../deploy/versions.js';
import { UserError } from '../errors.js';
import type { RollbackOptions } from './commands/rollback.js';
import { type CliContext, note, print } from './context.js';
import { type Deployed, notThere, type Reach, reach, theOnly } from './reach.js';

/** Leads the alias to another version: one call, guarded by the alias's revision. */
export async function rollBack(
  asked: string | undefined,
  options: RollbackOptions,
  context: CliContext,
): Promise<void> {
  if (asked !== undefined && !/^\d+$/.test(asked)) {
    throw new UserError('usage.arguments', {
      what: `'${asked}' is no version; versions are numbers.`,
      fix: `See which there are: crablet versions; for a function: crablet rollback --function ${asked}`,
    });
  }
  const there = await reach(options.function, options, context);
  try {
    const command = (name: string) => `crablet rollback ${asked ? `${asked} ` : ''}--function ${name}`;
    const one = theOnly(there.functions, command);
    const { versions, alias } = await read(there, one);
    const target = rollbackTarget(versions, alias, asked);
    const version = versionOf(target, one, alias);
    const moved = target.kind === 'version';
    if (moved) {
      const to = { version, weights: {} };
      await there.tell(
        `lead the alias ${alias.name} of '${one.name}' to version ${version}`,
        there.rollout.moveAlias(one.name, alias.name, to, alias.revision),
      );
    }
    report(
      { name: one.name, alias, version, moved, description: descriptionOf(versions, version) },
      options,
      context,
    );
  } finally {
    there.cloud.close();
  }
}

async function read({ rollout, tell }: Reach, one: Deployed) {
  const what = `look at the versions of '${one.name}'`;
  const both = Promise.all([rollout.versions(one.name), rollout.aliases(one.name)]);
  const [versions, aliases] = await tell(
    what,
    both.catch((error: { readonly problem?: string }) => {
      if (error.problem === 'missing') throw notThere(one.name);
      throw error;
    }),
  );
  const alias = aliases.find(({ name }) => name === one.alias);
  if (alias) return { versions, alias };
  throw new UserError('deploy.nothing-there', {
    what: `'${one.name}' has no alias ${one.alias}${aliases.length > 0 ? `; it has: ${aliases.map(({ name }) => name).join(', ')}` : ''}.`,
    fix: aliases[0]
      ? `Name it: crablet rollback --alias ${aliases[0].name}`
      : 'Deploy it first: crablet deploy',
  });
}

function versionOf(target: ReturnType<typeof rollbackTarget>, one: Deployed, alias: AliasState): string {
  switch (target.kind) {
    case 'version':
    case 'there-already':
      return target.version;
    case 'no-such-version':
      throw new UserError('deploy.nothing-there', {
        what: `'${one.name}' has no such version; it has: ${target.there.join(', ') || 'none'}.`,
        fix: 'Name one of them, or none for the one before.',
      });
    case 'none-before':
      throw new UserError('deploy.nothing-there', {
        what: `The alias ${alias.name} of '${one.name}' leads to version ${target.version}, and there is none before it.`,
        fix: 'Deploy the code that you want: crablet deploy',
      });
    default:
      return target satisfies never;
  }
}

interface RolledBack {
  readonly name: string;
  readonly alias: AliasState;
  readonly version: string;
  readonly moved: boolean;
  readonly description: string;
}

function report(
  { name, alias, version, moved, description }: RolledBack,
  { output }: RollbackOptions,
  context: CliContext,
) {
  if (output === 'json') {
    const from = { version: alias.version, weights: alias.weights };
    const result = {
      schema: 'crablet.rollback/1',
      function: name,
      alias: alias.name,
      from,
      to: version,
      moved,
    };
    return print(context, JSON.stringify(result));
  }
  const canary = Object.entries(alias.weights).map(([other, part]) => `${percent(part)} of them to ${other}`);
  const from = [`version ${alias.version}`, ...canary].join(', ');
  if (!moved) return note(context, `${name}: the alias ${alias.name} leads to version ${version} already.`);
  note(
    context,
    `${name}: the alias ${alias.name} leads to version ${version} (before: ${from}). ${description}`.trimEnd(),
  );
}

function descriptionOf(versions: readonly PublishedVersion[], version: string): string {
  return versions.find((one) => one.version === version)?.description ?? '';
}
