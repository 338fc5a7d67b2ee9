import { UserError } from '../errors.js';
import { BENCH_SCHEMA, type Bench, type LoadResult } from './bench-file.js';
import type { Deployed, DeployedFacts } from './deployed.js';
import { runLoad } from './load.js';
import type { Progress } from './measure.js';
import type { Outcome } from './outcome.js';
import type { Amounts } from './plan.js';
import { type Measured, nothingMeasured, takeCold, takeFailure, takeWarm } from './samples.js';
import { writable } from './tune-remote.js';

/** The variable that is changed for new environments; it is gone afterwards. */
const COLD_VARIABLE = 'CRABLET_BENCH_COLD_START';

export interface RemoteRun {
  readonly deployed: Deployed;
  readonly qualifier: string | undefined;
  readonly payload: Buffer;
  readonly amounts: Amounts;
  /** New environments are made by changing $LATEST. */
  readonly forceCold: boolean;
  readonly load?: { readonly rate: number; readonly seconds: number } | undefined;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress | { readonly phase: 'load' }) => void;
}

/** Measures a deployed function by the REPORT lines of its invocations. */
export async function runRemote(request: RemoteRun): Promise<Bench> {
  const { deployed, qualifier, payload, amounts, signal } = request;
  const facts = await deployed.facts(qualifier);
  const target = deployed.target(qualifier);
  const measured = nothingMeasured();
  if (request.forceCold) await forceCold(request, facts, measured);
  for (let at = 0; at < amounts.warmUp + amounts.warm; at += 1) {
    signal.throwIfAborted();
    const counts = at >= amounts.warmUp;
    request.onProgress({
      done: at,
      of: amounts.warmUp + amounts.warm,
      phase: counts ? 'warm invocations' : 'warm-up',
    });
    take(measured, await target.invoke(payload), counts);
  }
  let load: LoadResult | undefined;
  if (request.load) {
    request.onProgress({ phase: 'load' });
    const result = await runLoad(target, payload, { ...request.load, signal });
    load = { ...result, environments: result.coldStarts };
  }
  return benchOf(request, facts, measured, load);
}

/** A cold start that just happened is one, and welcome. */
function take(measured: Measured, outcome: Outcome, counts: boolean): void {
  if (outcome.kind === 'failed') takeFailure(measured, outcome.what);
  else if (outcome.report.initMs !== undefined) takeCold(measured, outcome);
  else if (counts) {
    takeWarm(measured, outcome);
    if (outcome.report.maxMemoryMb !== undefined) measured.samples.memoryMb.push(outcome.report.maxMemoryMb);
  }
}

async function forceCold(
  { deployed, payload, amounts, signal, onProgress }: RemoteRun,
  facts: DeployedFacts,
  measured: Measured,
): Promise<void> {
  const environment = writable(facts);
  const target = deployed.target();
  let changed = false;
  try {
    for (let at = 0; at < amounts.cold; at += 1) {
      signal.throwIfAborted();
      onProgress({ done: at, of: amounts.cold, phase: 'cold starts' });
      changed = true;
      await deployed.configure({ environment: { ...environment, [COLD_VARIABLE]: String(at + 1) } });
      takeCold(measured, await target.invoke(payload));
    }
  } finally {
    if (changed) {
      onProgress({ done: 0, of: 0, phase: 'putting it back' });
      await deployed.configure({ environment }).catch((cause: Error) => {
        throw new UserError('aws.refused', {
          what: `${COLD_VARIABLE} is still among the variables of '${facts.functionName}': ${cause.message}`,
          fix: 'Take it out: crablet deploy, or aws lambda update-function-configuration --environment',
          cause,
        });
      });
    }
  }
}

function benchOf(
  { amounts, version, qualifier, forceCold, payload }: RemoteRun,
  facts: DeployedFacts,
  { samples, failures, unexpectedColds }: Measured,
  load: LoadResult | undefined,
): Bench {
  const { functionName, memoryMb, codeSha256, codeBytes, architecture, region, runtime, endpoint } = facts;
  return {
    schema: BENCH_SCHEMA,
    version,
    date: new Date().toISOString(),
    where: 'remote',
    method: {
      cold: forceCold ? amounts.cold : 0,
      warm: amounts.warm,
      warmUp: amounts.warmUp,
      seed: amounts.seed,
      cpu: 'aws',
      isolation: endpoint ?? 'AWS',
      notes: [
        'init, duration, billed duration and memory are those of the REPORT lines',
        forceCold
          ? 'cold starts were forced by changing a variable of $LATEST'
          : 'cold starts as they came; --force-cold-starts makes more',
        "what a caller waits for has this machine's network in it",
      ],
    },
    region,
    ...(endpoint !== undefined && { endpoint }),
    architecture,
    variants: [
      {
        label: qualifier === undefined ? functionName : `${functionName}:${qualifier}`,
        functionName,
        memoryMb,
        payloadBytes: payload.length,
        program: { sha256: codeSha256, bytes: codeBytes, origin: `deployed, ${runtime}` },
        samples,
        failures,
        unexpectedColds: unexpectedColds.count,
      },
    ],
    ...(load && { load }),
  };
}
