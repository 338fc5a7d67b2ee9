import { type Command, Option } from 'commander';
import { type CliContext, note } from './context.js';

/**
 * Flags of Cargo Lambda 1.9.2 that stand in people's scripts and have nothing to do here, each with the reason where
 * somebody would wait for an effect. They are taken, and hidden in help (docs/from-cargo-lambda.md).
 */
const ANYWHERE = ['--color <when>', '-v, --verbose', '--global <path>', '-x, --context <name>', '--admerge'];

const ACCEPTED: Readonly<Record<string, readonly (readonly [flags: string, why?: string])[]>> = {
  watch: [
    ['-w, --wait', undefined],
    ['--unit-graph', undefined],
    [
      '--disable-cors',
      'a function URL answers with the CORS headers that it is configured for, and with no others',
    ],
    ['--print-traces', 'what the function logs is shown as it is; --traces draws traces'],
  ],
  invoke: ANYWHERE.map((flags) => [flags]),
  new: ANYWHERE.map((flags) => [flags]),
  init: ANYWHERE.map((flags) => [flags]),
  doctor: ANYWHERE.map((flags) => [flags]),
  config: ANYWHERE.map((flags) => [flags]),
};

/** Adds the flags that a command does not have itself. */
export function acceptFlags(command: Command, context: CliContext): void {
  const added = (ACCEPTED[command.name()] ?? []).flatMap(([flags, why]) => {
    const option = new Option(flags).hideHelp();
    const taken = command.options.some(
      ({ long, short }) => long === option.long || (short !== undefined && short === option.short),
    );
    if (taken) return [];
    command.addOption(option);
    return [{ option, why }];
  });
  command.hook('preAction', () => {
    for (const { option, why } of added) {
      if (why && command.getOptionValue(option.attributeName()) !== undefined) {
        note(context, `${option.long} does nothing here: ${why}.`);
      }
    }
  });
}
