import { type Command, InvalidArgumentError, Option } from 'commander';
import { secondsOf } from '../project/duration.js';
import type { PerFunction, WatchOverrides } from '../watch/options.js';
import { given } from './cargo-options.js';

/** The flags about how many environments there are, and how long. */
export interface ScalingOptions {
  readonly concurrency?: number;
  readonly reservedConcurrency?: PerFunction;
  readonly provisioned?: PerFunction;
  readonly maxConcurrency?: PerFunction;
  readonly keepAlive?: number;
}

export function addScalingOptions(command: Command): Command {
  const options = [
    new Option(
      '--concurrency <n>',
      'the most environments at once, over all functions (default: 1000)',
    ).argParser(atLeastOne),
    new Option(
      '--reserved-concurrency <[function=]n>',
      'environments that only this function gets, and no more than those; 0 throttles it (repeatable)',
    ).argParser(perFunction(0)),
    new Option(
      '--provisioned <[function=]n>',
      'environments that are initialised ahead and kept (repeatable)',
    ).argParser(perFunction(0)),
    new Option(
      '--max-concurrency <[function=]n>',
      'invocations that one environment takes at once, for run_concurrent (repeatable; default: 1)',
    ).argParser(perFunction(1)),
    new Option(
      '--keep-alive <time>',
      'how long an environment stays without work, such as 90s or 2h (default: 10m)',
    ).argParser(duration),
  ];
  for (const option of options) command.addOption(option.helpGroup('Scaling:'));
  return command;
}

export function scalingOverrides(options: ScalingOptions): Partial<WatchOverrides> {
  return given({
    concurrency: options.concurrency,
    reservedConcurrency: options.reservedConcurrency,
    provisionedConcurrency: options.provisioned,
    maxConcurrency: options.maxConcurrency,
    keepAliveSeconds: options.keepAlive,
  });
}

function atLeastOne(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 up.');
  return Number(text);
}

/** `5` is for each function, `orders=5` for one. */
function perFunction(from: number) {
  return (text: string, before: PerFunction | undefined): PerFunction => {
    const [, name, number] = /^(?:(.+)=)?(\d+)$/.exec(text) ?? [];
    if (number === undefined || Number(number) < from)
      throw new InvalidArgumentError(
        `It must be a whole number from ${from} up, for each function, or for one: orders=5`,
      );
    if (name === undefined) return { ...before, each: Number(number), one: before?.one ?? {} };
    return { ...before, one: { ...before?.one, [name]: Number(number) } };
  };
}

function duration(text: string): number {
  const seconds = secondsOf(text);
  if (seconds === undefined || seconds <= 0)
    throw new InvalidArgumentError('It must be a time such as 90s, 10m or 2h.');
  return seconds;
}
