import pc from 'picocolors';
import { type Drift, driftOf } from '../deploy/drift.js';
import type { Change } from '../deploy/step.js';
import { EXIT } from '../errors.js';
import { wantsColor } from './color.js';
import { type CliContext, note, print } from './context.js';
import { BuildFailed } from './deploy-artifacts.js';
import type { DeployOptions } from './deploy-options.js';
import { type Plans, preparePlans } from './deploy-plans.js';

/** What differs on AWS from the project; nothing is changed there. Exits with 7 when something does. */
export async function showDiff(
  name: string | undefined,
  options: DeployOptions,
  context: CliContext,
): Promise<void> {
  const plans = await prepared(name, options, context);
  if (!plans) return;
  plans.cloud.close();
  const found = plans.plans.map(({ desired, observed, steps, otherMaker }) => ({
    name: desired.name,
    otherMaker,
    drift: driftOf(observed, steps),
  }));
  const differs = found.some(({ drift }) => drift.steps.length > 0 || drift.onAws.length > 0);
  if (differs) context.exitCode = EXIT.check;
  if (options.output === 'json') {
    const functions = found.map(({ name: of, otherMaker, drift }) => ({
      function: of,
      ...(otherMaker !== null && { otherMaker }),
      since: drift.since,
      changedOnAws: drift.onAws,
      deploy: drift.steps.map(({ id, what, why, changes }) => ({ step: id, what, why, changes })),
    }));
    print(context, JSON.stringify({ schema: 'crablet.diff/1', differs, functions }));
    return;
  }
  for (const one of found) tell(one, context);
}

async function prepared(
  name: string | undefined,
  options: DeployOptions,
  context: CliContext,
): Promise<Plans | undefined> {
  try {
    return await preparePlans(name, options, context, () => {});
  } catch (error) {
    if (!(error instanceof BuildFailed)) throw error;
    context.exitCode = error.exitCode;
    return undefined;
  }
}

interface Found {
  readonly name: string;
  readonly otherMaker: string | null;
  readonly drift: Drift;
}

function tell({ name, otherMaker, drift: { onAws, since, steps } }: Found, context: CliContext): void {
  const { bold, dim } = pc.createColors(wantsColor(context, undefined));
  const same = onAws.length === 0 && steps.length === 0;
  print(context, same ? `${bold(name)}  as in the project` : bold(name));
  if (otherMaker !== null) note(context, `  ${otherMaker}.`);
  if (onAws.length > 0) print(context, `  changed on AWS since version ${since} was published`);
  for (const change of onAws) print(context, `    ${text(change)}`);
  if (steps.length > 0) print(context, '  a deploy would');
  for (const { what, why, changes } of steps) {
    print(context, `    ${what} ${dim(`(${why})`)}`);
    for (const change of changes) print(context, `      ${text(change)}`);
  }
}

function text({ name, before, after }: Change): string {
  if (before === null) return `+ ${name}: ${after ?? ''}`;
  if (after === null) return `- ${name}: ${before}`;
  return `~ ${name}: ${before} → ${after}`;
}
