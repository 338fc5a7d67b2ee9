import type { Step } from '../../deploy/step.js';
import { UserError } from '../../errors.js';
import { BuildFailed } from '../deploy-artifacts.js';
import type { FunctionPlan } from '../deploy-plans.js';
import type { Outcome } from '../deploy-project.js';
import { Cancelled } from '../prompts.js';

const stepJson = ({ id, what, why, changes, removes }: Step) => ({ id, what, why, removes, changes });

/** What would be done; the calls themselves, with all their values, are left out: secrets would be among them. */
export function planJson({ desired, steps, otherMaker }: FunctionPlan) {
  return { function: desired.name, kind: desired.kind, otherMaker, steps: steps.map(stepJson) };
}

export function outcomeJson({ plan, applied, traffic }: Outcome) {
  const { desired } = plan;
  const error = applied.error instanceof UserError ? applied.error : undefined;
  return {
    function: desired.name,
    kind: desired.kind,
    status: applied.kind,
    changed: applied.done.length > 0,
    arn: applied.arn,
    alias: desired.kind === 'function' ? desired.alias : null,
    version: applied.version,
    url: applied.url,
    steps: applied.done.map(({ step, ms }) => ({ ...stepJson(step), ms: Math.round(ms) })),
    left: applied.left.map(stepJson),
    // The function is the one above.
    ...(traffic.length > 0 && { traffic: traffic.map(({ function: _, ...event }) => event) }),
    ...(error && { error: { code: error.code, message: error.message, fix: error.fix } }),
  };
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly fix: string | null;
}

/** Why there is nothing to tell of functions: whoever reads the result finds it in the same place in any case. */
export function failureJson({ code, message, fix }: Failure) {
  return { schema: 'crablet.deploy/1', account: null, functions: [], error: { code, message, fix } };
}

/** By the codes of docs/errors.md, and three for what is no error of those. */
export function failureOf(error: unknown, isInterrupted: boolean): Failure {
  if (error instanceof UserError) return error;
  if (error instanceof BuildFailed && !isInterrupted) {
    return { code: 'build.failed', message: error.message, fix: 'Mend what the compiler names on stderr.' };
  }
  if (isInterrupted || error instanceof Cancelled) return INTERRUPTED;
  return { code: 'bug', message: error instanceof Error ? error.message : String(error), fix: null };
}

export const DECLINED: Failure = { code: 'declined', message: 'Nothing was changed.', fix: null };
const INTERRUPTED: Failure = { code: 'interrupted', message: 'Nothing was changed.', fix: null };

/** As Cargo Lambda's `deploy --output-format json` has it (cargo-lambda-deploy/src/lib.rs), for one function. */
export function cargoLambdaJson({ plan, applied }: Outcome) {
  const { desired, artifact } = plan;
  const modified = new Date(artifact.modifiedMs).toISOString();
  if (desired.kind === 'layer') return { extension_arn: applied.arn, binary_modified_at: modified };
  return {
    function_arn: desired.arn,
    function_url: applied.url,
    binary_modified_at: modified,
    version: applied.version,
    alias: desired.alias,
  };
}
