import type { Command, CommanderError } from 'commander';

/**
 * Those of a command's options in whose names an unknown one stands as a word, as `port` does in `--invoke-port`.
 * None where Commander itself has found one that is spelt nearly so.
 */
export function meantOptions(error: CommanderError, command: Command | undefined): string[] {
  if (error.code !== 'commander.unknownOption' || error.message.includes('Did you mean')) return [];
  const written = /'--([^'=]+)/.exec(error.message)?.[1];
  return (command?.options ?? [])
    .filter(
      ({ hidden, long }) =>
        !hidden &&
        long
          ?.slice(2)
          .split('-')
          .includes(written ?? ''),
    )
    .map(({ long }) => long ?? '');
}
