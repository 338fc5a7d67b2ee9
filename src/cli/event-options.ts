import { type Command, InvalidArgumentError, Option } from 'commander';
import { secondsOf } from '../project/duration.js';
import type { WatchOverrides } from '../watch/options.js';
import { given } from './cargo-options.js';

/** The flags about asynchronous invocations. */
export interface EventOptions {
  readonly asyncRetryDelays?: number[];
  readonly maximumRetryAttempts?: number;
  readonly maximumEventAge?: number;
}

export function addEventOptions(command: Command): Command {
  const options = [
    new Option(
      '--async-retry-delays <times>',
      'how long to wait before a function gets an event again (default: 60s,120s)',
    ).argParser(delays),
    new Option(
      '--maximum-retry-attempts <n>',
      'how often a function gets an event again that it failed over, 0 to 2 (default: 2)',
    ).argParser(attempts),
    new Option(
      '--maximum-event-age <time>',
      'how old an event may become, 60s to 6h (default: 6h)',
    ).argParser(age),
  ];
  for (const option of options) command.addOption(option.helpGroup('Asynchronous invocations:'));
  return command;
}

export function eventOverrides(options: EventOptions): Partial<WatchOverrides> {
  return given({
    asyncRetryDelaysMs: options.asyncRetryDelays,
    maximumRetryAttempts: options.maximumRetryAttempts,
    maximumEventAgeSeconds: options.maximumEventAge,
  });
}

function delays(text: string): number[] {
  return text.split(',').map((one) => {
    const seconds = secondsOf(one);
    if (seconds === undefined)
      throw new InvalidArgumentError('It must be one time or more, with commas between them: 1s,2s');
    return seconds * 1000;
  });
}

function attempts(text: string): number {
  if (!/^[0-2]$/.test(text)) throw new InvalidArgumentError('AWS Lambda tries again 0, 1 or 2 times.');
  return Number(text);
}

function age(text: string): number {
  const seconds = secondsOf(text);
  if (seconds === undefined || seconds < 60 || seconds > 21_600)
    throw new InvalidArgumentError('It must be a time from 60s to 6h.');
  return Math.round(seconds);
}
