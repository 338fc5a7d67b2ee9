import type { Command } from 'commander';
import type { CliContext } from './context.js';

/** A command's module exports `define`: it adds arguments, options, help examples and the action to `command`. */
export interface CommandModule {
  define(command: Command, context: CliContext): void;
}

/** Adds a block of examples at the end of a command's help; each pair is a command line and what it does. */
export function examples(
  command: Command,
  lines: readonly (readonly [line: string, what: string])[],
): Command {
  const width = Math.max(...lines.map(([line]) => line.length));
  const text = lines.map(([line, what]) => `  $ ${line.padEnd(width)}  ${what}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${text}`);
}
