import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDepInfo } from './dep-info.js';

describe('parseDepInfo', () => {
  it.each([
    ['two sources', '/t/debug/hello: /p/src/lib.rs /p/src/main.rs\n', ['/p/src/lib.rs', '/p/src/main.rs']],
    ['blanks in paths', '/t/my\\ app: /my\\ dep/a\\ b.txt /p/x.rs\n', ['/my dep/a b.txt', '/p/x.rs']],
    ['a colon in a path', '/t/a:b: /p/a:b.rs\n', ['/p/a:b.rs']],
    [
      'Windows',
      'C:\\t\\hello.exe: C:\\p\\src\\main.rs C:\\p\\my\\ x.rs\r\n',
      ['C:\\p\\src\\main.rs', 'C:\\p\\my x.rs'],
    ],
    ['nothing', '', []],
    ['a rule without files', '/t/hello:\n', []],
    ["rustc's comments and empty rules", '# env-dep:A=b\nx.d: a.rs\n\na.rs:\n', ['a.rs']],
    ['the same file twice', 'x: a.rs a.rs\n', ['a.rs']],
  ])('reads %s', (_, text, inputs) => {
    expect(parseDepInfo(text)).toEqual(inputs);
  });

  it('finds every path that cargo would write', () => {
    const path = fc
      .stringMatching(/^\/[a-zA-Z0-9 ._:-]{0,20}[a-z]\.rs$/)
      .filter((one) => !one.includes('\\'));
    fc.assert(
      fc.property(fc.uniqueArray(path), (paths) => {
        const line = `/t/x: ${paths.map((one) => one.replaceAll(' ', '\\ ')).join(' ')}\n`;
        expect(parseDepInfo(line)).toEqual(paths);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseDepInfo(text))));
  });
});
