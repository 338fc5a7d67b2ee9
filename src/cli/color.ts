import type { CliContext } from './context.js';

/** Whether stderr takes colors: the flag, then NO_COLOR, FORCE_COLOR and cargo's own variable, then the terminal. */
export function wantsColor(context: CliContext, flag: 'auto' | 'always' | 'never' | undefined): boolean {
  const { env } = context;
  const choice = flag ?? env['CARGO_LAMBDA_COLOR'];
  if (choice === 'always' || choice === 'never') return choice === 'always';
  if (env['NO_COLOR'] || env['TERM'] === 'dumb') return false;
  if (env['FORCE_COLOR'] && env['FORCE_COLOR'] !== '0') return true;
  if (env['CLICOLOR_FORCE'] && env['CLICOLOR_FORCE'] !== '0') return true;
  if (env['CARGO_TERM_COLOR'] === 'always' || env['CARGO_TERM_COLOR'] === 'never')
    return env['CARGO_TERM_COLOR'] === 'always';
  return Boolean(context.stderr.isTTY);
}
