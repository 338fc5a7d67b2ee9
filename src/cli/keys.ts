import pc from 'picocolors';
import { wantsColor } from './color.js';
import type { CliContext } from './context.js';
import { note } from './context.js';

export interface Key {
  readonly what: string;
  act(): void;
}

const ESCAPE = 0x1b;

/** Reads single keys in a terminal, until closed; without a terminal it does nothing. `?` lists the keys. */
export function listenForKeys(context: CliContext, keys: Readonly<Record<string, Key>>): { close(): void } {
  const { stdin } = context;
  if (!stdin.isTTY || !('setRawMode' in stdin) || !context.stderr.isTTY || context.env['CI'])
    return { close() {} };
  const onKey = (data: Buffer) => {
    // Arrow and function keys come as an escape sequence, whose letters nobody typed.
    if (data[0] === ESCAPE) return;
    for (const key of data.toString('utf8')) {
      // Raw mode keeps Ctrl-C from becoming a signal.
      if (key === '\x03' || key === '\x04') process.kill(process.pid, 'SIGINT');
      else if (key === '?' || key === 'h') note(context, keyHelp(keys));
      else keys[key]?.act();
    }
  };
  const hint = Object.entries(keys).map(([key, { what }]) => `${key} ${what}, `);
  note(context, pc.createColors(wantsColor(context, undefined)).dim(`  Keys: ${hint.join('')}? help`));
  stdin.setRawMode(true);
  stdin.on('data', onKey);
  return {
    close() {
      stdin.removeListener('data', onKey);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}

export function keyHelp(keys: Readonly<Record<string, Key>>): string {
  return Object.entries(keys)
    .map(([key, { what }]) => `  ${key}  ${what}`)
    .concat('  ?  help')
    .join('\n');
}
