import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { UserError } from '../../errors.js';
import { run } from '../../process/run.js';
import type { Roll } from '../../process/supervise.js';
import type { AppSource } from './app-source.js';
import { commandWords } from './command-words.js';

export interface Synthesis {
  readonly env: NodeJS.ProcessEnv;
  /** Where the assembly is written. */
  readonly folder: string;
  readonly region: string | undefined;
  readonly signal: AbortSignal;
  readonly roll: Roll;
  /** What the app writes, as it comes. */
  readonly onOutput: (text: string) => void;
}

/** A variable of Linux holds 128 KB at most. */
const LONGEST_VARIABLE = 32_768;

/**
 * Runs the app as `cdk` runs it (aws-cdk, api/cxapp/exec.ts): its context and the folder to write to are variables. Other
 * than there no shell is between us and a command that needs none: a path with a space is a path with a space.
 * @throws UserError when it fails; what it said has been told by then
 */
export async function synthesise(
  { command, appFolder, context }: Extract<AppSource, { kind: 'command' }>,
  how: Synthesis,
): Promise<void> {
  await mkdir(how.folder, { recursive: true });
  const words = commandWords(command);
  const [program, ...argv] =
    words ?? (process.platform === 'win32' ? ['cmd', '/d', '/s', '/c', command] : ['/bin/sh', '-c', command]);
  const end = await run({
    program: program!,
    argv,
    cwd: appFolder,
    env: await environment(context, appFolder, how),
    signal: how.signal,
    roll: how.roll,
    onLine: (line) => how.onOutput(`${line}\n`),
    onStderr: how.onOutput,
  });
  switch (end.kind) {
    case 'cancelled':
      return;
    case 'not-started':
      throw new UserError('cdk.app', {
        what: `'${command}' is neither a folder nor a program that can be started (${end.error.code ?? end.error.message}).`,
        fix: "Name cdk.out, the app's folder, or the command that runs the app: crablet watch --cdk 'node bin/app.js'",
        cause: end.error,
      });
    case 'signalled':
      throw failed(command, `was ended by ${end.signal}`);
    case 'exited':
      if (end.code !== 0) throw failed(command, `failed with exit code ${end.code}`);
  }
}

function failed(command: string, how: string): UserError {
  return new UserError('cdk.app', {
    what: `The CDK app (${command}) ${how}; what it said is above.`,
    fix: 'Mend the app: it is run again when you save it.',
  });
}

async function environment(
  context: Readonly<Record<string, unknown>>,
  appFolder: string,
  { env, folder, region }: Synthesis,
): Promise<NodeJS.ProcessEnv> {
  const said = JSON.stringify({
    ...context,
    // The paths of constructs are what names functions; assets are found without their metadata, too.
    'aws:cdk:enable-path-metadata': true,
    'aws:cdk:enable-asset-metadata': true,
    'aws:cdk:version-reporting': false,
  });
  return {
    ...env,
    ...(await contextVariables(said, folder)),
    CDK_OUTDIR: folder,
    CDK_DEFAULT_ACCOUNT: env['CDK_DEFAULT_ACCOUNT'] ?? '123456789012',
    CDK_DEFAULT_REGION: env['CDK_DEFAULT_REGION'] ?? region ?? 'us-east-1',
    // Our own constructs compile nothing then: watch does.
    CRABLET_BUNDLE: 'never',
    PATH: [...binFolders(appFolder), env['PATH'] ?? ''].join(delimiter),
  };
}

/** A context that is too long for a variable is told by the name of a file (aws-cdk-lib, cx-api/lib/cxapi.ts). */
async function contextVariables(said: string, folder: string): Promise<Record<string, string>> {
  if (said.length < LONGEST_VARIABLE) return { CDK_CONTEXT_JSON: said };
  const file = join(folder, '..', 'context.json');
  await writeFile(file, said);
  return { CONTEXT_OVERFLOW_LOCATION_ENV: file };
}

/** Programs of the app's own packages are found by their name, as npx and npm's scripts do. */
function binFolders(folder: string): string[] {
  const above = dirname(folder);
  const own = join(folder, 'node_modules', '.bin');
  return above === folder ? [own] : [own, ...binFolders(above)];
}
