import { Linux } from '../local/isolation/linux.js';
import type { CpuName, IsolationName } from '../local/isolation/strength.js';
import { BENCH_SCHEMA, type Bench, type LoadResult, type Variant } from './bench-file.js';
import { runLoad } from './load.js';
import { load as systemLoad, thisMachine } from './machine.js';
import { measure, type Progress } from './measure.js';
import { modelledMs } from './model.js';
import type { Amounts } from './plan.js';
import type { Measured } from './samples.js';
import { Stage } from './stage.js';
import { quantile, sortedCopy } from './statistics.js';
import type { Subject } from './subject.js';

export interface LocalRun {
  readonly subjects: readonly Subject[];
  /** A program that does nothing, measured beside them. */
  readonly floor: Subject | undefined;
  readonly amounts: Amounts;
  readonly isolation: IsolationName;
  readonly cpu: CpuName;
  /** An open-loop load on the first subject, afterwards. */
  readonly load?: { readonly rate: number; readonly seconds: number } | undefined;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress | { readonly phase: 'load' }) => void;
}

/** Whether this machine can hold a function to the processor share of its memory. */
export async function canShareCpu(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  return (await Linux.probe()).cpu;
}

/** Measures the subjects in one local Lambda, by turns. */
export async function runLocal(request: LocalRun): Promise<Bench> {
  const { subjects, floor, amounts, isolation, signal } = request;
  const all = floor ? [...subjects, floor] : subjects;
  const enforced = request.cpu === 'aws' && isolation !== 'portable' && (await canShareCpu());
  const loadBefore = systemLoad();
  const stage = await Stage.open({ subjects: all, isolation, cpu: enforced ? 'aws' : 'full', signal });
  try {
    const measured = await measure(stage, all.length, amounts, request);
    const asked = request.load;
    let load: LoadResult | undefined;
    if (asked) {
      request.onProgress({ phase: 'load' });
      load = {
        ...(await runLoad(stage.target(0), subjects[0]!.payload, { ...asked, signal })),
        environments: stage.environments(0),
      };
    }
    return {
      schema: BENCH_SCHEMA,
      version: request.version,
      date: new Date().toISOString(),
      where: 'local',
      method: {
        cold: amounts.cold,
        warm: amounts.warm,
        warmUp: amounts.warmUp,
        seed: amounts.seed,
        cpu: request.cpu === 'full' ? 'full' : enforced ? 'enforced' : 'modelled',
        isolation: stage.isolation ?? 'none',
        notes: NOTES,
      },
      machine: thisMachine(loadBefore),
      architecture: process.arch === 'x64' ? 'x86_64' : process.arch,
      variants: subjects.map((subject, at) =>
        variantOf(subject, measured[at]!, request.cpu === 'aws' && !enforced),
      ),
      ...(floor && { floor: measured.at(-1)!.samples }),
      ...(load && { load }),
    };
  } finally {
    await stage.close();
  }
}

const NOTES = [
  'local, no AWS: no micro virtual machine, no network, another processor; a proxy for comparing, not a forecast',
  'variants by turns in random order; every sample is kept, medians and percentiles are exact',
  'intervals of 95 % from order statistics; files are in the page cache',
  'durations as REPORT tells them, from the event to the whole answer; the floor is shown and nothing is subtracted',
];

function variantOf(
  subject: Subject,
  { samples, failures, unexpectedColds }: Measured,
  model: boolean,
): Variant {
  const { label, functionName, memoryMb, payload, program } = subject;
  return {
    label,
    functionName,
    memoryMb,
    payloadBytes: payload.length,
    program,
    samples: model ? withModel(samples, memoryMb) : samples,
    failures,
    unexpectedColds: unexpectedColds.count,
  };
}

/** Durations with the processor share that could not be enforced; init has a whole processor on AWS, too. */
function withModel(samples: Measured['samples'], memoryMb: number): Measured['samples'] {
  if (samples.cpuMs.length === 0) return samples;
  const cpuMs = quantile(sortedCopy(samples.cpuMs), 0.5);
  const warmMs = samples.warmMs.map((wall) => modelledMs(wall, cpuMs, memoryMb));
  return { ...samples, warmMs, billedMs: warmMs.map((ms) => Math.max(1, Math.ceil(ms))) };
}
