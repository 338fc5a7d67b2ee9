import { InvalidArgumentError, Option } from 'commander';
import { ISOLATION_NAMES, type IsolationName } from '../local/isolation/strength.js';
import { secondsOf } from '../project/duration.js';
import { collect } from './cargo-options.js';

/** Where a payload comes from, for commands that send the same one again and again. */
export interface PayloadOptions {
  readonly dataFile?: string;
  readonly dataAscii?: string;
  readonly dataExample?: string;
}

/** How AWS is reached. */
export interface RemoteFlags {
  readonly remote?: true;
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  readonly qualifier?: string;
}

export interface LocalFlags {
  readonly isolation: IsolationName;
  readonly manifestPath?: string;
  readonly features?: string[];
  readonly allFeatures?: true;
  /** Commander turns `--no-default-features` into the negation of `defaultFeatures`. */
  readonly defaultFeatures: boolean;
}

export function payloadOptions(): Option[] {
  const group = 'Payload (one of them; default: {}; here, for an HTTP function, the sample function-url):';
  return [
    new Option('-F, --data-file <path>', 'a file of JSON').helpGroup(group),
    new Option('-A, --data-ascii <json>', 'JSON').helpGroup(group),
    new Option('-E, --data-example <name>', 'a sample event').helpGroup(group),
  ];
}

export function remoteOptions(what: string): Option[] {
  const group = 'On AWS:';
  return [
    new Option('-R, --remote', what).helpGroup(group),
    new Option('--qualifier <qualifier>', 'a version or an alias').helpGroup(group),
    new Option('-p, --profile <name>', 'AWS profile').helpGroup(group),
    new Option('-r, --region <region>', 'AWS region').helpGroup(group),
    new Option('--endpoint-url <url>', "another service's endpoint").helpGroup(group),
  ];
}

export function localOptions(): Option[] {
  const group = 'Locally:';
  return [
    new Option('--isolation <how>', 'what functions may use: linux (as on AWS), portable, auto')
      .choices(ISOLATION_NAMES)
      .default('auto')
      .helpGroup(group),
    new Option('--manifest-path <path>', 'the Cargo.toml of the project').helpGroup(group),
    new Option('--features <features>', 'features to build with (repeatable, or with commas)')
      .argParser(collect)
      .helpGroup(group),
    new Option('--all-features', 'with all features').helpGroup(group),
    new Option('--no-default-features', 'without the default features').helpGroup(group),
  ];
}

/** A whole number of at least `least`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(
        most === Number.MAX_SAFE_INTEGER
          ? `It must be a whole number from ${least} on.`
          : `It must be a whole number from ${least} to ${most}.`,
      );
    return value;
  };
}

export function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0) || !Number.isFinite(value))
    throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

/** `10s`, `2m`, or a bare number of seconds. */
export function durationSeconds(text: string): number {
  const seconds = secondsOf(text);
  if (seconds === undefined || seconds <= 0) throw new InvalidArgumentError('Write it as 10s, 500ms or 2m.');
  return seconds;
}
