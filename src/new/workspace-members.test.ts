import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { membership } from './workspace-members.js';

describe('membership', () => {
  it.each([
    ['one line', '[workspace]\nmembers = ["a"] # ours\n', '[workspace]\nmembers = ["a", "b"] # ours\n'],
    ['one line with a comma', '[workspace]\nmembers = ["a",]\n', '[workspace]\nmembers = ["a", "b",]\n'],
    ['empty', '[workspace]\nmembers = []\n', '[workspace]\nmembers = ["b"]\n'],
    [
      'lines',
      '[workspace]\nmembers = [\n  "a", # the first\n]\nresolver = "3"\n',
      '[workspace]\nmembers = [\n  "a", # the first\n  "b",\n]\nresolver = "3"\n',
    ],
    [
      'lines without a last comma',
      '[workspace]\nmembers = [\n\t"a",\n\t"c"\n]\n',
      '[workspace]\nmembers = [\n\t"a",\n\t"c",\n\t"b",\n]\n',
    ],
    [
      'a bracket in a string and in a comment',
      `[workspace]\nmembers = ['a]', # ]\n]\n`,
      `[workspace]\nmembers = ['a]', # ]\n    "b",\n]\n`,
    ],
    [
      'Windows line breaks',
      '[workspace]\r\nmembers = [\r\n  "a",\r\n]\r\n',
      '[workspace]\r\nmembers = [\r\n  "a",\r\n  "b",\r\n]\r\n',
    ],
    [
      'no members yet',
      '[workspace]\n\n[package]\nname = "root"\n',
      '[workspace]\nmembers = ["b"]\n\n[package]\nname = "root"\n',
    ],
    ['nothing but the header', '[workspace]', '[workspace]\nmembers = ["b"]\n'],
    [
      'members of another table before it',
      '[x]\nmembers = ["no"]\n[ workspace ]\nmembers = ["a"]\n',
      '[x]\nmembers = ["no"]\n[ workspace ]\nmembers = ["a", "b"]\n',
    ],
  ])('adds a member and keeps the rest: %s', (_, before, after) => {
    expect(membership(before, 'b')).toEqual({ kind: 'add', manifest: after });
  });

  it.each([
    ['by name', '[workspace]\nmembers = ["functions/b"]\n', 'member'],
    ['by a star', '[workspace]\nmembers = ["functions/*"]\n', 'member'],
    ['with ./ and a slash', '[workspace]\nmembers = ["./functions/b/"]\n', 'member'],
    ['by a class', '[workspace]\nmembers = ["functions/[a-c]"]\n', 'member'],
    ['by two stars', '[workspace]\nmembers = ["**/b"]\n', 'member'],
    ['excluded by its folder', '[workspace]\nmembers = ["a"]\nexclude = ["functions"]\n', 'excluded'],
    [
      'a member although excluded',
      '[workspace]\nmembers = ["functions/b"]\nexclude = ["functions"]\n',
      'member',
    ],
    ['a star is one folder', '[workspace]\nmembers = ["*"]\n', 'add'],
    ['excluded is another', '[workspace]\nmembers = ["a"]\nexclude = ["func"]\n', 'add'],
    ['an inline table', 'workspace = { members = ["a"] }\n', 'by hand'],
    ['a dotted key', 'workspace.members = ["a"]\n', 'by hand'],
    ['a quoted key', '[workspace]\n"members" = ["a"]\n', 'by hand'],
  ])('sees what the package is: %s', (_, manifest, kind) => {
    expect(membership(manifest, 'functions/b').kind).toBe(kind);
  });

  it('keeps every line of any manifest with members', () => {
    const path = fc.stringMatching(/^[a-z]{1,6}(\/[a-z]{1,6})?$/);
    const gap = fc.constantFrom('', ' ', '\n', '\n  ', ' # a comment, ["x"]\n');
    const array = fc
      .array(fc.tuple(gap, path, gap), { maxLength: 4 })
      .chain((items) => fc.tuple(fc.constant(items), fc.boolean(), gap))
      .map(([items, comma, last]) => {
        const elements = items.map(([before, item, after]) => `${before}"${item}"${after}`).join(',');
        return `[${elements}${comma && items.length > 0 ? ',' : ''}${last}]`;
      });
    fc.assert(
      fc.property(array, (text) => {
        const before = `# top\n[workspace]\nresolver = "3"\nmembers = ${text} # end\n\n[profile.dev]\nopt-level = 1\n`;
        const result = membership(before, 'new-one');
        if (result.kind !== 'add') throw new Error(`${result.kind} for ${before}`);
        const members = (toml: string) => (parse(toml)['workspace'] as { members: string[] }).members;
        expect(members(result.manifest)).toEqual([...members(before), 'new-one']);
        for (const comment of before.match(/#.*$/gm) ?? []) expect(result.manifest).toContain(comment);
      }),
    );
  });
});
