import { Command, type CommanderError, Option } from 'commander';
import { expect, it } from 'vitest';
import { meantOptions } from './meant-option.js';

const command = new Command('watch')
  .exitOverride()
  .configureOutput({ outputError: () => {} })
  .option('-P, --invoke-port <port>', '')
  .option('--tls-cert <path>', '')
  .option('--tls-key <path>', '')
  .addOption(new Option('--old-port <port>').hideHelp());

function meant(word: string): string[] {
  try {
    command.parse([word], { from: 'user' });
  } catch (error) {
    return meantOptions(error as CommanderError, command);
  }
  throw new Error(`${word} was taken`);
}

it.each([
  ['--port', ['--invoke-port']],
  ['--port=9000', ['--invoke-port']],
  ['--tls', ['--tls-cert', '--tls-key']],
  ['--por', []],
  ['--invoke-prt', []],
  ['-x', []],
])('%s is meant for %j', (word, options) => {
  expect(meant(word)).toEqual(options);
});
