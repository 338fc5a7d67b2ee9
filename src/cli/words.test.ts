import { describe, expect, it } from 'vitest';
import { askedWords } from './words.js';

describe('what was asked for', () => {
  it.each([
    ['build --release', 'build --release'],
    ['crablet build', 'build'],
    ['lambda build --env-vars A=1,B=2', 'build --env-var A=1,B=2'],
    ['start --env-vars=A=1', 'start --env-var=A=1'],
    ['exec -- printenv --env-vars', 'exec -- printenv --env-vars'],
    // What cargo-lambda 1.9.2 takes before its subcommand (clap's global arguments).
    ['lambda -v build', 'build -v'],
    ['lambda -vv --color never build --release', 'build -vv --color never --release'],
    ['lambda -x prod deploy --dry', 'deploy -x prod --dry'],
    [
      '-xprod --context=a --context b --global=f --global g --admerge build',
      'build -xprod --context=a --context b --global=f --global g --admerge',
    ],
    // Where no command follows, what is wrong is told of the words as they are.
    ['--color never', '--color never'],
    ['--color', '--color'],
    ['-v --help', '-v --help'],
    ['--version', '--version'],
    ['', ''],
  ])('%s', (written, asked) => {
    expect(askedWords(written.split(' ').filter(Boolean)).join(' ')).toBe(asked);
  });
});
