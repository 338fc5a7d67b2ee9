import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { withNumber } from './manifest-edit.js';

const PATH = ['package', 'metadata', 'lambda', 'deploy'];
const set = (text: string, path = PATH) => withNumber(text, path, 'memory', 512);

describe('a number in a manifest', () => {
  it.each([
    [
      'is changed where it stands, with its comment',
      '[package]\nname = "a"\n\n[package.metadata.lambda.deploy]\ntimeout = 3\nmemory = 128  # enough\n\n[dependencies]\n',
      '[package]\nname = "a"\n\n[package.metadata.lambda.deploy]\ntimeout = 3\nmemory = 512  # enough\n\n[dependencies]\n',
    ],
    [
      'is put into its table, before the comment of the next',
      '[package.metadata.lambda.deploy]\ntimeout = 3\n\n# what it needs\n[dependencies]\n',
      '[package.metadata.lambda.deploy]\ntimeout = 3\nmemory = 512\n\n# what it needs\n[dependencies]\n',
    ],
    [
      'gets a table at the end',
      '[package]\nname = "a"\n',
      '[package]\nname = "a"\n\n[package.metadata.lambda.deploy]\nmemory = 512\n',
    ],
    [
      'is found under a dotted key',
      '[package.metadata.lambda]\ndeploy.memory = 1_024 # much\n',
      '[package.metadata.lambda]\ndeploy.memory = 512 # much\n',
    ],
    [
      'is found in a table on one line',
      '[package.metadata.lambda]\ndeploy = { timeout = 3, memory = 128 }\n',
      '[package.metadata.lambda]\ndeploy = { timeout = 3, memory = 512 }\n',
    ],
    [
      'is put into a table on one line',
      '[package.metadata.lambda]\ndeploy = { timeout = 3 }\n',
      '[package.metadata.lambda]\ndeploy = { timeout = 3, memory = 512 }\n',
    ],
    [
      'keeps the line ends of Windows, and spaces',
      '[ package . metadata . lambda . deploy ]\r\n  memory=128\r\n',
      '[ package . metadata . lambda . deploy ]\r\n  memory=512\r\n',
    ],
    [
      'gets a line of its own where the last has no end',
      '[package.metadata.lambda.deploy]\ntimeout = 3',
      '[package.metadata.lambda.deploy]\ntimeout = 3\nmemory = 512',
    ],
    [
      'is not taken for one of another table, or of a text',
      '[package.metadata.lambda.deploy]\ndescription = """\nmemory = 1\n"""\nmemory = 128\n[other]\nmemory = 1\n',
      undefined,
    ],
  ])('%s', (_, before, after) => {
    expect(set(before)).toBe(after);
  });

  it('is written for a binary of its own, with quotes where a name needs them', () => {
    expect(set('[package]\nname = "a"\n', ['package', 'metadata', 'lambda', 'bin', 'a b', 'deploy'])).toBe(
      '[package]\nname = "a"\n\n[package.metadata.lambda.bin."a b".deploy]\nmemory = 512\n',
    );
  });

  it('changes nothing else, whatever the text', () => {
    const name = fc.constantFrom('package', 'metadata', 'lambda', 'deploy', 'memory', 'bin', 'a b', 'x');
    const leaf = fc.oneof(fc.integer({ min: 0, max: 9999 }), fc.boolean(), fc.string({ maxLength: 8 }));
    const { tree } = fc.letrec<{ tree: Record<string, unknown> }>((tie) => ({
      tree: fc.dictionary(name, fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('tree')), {
        maxKeys: 4,
      }),
    }));
    fc.assert(
      fc.property(tree, (content) => {
        const before = stringify(content);
        const after = set(before);
        if (after === undefined) return;
        const changed = parse(after) as never as {
          package: { metadata: { lambda: { deploy: { memory: number } } } };
        };
        expect(changed.package.metadata.lambda.deploy.memory).toBe(512);
        const kept = new Set(after.split('\n'));
        const lost = before.split('\n').filter((line) => !kept.has(line));
        expect(lost.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
