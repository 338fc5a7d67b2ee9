import type { Command } from 'commander';
import { EXIT } from '../../errors.js';
import { examples } from '../command.js';
import type { CliContext } from '../context.js';
import { addLogOptions, type LogsCommandOptions } from '../log-options.js';

export function define(command: Command, context: CliContext): void {
  command.argument('[functions...]', 'whose logs (default: of all functions)');
  addLogOptions(command);
  command.action((functions: string[], options: LogsCommandOptions) => runLogs(functions, options, context));
  examples(command, [
    ['crablet logs --follow', 'what all functions of the local service log, as it comes'],
    ['crablet logs orders --since 1h --level warn', 'warnings and failures of the last hour'],
    ["crablet logs --filter '{ $.fields.user = 7 }'", "CloudWatch's filter patterns, local too"],
    ['crablet logs --request 8d3a7e9c-0f6b-4a6e-9b1e-2f6d4c1a7b55', 'one request'],
    ['crablet logs api queue --remote --follow', 'two deployed functions, merged by time'],
    ['crablet logs api --since 1d | jq .json.fields', 'JSON for programs'],
    [
      'crablet logs api --remote --query \'filter @type = "REPORT" | stats max(@duration) by bin(5m)\'',
      'CloudWatch Logs Insights',
    ],
  ]);
}

async function runLogs(functions: string[], options: LogsCommandOptions, context: CliContext): Promise<void> {
  const { showLogs } = await import('../show-logs.js');
  try {
    await showLogs(functions, options, context);
  } catch (error) {
    if (!context.interrupted.aborted) throw error;
  }
  // Ctrl-C is how a person ends this: that is no failure.
  if (context.interrupted.aborted) context.exitCode = EXIT.interrupted;
}
