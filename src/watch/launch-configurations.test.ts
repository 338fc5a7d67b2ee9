import { parse } from 'jsonc-parser';
import { expect, it } from 'vitest';
import { withConfigurations } from './launch-configurations.js';

const hello = { name: 'hello', program: `${'$'}{workspaceFolder}/target/debug/hello` };
const mails = { name: 'mails', program: '/elsewhere/debug/mails' };
const OURS = `    {
      "type": "lldb",
      "request": "attach",
      "name": "crablet: hello",
      "program": "\${workspaceFolder}/target/debug/hello"
    }`;

it('makes a file where there is none', () => {
  expect(withConfigurations(undefined, [hello])).toBe(
    `{\n  "version": "0.2.0",\n  "configurations": [\n${OURS}\n  ]\n}\n`,
  );
  expect(withConfigurations('  \n', [hello])).toBe(withConfigurations(undefined, [hello]));
});

it('adds to what there is, and leaves all else as it was', () => {
  const before = `{
  // Mine.
  "version": "0.2.0",
  "configurations": [
    { "type": "lldb", "request": "launch", "name": "server", /* the big one */ "program": "x", },
  ],
  "compounds": [],
}
`;
  const after = withConfigurations(before, [hello, mails])!;
  const kept = before.split('\n').filter((line) => line !== '');
  expect(after.split('\n')).toEqual(expect.arrayContaining(kept));
  const names = parse(after).configurations.map((one: { name: string }) => one.name);
  expect(names).toEqual(['crablet: hello', 'crablet: mails', 'server']);
  expect(withConfigurations(after, [mails, hello])).toBe(after);
});

it('leaves a configuration of ours that was changed', () => {
  const changed = withConfigurations(undefined, [hello])!.replace(
    '"attach"',
    '"attach", "stopOnEntry": true',
  );
  expect(withConfigurations(changed, [hello])).toBe(changed);
});

it('is indented as its neighbours are', () => {
  const tabs = '{\n\t"configurations": [\n\t\t{ "name": "mine" }\n\t]\n}\n';
  expect(withConfigurations(tabs, [hello])).toContain('\n\t\t},\n\t\t{ "name": "mine" }\n\t]\n}\n');
});

it('adds the list where there is none', () => {
  expect(parse(withConfigurations('{ "version": "0.2.0" }', [hello])!)).toMatchObject({
    version: '0.2.0',
    configurations: [{ name: 'crablet: hello' }],
  });
});

it.each(['[]', '"text"', '{ "configurations": {} }', '{ "version": ', 'null'])(
  'has no place in what is no launch.json: %s',
  (text) => {
    expect(withConfigurations(text, [hello])).toBeUndefined();
  },
);
