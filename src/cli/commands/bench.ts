import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Bench } from '../../bench/bench-file.js';
import { compare, regressions } from '../../bench/compare.js';
import type { Subject } from '../../bench/subject.js';
import { EXIT, UserError } from '../../errors.js';
import { CPU_NAMES, type CpuName } from '../../local/isolation/strength.js';
import { VERSION } from '../../version.js';
import { readBench, refuseNothing, refuseUnwritable, writeAsked } from '../bench-input.js';
import {
  durationSeconds,
  type LocalFlags,
  localOptions,
  type PayloadOptions,
  payloadOptions,
  positive,
  type RemoteFlags,
  remoteOptions,
  wholeNumber,
} from '../bench-options.js';
import { prepareSubjects } from '../bench-subjects.js';
import { collect } from '../cargo-options.js';
import { examples } from '../command.js';
import { type CliContext, note, print } from '../context.js';
import { ProgressLine, PUT_BACK } from '../progress-line.js';
import { reportBench } from '../report/bench.js';

export interface BenchCommandOptions extends PayloadOptions, RemoteFlags, LocalFlags {
  readonly memory?: number;
  readonly cold: number;
  readonly warm: number;
  readonly warmUp: number;
  readonly rate?: number;
  readonly duration: number;
  readonly cpu: CpuName;
  readonly seed: number;
  readonly floor: boolean;
  readonly compare?: string[];
  readonly threshold: number;
  readonly save?: string;
  readonly report?: string;
  readonly output: 'text' | 'json';
  readonly forceColdStarts?: true;
  readonly yes?: true;
}

export function define(command: Command, context: CliContext): void {
  command.argument('[function]', 'a function of the project, or the path of a bootstrap or its folder');
  const options = [
    new Option('--memory <MB>', "memory size (default: the function's)").argParser(wholeNumber(128, 10_240)),
    new Option('--cold <n>', 'cold starts').argParser(wholeNumber(0)).default(30),
    new Option('--warm <n>', 'warm invocations').argParser(wholeNumber(0)).default(1000),
    new Option('--warm-up <n>', 'warm invocations before those, which do not count')
      .argParser(wholeNumber(0))
      .default(20),
    new Option(
      '--rate <per second>',
      'afterwards, invoke at this rate, whether answers come or not',
    ).argParser(positive),
    new Option('--duration <time>', 'for so long').argParser(durationSeconds).default(10, '10s'),
    new Option(
      '--cpu <share>',
      "processor time: aws (as the function's memory gives it), full (all there is)",
    )
      .choices(CPU_NAMES)
      .default('aws'),
    new Option('--seed <n>', 'fixes what is left to chance').argParser(wholeNumber(0)).default(1),
    new Option('--no-floor', 'without the program that does nothing'),
    new Option(
      '-c, --compare <what>',
      'another function, path, or file of --save to compare with (repeatable)',
    ).argParser(collect),
    new Option('--threshold <percent>', 'how much worse than what it is compared with is a regression')
      .argParser(positive)
      .default(5),
    new Option('--save <file>', 'write everything that was measured, as JSON'),
    new Option('--report <file>', 'write a page with plots, HTML'),
    new Option('--output <format>', 'text, or json with all samples')
      .choices(['text', 'json'])
      .default('text'),
    ...payloadOptions(),
    ...localOptions(),
    ...remoteOptions('measure the deployed function, by its REPORT lines'),
    new Option(
      '--force-cold-starts',
      'make new environments by changing a variable of $LATEST, which is changed back (needs --yes)',
    ).helpGroup('On AWS:'),
    new Option('-y, --yes', 'change what is deployed').helpGroup('On AWS:'),
  ];
  for (const option of options) command.addOption(option);
  command.action((name: string | undefined, given: BenchCommandOptions) => runBench(name, given, context));
  examples(command, [
    ['crablet bench', 'the only function: init, first and warm invocations, memory, CPU'],
    ['crablet bench hello --memory 256 --report out.html', 'with other memory, as a page'],
    ['crablet bench hello --save base.json', 'to compare with later'],
    ['crablet bench hello --compare base.json', 'exit code 7 when it has become worse'],
    ['crablet bench hello --compare other', 'two functions by turns'],
    ['crablet bench hello --rate 200 --duration 30s', 'under load'],
    ['crablet bench my-function --remote --warm 100', 'the deployed one'],
  ]);
}

async function runBench(
  name: string | undefined,
  options: BenchCommandOptions,
  context: CliContext,
): Promise<void> {
  await refuseUnwritable([options.save, options.report], context);
  const files = (options.compare ?? []).filter(isBenchFile);
  const bases = await Promise.all(files.map((path) => readBench(path, context)));
  const progress = new ProgressLine(context, options.output);
  if (options.forceColdStarts) progress.sayOnInterruption(PUT_BACK);
  let bench: Bench;
  try {
    bench = options.remote
      ? await remotely(name, options, context, progress)
      : await locally(name, options, context, progress);
  } finally {
    progress.clear();
  }
  refuseNothing(bench);
  const others = [...bench.variants.slice(1), ...bases.flatMap(({ variants }) => variants.slice(0, 1))];
  const comparisons = others.map((base) => ({
    base,
    interleaved: bench.variants.includes(base),
    metrics: compare(bench.variants[0]!, base, options.seed),
  }));
  if (options.save !== undefined) await writeAsked(options.save, `${JSON.stringify(bench)}\n`, context);
  if (options.report !== undefined) {
    const { benchPage } = await import('../../bench/page/bench-page.js');
    await writeAsked(options.report, benchPage(bench, comparisons), context);
  }
  const worse = comparisons.map(({ base, metrics }) => ({
    base: base.label,
    metrics: regressions(metrics, options.threshold).map(({ metric }) => metric),
  }));
  if (options.output === 'json') {
    const told = comparisons.map(({ base, ...rest }) => ({ base: base.label, ...rest }));
    print(context, JSON.stringify({ ...bench, comparisons: told, regressions: worse }));
  } else reportBench(bench, comparisons, worse, options.threshold, context);
  if (bench.variants.some(({ failures }) => failures.count > 0)) context.exitCode = EXIT.functionError;
  else if (worse.some(({ metrics }) => metrics.length > 0)) context.exitCode = EXIT.check;
}

async function locally(
  name: string | undefined,
  options: BenchCommandOptions,
  context: CliContext,
  progress: ProgressLine,
): Promise<Bench> {
  const others = (options.compare ?? []).filter((one) => !isBenchFile(one));
  const words = name === undefined && others.length === 0 ? [] : [name ?? '', ...others];
  if (words[0] === '') {
    throw new UserError('usage.arguments', {
      what: 'Which function is to be compared was not said.',
      fix: `Name it: crablet bench my-function --compare ${others[0]}`,
    });
  }
  const prepared = await prepareSubjects(words, options, context);
  try {
    const { runLocal } = await import('../../bench/run-local.js');
    const signal = context.interrupted;
    const { rate, duration: seconds } = options;
    return await runLocal({
      subjects: prepared.subjects,
      floor: options.floor ? await floorLike(prepared.subjects[0]!, prepared.cache, context) : undefined,
      amounts: options,
      isolation: options.isolation,
      cpu: options.cpu,
      load: rate === undefined ? undefined : { rate, seconds },
      version: VERSION,
      signal,
      onProgress: (step) => progress.show(step),
    });
  } finally {
    await prepared.close();
  }
}

/** The program that does nothing, with the settings of what it is measured beside. */
async function floorLike(subject: Subject, cache: string, context: CliContext): Promise<Subject | undefined> {
  const { buildFloor } = await import('../../bench/floor.js');
  const folder = await buildFloor(cache, context.env, context.interrupted);
  if (folder === undefined) {
    note(context, 'rustc does not compile the program that does nothing: its line is left out.');
    return undefined;
  }
  const bootstrap = resolve(folder, 'bootstrap');
  return { ...subject, label: 'floor', functionName: 'floor', taskRoot: folder, bootstrap, environment: {} };
}

async function remotely(
  name: string | undefined,
  options: BenchCommandOptions,
  context: CliContext,
  progress: ProgressLine,
): Promise<Bench> {
  const { benchRemotely } = await import('../bench-remote.js');
  return benchRemotely(name, options, context, (step) => progress.show(step));
}

const isBenchFile = (word: string): boolean => word.endsWith('.json');
