import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_SIZES, STRATEGIES, type Strategy } from '../../bench/power-tuning.js';
import type { SizeResult } from '../../bench/tune.js';
import { type TuningBasis, tuningResult } from '../../bench/tuning-result.js';
import { EXIT, UserError } from '../../errors.js';
import type { Architecture } from '../../lambda/prices.js';
import { refuseUnwritable, writeAsked } from '../bench-input.js';
import {
  type LocalFlags,
  localOptions,
  type PayloadOptions,
  payloadOptions,
  type RemoteFlags,
  remoteOptions,
  wholeNumber,
} from '../bench-options.js';
import { examples } from '../command.js';
import { type CliContext, print } from '../context.js';
import { DEFAULT_PRICE_REGION, type GivenPrices, priceOption, pricesIn } from '../priced.js';
import { ProgressLine, PUT_BACK } from '../progress-line.js';
import { shareOf } from '../report/dollars.js';
import { reportTuning } from '../report/tune.js';

export interface TuneCommandOptions extends PayloadOptions, RemoteFlags, LocalFlags {
  readonly sizes: readonly number[];
  readonly invocations: number;
  readonly strategy: Strategy;
  readonly balancedWeight: number;
  readonly discard?: number;
  readonly onlyColdStarts?: true;
  readonly coldShare: number;
  readonly payloads?: string;
  readonly architecture?: Architecture;
  readonly price?: GivenPrices;
  readonly seed: number;
  readonly apply?: true;
  readonly report?: string;
  readonly output: 'text' | 'json';
  readonly yes?: true;
}

/** What was measured, wherever that was. */
export interface Tuned {
  readonly results: readonly SizeResult[];
  readonly functionName: string;
  readonly currentMemoryMb: number;
  readonly architecture: Architecture;
  readonly cpu: TuningBasis['cpu'];
  readonly region: string | undefined;
  /** What answered, where that is not AWS. */
  readonly endpoint?: string | undefined;
  /** Writes the memory size to where it is configured, if that is to be. */
  readonly apply?: ((memoryMb: number) => Promise<string>) | undefined;
}

export function define(command: Command, context: CliContext): void {
  command.argument('[function]', 'a function of the project, or the path of a bootstrap or its folder');
  const options = [
    new Option('--sizes <MB,…>', 'memory sizes')
      .argParser(sizes)
      .default(DEFAULT_SIZES, DEFAULT_SIZES.join(',')),
    new Option('--invocations <n>', 'of each size').argParser(wholeNumber(5)).default(50),
    new Option('--strategy <name>', 'what is best: the cheapest, the fastest, or between them')
      .choices(STRATEGIES)
      .default('cost'),
    new Option('--balanced-weight <n>', 'for balanced: 0 is speed, 1 is cost')
      .argParser(between(0, 1))
      .default(0.5),
    new Option(
      '--discard <share>',
      'which part of the fastest and of the slowest does not count (default: 0.2, or 0 with --only-cold-starts)',
    ).argParser(between(0, 0.4)),
    new Option('--only-cold-starts', 'every invocation meets a new environment'),
    new Option('--cold-share <share>', 'for the price: which part of your requests is cold')
      .argParser(share)
      .default(0.01, '1%'),
    new Option('--payloads <file>', 'weighted payloads: [{"payload": …, "weight": 1}, …]'),
    new Option('--architecture <name>', 'for the price (default: what it is measured on)').choices([
      'x86_64',
      'arm64',
    ]),
    priceOption(),
    new Option('--seed <n>', 'fixes what is left to chance').argParser(wholeNumber(0)).default(1),
    new Option('--apply', 'write the recommended memory to Cargo.toml'),
    new Option('--report <file>', 'write a page with plots, HTML'),
    new Option('--output <format>', "text, or json as Power Tuning's output")
      .choices(['text', 'json'])
      .default('text'),
    ...payloadOptions(),
    ...localOptions(),
    ...remoteOptions('measure the deployed function, in versions that are deleted afterwards'),
    new Option('-y, --yes', 'change $LATEST for that, and back').helpGroup('On AWS:'),
  ];
  for (const option of options) command.addOption(option);
  command.action((name: string | undefined, given: TuneCommandOptions) => runTune(name, given, context));
  examples(command, [
    ['crablet tune', 'the cheapest memory size of the only function'],
    ['crablet tune hello --strategy balanced --apply', 'and write it to Cargo.toml'],
    ['crablet tune hello --sizes 128,256,512 -F event.json', 'some sizes, with an event'],
    ['crablet tune my-function --remote --yes', 'on AWS, without a stack'],
  ]);
}

async function runTune(
  name: string | undefined,
  options: TuneCommandOptions,
  context: CliContext,
): Promise<void> {
  // Before minutes of measuring.
  const { price: given } = options;
  const likely = options.remote ? undefined : (context.env['AWS_REGION'] ?? DEFAULT_PRICE_REGION);
  const priced = options.region ?? likely ?? DEFAULT_PRICE_REGION;
  pricesIn(priced, given, [options.architecture ?? (given?.x86_64 === undefined ? 'arm64' : 'x86_64')]);
  await refuseUnwritable([options.report], context);
  const progress = new ProgressLine(context, options.output);
  if (options.remote) progress.sayOnInterruption(PUT_BACK);
  let tuned: Tuned;
  try {
    const { tuneHere, tuneThere } = await import('../tune-runs.js');
    tuned = await (options.remote ? tuneThere : tuneHere)(name, options, context, (step) =>
      progress.show(step),
    );
  } finally {
    progress.clear();
  }
  const region = options.region ?? tuned.region ?? context.env['AWS_REGION'] ?? DEFAULT_PRICE_REGION;
  const architecture = options.architecture ?? tuned.architecture;
  refuseNothing(tuned);
  const price = pricesIn(region, given, [architecture])[architecture];
  const result = tuningResult(
    tuned.results,
    price,
    {
      function: tuned.functionName,
      where: options.remote ? 'remote' : 'local',
      cpu: tuned.cpu,
      region,
      ...(tuned.endpoint !== undefined && { endpoint: tuned.endpoint }),
      architecture,
      prices: price.source,
      strategy: options.strategy,
      balancedWeight: options.balancedWeight,
      invocations: options.invocations,
      onlyColdStarts: options.onlyColdStarts ?? false,
      discardTopBottom: discardOf(options),
      date: new Date().toISOString(),
    },
    tuned.currentMemoryMb,
    options.coldShare,
  );
  if (options.report !== undefined) {
    const { tunePage } = await import('../../bench/page/tune-page.js');
    await writeAsked(options.report, tunePage(result), context);
  }
  const applied = await tuned.apply?.(result.power);
  if (options.output === 'json') print(context, JSON.stringify(result));
  else reportTuning(result, context);
  if (applied !== undefined) context.stderr.write(`${applied}\n`);
  if (tuned.results.some(({ failures }) => failures.count > 0)) context.exitCode = EXIT.functionError;
}

function discardOf({ discard, onlyColdStarts }: TuneCommandOptions): number {
  return discard ?? (onlyColdStarts ? 0 : 0.2);
}

function refuseNothing({ results, functionName }: Tuned): void {
  if (results.some(({ timings }) => timings.length > 0)) return;
  const failed = results.find(({ failures }) => failures.count > 0);
  throw new UserError('bench.function-failed', {
    what: `'${functionName}' failed in every invocation; the first answered: ${failed?.failures.first}`,
    fix: 'Give it a payload that it takes: --data-example, --data-file or --data-ascii; crablet invoke shows what it answers.',
  });
}

function sizes(text: string): number[] {
  const list = text.split(',').map((one) => wholeNumber(128, 10_240)(one.trim()));
  return [...new Set(list)].sort((a, b) => a - b);
}

function between(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= low && value <= high))
      throw new InvalidArgumentError(`It must be a number from ${low} to ${high}.`);
    return value;
  };
}

function share(text: string): number {
  const value = shareOf(text);
  if (value === undefined) throw new InvalidArgumentError('Write it as 1% or 0.01.');
  return value;
}
