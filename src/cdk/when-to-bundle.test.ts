import { describe, expect, it } from 'vitest';
import { type BundleQuestion, cdkCommand, shouldBundle } from './when-to-bundle.js';

const deploy: BundleQuestion = {
  wish: undefined,
  stackIsMeant: true,
  stacksAreNamed: true,
  outdirOfCli: 'cdk.out',
  outdirIsTemporary: false,
  command: () => 'deploy',
};
const plain = { stacksAreNamed: false, outdirOfCli: undefined, command: () => undefined };

describe('shouldBundle', () => {
  it.each<[string, Partial<BundleQuestion>, boolean]>([
    ['cdk deploy', {}, true],
    ['cdk synth, started in a way that cannot be seen', { command: () => undefined }, true],
    ['cdk diff', { command: () => 'diff' }, false],
    ['cdk ls', { stackIsMeant: false }, false],
    ['a test', { ...plain, outdirIsTemporary: true }, false],
    ['a test that names stacks', { ...plain, stacksAreNamed: true, outdirIsTemporary: true }, true],
    ['node app.js that writes to a folder of its choice', plain, true],
    ['a test that asks for it', { ...plain, outdirIsTemporary: true, wish: 'always' }, true],
    ['cdk deploy that is told not to', { wish: 'never' }, false],
  ])('%s', (_, change, expected) => {
    expect(shouldBundle({ ...deploy, ...change })).toBe(expected);
  });
});

describe('cdkCommand', () => {
  it.each([
    ['node /app/node_modules/.bin/cdk diff Other', 'diff'],
    ['/usr/bin/node /app/node_modules/aws-cdk/bin/cdk --app x deploy diff', 'deploy'],
    ['cdk.cmd synth', 'synth'],
    ['/bin/sh -c node app.js', undefined],
    ['npx cdk diff', 'diff'],
    ['vim cdk diff.txt', undefined],
  ])('%s', (line, expected) => {
    expect(cdkCommand(line.split(' '))).toBe(expected);
  });
});
