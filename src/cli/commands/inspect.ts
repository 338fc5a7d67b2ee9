import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type Inspection, inspectArtifact } from '../../build/inspect-artifact.js';
import { DEFAULT_RUNTIME, RUNTIMES } from '../../build/runtimes.js';
import { EXIT, UserError } from '../../errors.js';
import { wantsColor } from '../color.js';
import { examples } from '../command.js';
import { type CliContext, print } from '../context.js';
import { reportInspection } from '../report/inspect.js';

interface InspectOptions {
  readonly runtime: string;
  readonly arm64?: true;
  readonly x8664?: true;
  readonly layers?: true;
  readonly output: 'text' | 'json';
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('<file>', 'a zip or a binary, built here or elsewhere')
    .addOption(
      new Option('--runtime <name>', 'the runtime it is for').choices(RUNTIMES).default(DEFAULT_RUNTIME),
    )
    .option('--arm64', 'it must be for arm64')
    .option('--x86-64', 'it must be for x86_64')
    .option('--layers', 'the function has layers that may bring libraries')
    .addOption(new Option('--output <format>', 'how to report').choices(['text', 'json']).default('text'));
  command.action((file: string, options: InspectOptions) => runInspect(file, options, context));
  examples(command, [
    ['crablet inspect target/lambda/hello/bootstrap.zip', 'what is in it, and whether Lambda can start it'],
    ['crablet inspect app.zip --arm64 --runtime provided.al2', 'as this function would get it'],
    ['crablet inspect app.zip --output json', 'for scripts; exit code 7 when it could not start'],
  ]);
}

async function runInspect(file: string, options: InspectOptions, context: CliContext): Promise<void> {
  if (options.arm64 && options.x8664) {
    throw new UserError('usage.arguments', {
      what: '--arm64 and --x86-64 are both given.',
      fix: 'Give the one that the function has.',
    });
  }
  const inspection: Inspection = await inspectArtifact(resolve(context.cwd, file), {
    runtime: options.runtime,
    architecture: options.arm64 ? 'aarch64' : options.x8664 ? 'x86_64' : undefined,
    hasLayers: options.layers ?? false,
  });
  if (options.output === 'json') {
    const starts = inspection.problems.length === 0;
    print(context, JSON.stringify({ schema: 'crablet.inspect/1', file, starts, ...inspection }));
  } else reportInspection(file, inspection, { context, color: wantsColor(context, undefined) });
  if (inspection.problems.length > 0) context.exitCode = EXIT.check;
}
