import { type Command, InvalidArgumentError, Option } from 'commander';
import { usageOf } from '../../bench/usage.js';
import { UserError } from '../../errors.js';
import { type Cost, monthlyCost, type Usage } from '../../lambda/cost.js';
import type { PriceSource } from '../../lambda/price-sources.js';
import { ARCHITECTURES, type Architecture } from '../../lambda/prices.js';
import { readBench, refuseNothing } from '../bench-input.js';
import type { PayloadOptions, RemoteFlags } from '../bench-options.js';
import { payloadOptions, positive, remoteOptions, wholeNumber } from '../bench-options.js';
import { examples } from '../command.js';
import { type CliContext, print } from '../context.js';
import { DEFAULT_PRICE_REGION, type GivenPrices, priceOption, pricesIn } from '../priced.js';
import { placeOf } from '../report/bench.js';
import { reportCost } from '../report/cost.js';
import { countOf, shareOf } from '../report/dollars.js';

interface CostCommandOptions extends RemoteFlags, PayloadOptions {
  readonly requests: number;
  readonly cold: number;
  readonly from?: string;
  readonly memory?: number;
  readonly billed?: number;
  readonly coldBilled?: number;
  readonly freeTier?: true;
  readonly price?: GivenPrices;
  readonly invocations: number;
  readonly output: 'text' | 'json';
}

/** What a result is made of, beside the numbers of the command line. */
export interface CostBasis {
  readonly memoryMb: number;
  readonly warmBilledMs: number;
  readonly coldBilledMs: number;
  /** Where the durations were measured; undefined when they were given. */
  readonly measuredOn: Architecture | undefined;
  readonly origin: string;
  readonly region: string | undefined;
}

export interface CostResult {
  readonly region: string;
  readonly prices: Readonly<Record<Architecture, PriceSource>>;
  readonly freeTier: boolean;
  readonly basis: CostBasis;
  readonly usage: Usage;
  readonly costs: Readonly<Record<Architecture, Cost>>;
}

export function define(command: Command, context: CliContext): void {
  const requests = (text: string) => {
    const count = countOf(text);
    if (count === undefined) throw new InvalidArgumentError('Write it as 10M, 500k or 1000000.');
    return count;
  };
  const share = (text: string) => {
    const value = shareOf(text);
    if (value === undefined) throw new InvalidArgumentError('Write it as 1% or 0.01.');
    return value;
  };
  command.argument('[function]', 'with --remote: the deployed function to measure');
  const options = [
    new Option('--requests <n>', 'requests a month, such as 10M').argParser(requests).makeOptionMandatory(),
    new Option('--cold <share>', 'which part of them meets a new environment, such as 1%')
      .argParser(share)
      .default(0.01, '1%'),
    new Option('--from <file>', 'durations and memory of a file of crablet bench --save'),
    new Option('--memory <MB>', "memory size (default: the measured one's)").argParser(
      wholeNumber(128, 10_240),
    ),
    new Option('--billed <ms>', 'billed duration of a warm request').argParser(positive),
    new Option('--cold-billed <ms>', 'billed duration of a cold request, init and all').argParser(positive),
    new Option('--free-tier', "take the account's free tier off, as if it were all for this function"),
    priceOption(),
    new Option('--invocations <n>', 'with --remote: how often to invoke it')
      .argParser(wholeNumber(5))
      .default(30),
    new Option('--output <format>', 'text or json').choices(['text', 'json']).default('text'),
    ...payloadOptions(),
    ...remoteOptions('durations of the deployed function, by its REPORT lines'),
  ];
  for (const option of options) command.addOption(option);
  command.action((name: string | undefined, given: CostCommandOptions) => runCost(name, given, context));
  examples(command, [
    ['crablet cost --requests 10M --cold 1% --from bench.json', 'of what crablet bench measured'],
    ['crablet cost --requests 10M --memory 128 --billed 2 --cold-billed 20', 'of your own numbers'],
    ['crablet cost my-function --requests 10M --remote', 'of the deployed function'],
    ['crablet cost --requests 1M --from bench.json --region eu-south-1', 'where prices are others'],
    [
      'crablet cost --requests 1M --from bench.json --price x86_64=0.0000175,arm64=0.000014,requests=0.21',
      'where they are not known, or have changed',
    ],
  ]);
}

async function runCost(
  name: string | undefined,
  options: CostCommandOptions,
  context: CliContext,
): Promise<void> {
  // Before anything is measured.
  if (options.region !== undefined || options.price !== undefined)
    pricesIn(options.region ?? '', options.price, ARCHITECTURES);
  const basis = await basisOf(name, options, context);
  const region = options.region ?? basis.region ?? context.env['AWS_REGION'] ?? DEFAULT_PRICE_REGION;
  const prices = pricesIn(region, options.price, ARCHITECTURES);
  const { requests, cold: coldShare, freeTier = false } = options;
  const { memoryMb, warmBilledMs, coldBilledMs } = basis;
  const usage = { requests, coldShare, memoryMb, warmBilledMs, coldBilledMs };
  const costs = Object.fromEntries(
    ARCHITECTURES.map((one) => [one, monthlyCost(usage, prices[one], freeTier)]),
  ) as Record<Architecture, Cost>;
  const sources = { x86_64: prices.x86_64.source, arm64: prices.arm64.source };
  const result = { region, prices: sources, freeTier, basis, usage, costs };
  if (options.output === 'json') print(context, JSON.stringify({ schema: 'crablet.cost/1', ...result }));
  else reportCost(result, context);
}

async function basisOf(
  name: string | undefined,
  options: CostCommandOptions,
  context: CliContext,
): Promise<CostBasis> {
  const { from, remote, memory, billed, coldBilled } = options;
  const ways = [from !== undefined, remote === true, billed !== undefined].filter(Boolean).length;
  if (ways !== 1) {
    throw new UserError('usage.arguments', {
      what:
        ways === 0
          ? 'How long a request takes was not said.'
          : 'How long a request takes was said in more than one way.',
      fix: 'Give one of: --from bench.json, --remote with a function, or --memory 128 --billed 2 --cold-billed 20',
    });
  }
  if (billed !== undefined) {
    if (memory === undefined || (coldBilled === undefined && options.cold > 0)) {
      throw new UserError('usage.arguments', {
        what: '--billed alone does not make a price.',
        fix: 'Write --memory and --cold-billed, too (or --cold 0%): --memory 128 --billed 2 --cold-billed 20',
      });
    }
    const given = { memoryMb: memory, warmBilledMs: billed, coldBilledMs: coldBilled ?? 0 };
    return { ...given, measuredOn: undefined, origin: 'given on the command line', region: undefined };
  }
  const bench =
    from === undefined
      ? await (await import('../cost-remote.js')).measuredRemotely(name, options, context)
      : await readBench(from, context);
  const [variant] = bench.variants;
  refuseNothing(bench);
  const usage = usageOf(variant!);
  if (memory !== undefined && memory !== variant!.memoryMb) {
    throw new UserError('usage.arguments', {
      what: `It was measured with ${variant!.memoryMb} MB; with ${memory} MB it takes another time.`,
      fix: 'Leave --memory out, or measure with it: crablet bench --memory, crablet tune for all sizes',
    });
  }
  const coldBilledMs = coldBilled ?? usage.coldBilledMs;
  if (usage.warmBilledMs === undefined || (coldBilledMs === undefined && options.cold > 0)) {
    throw new UserError('bench.file', {
      what: `${from ?? name} has no ${usage.warmBilledMs === undefined ? 'warm invocations' : 'cold starts'}: their price cannot be told.`,
      fix:
        usage.warmBilledMs === undefined
          ? 'Measure some: crablet bench --save FILE'
          : 'Say what a cold one is billed: --cold-billed 20; or that there are none: --cold 0%',
    });
  }
  return {
    memoryMb: variant!.memoryMb,
    warmBilledMs: usage.warmBilledMs,
    coldBilledMs: coldBilledMs ?? 0,
    measuredOn: bench.architecture === 'arm64' ? 'arm64' : 'x86_64',
    origin: `${variant!.label}, ${bench.where === 'local' ? 'measured locally' : `REPORT lines of ${placeOf(bench.endpoint)}`}, ${bench.date.slice(0, 10)}`,
    region: bench.region,
  };
}
