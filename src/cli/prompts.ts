import type { Readable, Writable } from 'node:stream';
import { EXIT } from '../errors.js';
import type { CliContext } from './context.js';

/** A question was answered with Ctrl-C or Escape. */
export class Cancelled extends Error {
  readonly exitCode = EXIT.interrupted;
}

export interface Choice {
  readonly value: string;
  readonly hint?: string;
}

export interface Prompts {
  confirm(message: string, initial: boolean): Promise<boolean>;
  text(message: string, initial: string | undefined): Promise<string>;
  /** One of `choices`, found by typing a part of it. */
  choose(message: string, choices: readonly Choice[], initial?: string): Promise<string>;
}

/** Questions on the terminal; they are drawn on stderr, so that stdout stays free for data. */
export async function terminalPrompts(context: CliContext): Promise<Prompts> {
  const clack = await import('@clack/prompts');
  const common = {
    input: context.stdin as unknown as Readable,
    output: context.stderr as unknown as Writable,
    signal: context.interrupted,
  };
  const answered = <T extends string | boolean>(answer: T | symbol): T => {
    if (typeof answer === 'symbol') throw new Cancelled('The question was cancelled.');
    return answer;
  };
  return {
    confirm: async (message, initial) =>
      answered<boolean>(await clack.confirm({ ...common, message, initialValue: initial })),
    text: async (message, initial) =>
      answered<string>(
        await clack.text({
          ...common,
          message,
          ...(initial === undefined ? {} : { defaultValue: initial, placeholder: initial }),
        }),
      ) ?? '',
    choose: async (message, choices, initial) =>
      answered<string>(
        await clack.autocomplete<string>({
          ...common,
          message,
          options() {
            return byNearness(choices, this.userInput ?? '');
          },
          maxItems: 8,
          completeOnTab: true,
          ...(initial === undefined ? {} : { initialValue: initial }),
        }),
      ),
  };
}

/** Those that begin with what was typed come first, then those with a part that does; clack leaves out the others. */
function byNearness(
  choices: readonly Choice[],
  typed: string,
): { value: string; label: string; hint?: string }[] {
  const search = typed.toLowerCase();
  const rank = ({ value }: Choice) => {
    const at = value.toLowerCase().indexOf(search);
    if (at <= 0) return at === 0 ? 0 : 3;
    return value.toLowerCase().includes(`::${search}`) ? 1 : 2;
  };
  return choices
    .map(({ value, hint }) => ({ value, label: value, ...(hint ? { hint } : {}) }))
    .sort((a, b) => rank(a) - rank(b));
}
