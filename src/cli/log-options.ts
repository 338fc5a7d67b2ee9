import { type Command, InvalidArgumentError, Option } from 'commander';
import { knownLevel, LOG_LEVELS, type LogLevel } from '../lambda/log-levels.js';
import { secondsOf } from '../project/duration.js';
import { port } from './port.js';
import { LOG_VIEWS, type LogView } from './report/log-view.js';
import { addClientTlsOptions, type TlsOptions } from './tls-options.js';

export interface LogsCommandOptions extends TlsOptions {
  readonly follow?: true;
  /** Epoch milliseconds. */
  readonly since: number;
  /** Epoch milliseconds. */
  readonly until?: number;
  readonly filter?: string;
  readonly level?: LogLevel;
  readonly request?: string;
  readonly query?: string;
  readonly output?: LogView;
  readonly color?: 'auto' | 'always' | 'never';
  readonly remote?: true;
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  readonly invokeAddress?: string;
  readonly invokePort?: number;
  readonly manifestPath?: string;
}

export function addLogOptions(command: Command): void {
  const what = 'What to show:';
  const remote = 'On AWS:';
  const local = 'Local service:';
  const options = [
    new Option('-f, --follow', 'go on until Ctrl-C').helpGroup(what),
    new Option('-s, --since <time>', 'how long ago (90s, 10m, 2h, 1d) or from when on (2026-11-27T08:00Z)')
      .default(Date.now() - 600_000, '10m')
      .argParser(pointInTime)
      .helpGroup(what),
    new Option('--until <time>', 'until when, written alike (default: now)')
      .argParser(pointInTime)
      .helpGroup(what),
    new Option('--filter <pattern>', "lines that match CloudWatch's filter pattern").helpGroup(what),
    new Option('--level <level>', `lines of this level or above: ${LOG_LEVELS.join(', ').toLowerCase()}`)
      .argParser(level)
      .helpGroup(what),
    new Option('--request <id>', 'one request, with all of its lines').helpGroup(what),
    new Option('--query <query>', 'ask CloudWatch Logs Insights, on AWS').helpGroup(what),
    new Option(
      '--output <format>',
      'pretty (in a terminal), raw as logged, json one object a line (in a pipe)',
    )
      .choices([...LOG_VIEWS])
      .helpGroup(what),
    new Option('--color <when>', 'auto, always or never')
      .choices(['auto', 'always', 'never'])
      .helpGroup(what),
    new Option('-R, --remote', 'the logs of deployed functions, in CloudWatch').helpGroup(remote),
    new Option('-p, --profile <name>', 'AWS profile').helpGroup(remote),
    new Option('-r, --region <region>', 'AWS region').helpGroup(remote),
    new Option('--endpoint-url <url>', "another service's endpoint").helpGroup(remote),
    new Option(
      '-A, --invoke-address <address>',
      'its address (default: found through the target folder)',
    ).helpGroup(local),
    new Option('-P, --invoke-port <port>', 'its port').argParser(port).helpGroup(local),
    new Option('--manifest-path <path>', 'the Cargo.toml of the project that is served').helpGroup(local),
  ];
  for (const option of options) command.addOption(option);
  addClientTlsOptions(command, local);
}

function pointInTime(text: string): number {
  const seconds = secondsOf(text);
  // Further back than there has been any log is as far as there is.
  if (seconds !== undefined) return Math.max(0, Math.floor(Date.now() - seconds * 1000));
  const date = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(date))
    throw new InvalidArgumentError(
      'It is a time such as 90s, 10m, 2h, 1d, or a date such as 2026-11-27T08:00Z.',
    );
  return date;
}

function level(text: string): LogLevel {
  const known = knownLevel(text);
  if (known) return known;
  throw new InvalidArgumentError(`Allowed choices are ${LOG_LEVELS.join(', ').toLowerCase()}.`);
}
