import { applySteps } from '../deploy/apply.js';
import { bounded } from '../deploy/bounded.js';
import type { Applied } from '../deploy/events.js';
import type { TrafficEvent } from '../deploy/traffic.js';
import { EXIT, UserError } from '../errors.js';
import { wantsColor } from './color.js';
import { type CliContext, canPrompt, note } from './context.js';
import { BuildFailed } from './deploy-artifacts.js';
import type { DeployOptions } from './deploy-options.js';
import { AT_ONCE, type FunctionPlan, type Plans, preparePlans } from './deploy-plans.js';
import { pruneVersions, type Traffic, trafficFor } from './deploy-traffic.js';
import { printPolicy } from './print-policy.js';
import { terminalPrompts } from './prompts.js';
import { type DeployOutput, DeployReport } from './report/deploy.js';
import { wallPace } from './wall-pace.js';

/** One function: its plan, and what came of it; nothing came of it when there was nothing to do. */
export interface Outcome {
  readonly plan: FunctionPlan;
  readonly applied: Applied;
  /** How the smoke test and the canary went, in order. */
  readonly traffic: readonly TrafficEvent[];
}

/** Builds, shows the plan, asks, carries it out, and tells what is where. */
export async function deployProject(
  name: string | undefined,
  options: DeployOptions,
  context: CliContext,
): Promise<void> {
  if (options.printPolicy) return printPolicy(name, options, context);
  const report = new DeployReport(context, outputOf(options), wantsColor(context, options.color));
  try {
    await deployed(name, options, context, report);
  } catch (error) {
    report.failed(error);
    // The compiler has told what is wrong.
    if (!(error instanceof BuildFailed)) throw error;
    context.exitCode = error.exitCode;
  }
}

async function deployed(
  name: string | undefined,
  options: DeployOptions,
  context: CliContext,
  report: DeployReport,
): Promise<void> {
  const plans = await preparePlans(name, options, context, report.event);
  try {
    const chosen = options.changed ? changedOnly(plans) : plans;
    const isAsked = canPrompt(context) && !options.yes && !options.dryRun;
    report.plan(chosen, isAsked);
    const told: TrafficEvent[] = [];
    const traffic = await Promise.all(
      chosen.plans.map(({ settings }) =>
        trafficFor(settings, plans.cloud, context, (event) => told.push(event)),
      ),
    );
    if (options.dryRun) return report.dryRun(chosen);
    const foreign = chosen.plans.filter(({ otherMaker }) => otherMaker !== null);
    if (foreign.length > 0 && !options.adopt) await askToAdopt(foreign, options, context);
    if (isAsked && !(await mayGoOn(chosen, context))) return declined(context, report);
    const outcomes = await bounded(chosen.plans, AT_ONCE, async (plan): Promise<Outcome> => {
      const applied = await carryOut(plan, traffic[chosen.plans.indexOf(plan)], plans, context, report);
      return { plan, applied, traffic: told.filter((event) => event.function === plan.desired.name) };
    });
    report.outcomes(chosen, outcomes);
    context.exitCode = exitCodeOf(outcomes, context);
  } finally {
    plans.cloud.close();
  }
}

function declined(context: CliContext, report: DeployReport): void {
  note(context, 'Nothing was changed.');
  report.declined();
  context.exitCode = EXIT.general;
}

/** Cargo Lambda's flag, as scripts have it: its value is of another command's here. */
function outputOf({ output, outputFormat }: DeployOptions): DeployOutput {
  return (outputFormat as string | undefined) === 'json' ? 'cargo-lambda' : output;
}

function changedOnly(plans: Plans): Plans {
  return { ...plans, plans: plans.plans.filter(({ steps }) => steps.length > 0) };
}

/** Somebody else's function is taken over only by a person's word, or a flag that says just that. */
async function askToAdopt(
  foreign: readonly FunctionPlan[],
  { yes }: DeployOptions,
  context: CliContext,
): Promise<void> {
  for (const { desired, otherMaker } of foreign) {
    const what = `What there is of '${desired.name}' already was not made by this project. ${otherMaker}.`;
    const canAsk = canPrompt(context) && !yes;
    if (canAsk) {
      note(context, what);
      note(context, 'Taken over, it gets the settings of this project, and the role that they name or need.');
      const prompts = await terminalPrompts(context);
      if (await prompts.confirm(`Take '${desired.name}' over?`, false)) continue;
    }
    throw new UserError('deploy.not-ours', {
      what,
      fix: 'Deploy under another name (crablet deploy NAME), name the role that it is to have (--role ARN), or take over what is there: --adopt (see the plan first: --adopt --dry-run)',
    });
  }
}

async function mayGoOn({ plans }: Plans, context: CliContext): Promise<boolean> {
  const steps = plans.flatMap((one) => one.steps);
  if (steps.length === 0) return true;
  const removes = steps.some((one) => one.removes);
  const prompts = await terminalPrompts(context);
  return prompts.confirm(removes ? 'Do this, and take away what it says?' : 'Do this?', !removes);
}

async function carryOut(
  plan: FunctionPlan,
  traffic: Traffic,
  { cloud, explained }: Plans,
  context: CliContext,
  report: DeployReport,
): Promise<Applied> {
  const { desired, observed, steps } = plan;
  const applied = await applySteps({
    cloud,
    desired,
    observed,
    steps,
    pace: context.pace ?? wallPace,
    signal: context.interrupted,
    onEvent: report.event,
    traffic,
  });
  if (applied.kind === 'done') await prune(plan, { cloud, explained }, context);
  const [failed] = applied.left;
  const error = applied.error && explained(applied.error, failed?.what ?? 'deploy');
  return { ...applied, error };
}

/** Old versions are no reason for a deploy that is done to fail. */
async function prune(
  { settings, steps }: FunctionPlan,
  { cloud, explained }: Pick<Plans, 'cloud' | 'explained'>,
  context: CliContext,
): Promise<void> {
  // A deploy that has nothing to do writes nothing.
  if (steps.length === 0) return;
  try {
    const gone = await pruneVersions(settings, cloud);
    if (gone.length > 0) note(context, `  ${settings.functionName}: deleted old versions ${gone.join(', ')}`);
  } catch (error) {
    const told = explained(error, `delete old versions of '${settings.functionName}'`);
    if (!(told instanceof UserError)) throw error;
    note(context, `${told.message} (the deploy itself is done)`);
  }
}

function exitCodeOf(outcomes: readonly Outcome[], { interrupted }: CliContext): number {
  const failed = outcomes.filter(({ applied }) => applied.kind === 'failed');
  const [first] = failed;
  if (interrupted.aborted) return EXIT.interrupted;
  if (!first) return EXIT.ok;
  const { error } = first.applied;
  // What is no person's mistake is a bug, and shows its stack.
  if (!(error instanceof UserError)) throw error;
  return outcomes.length > 1 ? EXIT.aws : error.exitCode;
}
