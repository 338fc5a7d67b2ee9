import { describe, expect, it } from 'vitest';
import { targetsIn } from './cargo-settings.js';

const build = (target: unknown) => ({ build: { target } });

describe('targetsIn', () => {
  it.each<[string, Parameters<typeof targetsIn>, string[]]>([
    ['nothing', [[{}, { target: { x: { linker: 'y' } } }], [], {}], []],
    ['the strongest file', [[{}, build('near'), build('far')], [], {}], ['near']],
    ['a variable before files', [[build('file')], [], { CARGO_BUILD_TARGET: 'variable' }], ['variable']],
    ['an empty variable', [[build('file')], [], { CARGO_BUILD_TARGET: '' }], ['file']],
    [
      'the last --config before all',
      [[build('file')], [build('one'), build('two'), { a: 1 }], { CARGO_BUILD_TARGET: 'variable' }],
      ['two'],
    ],
    ['a list', [[build(['one', 'two'])], [], {}], ['one', 'two']],
    ['what is no text', [[build(7)], [], {}], []],
  ])('%s', (_, asked, targets) => {
    expect(targetsIn(...asked)).toEqual(targets);
  });
});
