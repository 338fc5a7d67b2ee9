import { checkedEndpoint } from '../aws/checked-endpoint.js';
import type { Bench } from '../bench/bench-file.js';
import type { Deployed } from '../bench/deployed.js';
import { UserError } from '../errors.js';
import { readPayload } from '../invoke/payload.js';
import { VERSION } from '../version.js';
import type { PayloadOptions, RemoteFlags } from './bench-options.js';
import { given } from './cargo-options.js';
import type { BenchCommandOptions } from './commands/bench.js';
import type { CliContext } from './context.js';

/** Opens the function that was named. */
export async function deployedFunction(
  command: string,
  name: string | undefined,
  { profile, region, endpointUrl }: RemoteFlags,
  { interrupted: signal }: CliContext,
): Promise<Deployed> {
  if (name === undefined) {
    throw new UserError('usage.arguments', {
      what: 'Which function on AWS is meant was not said.',
      fix: `Name it: crablet ${command} my-function --remote`,
    });
  }
  checkedEndpoint(endpointUrl);
  const { openDeployed } = await import('../aws/deployed.js');
  return openDeployed(name, { profile, region, endpointUrl, signal });
}

/** Without one an empty object, as the console has it. */
export async function payloadOr(
  { dataFile: file, dataAscii: ascii, dataExample: example }: PayloadOptions,
  { cwd }: CliContext,
): Promise<Buffer> {
  if (file === undefined && ascii === undefined && example === undefined) return Buffer.from('{}');
  return readPayload(given({ file, ascii, example }), cwd);
}

export async function benchRemotely(
  name: string | undefined,
  options: BenchCommandOptions,
  context: CliContext,
  onProgress: (step: { phase: string; done?: number; of?: number }) => void,
): Promise<Bench> {
  refuseLocalOnly(options);
  if (options.forceColdStarts && !options.yes) {
    throw new UserError('usage.arguments', {
      what: '--force-cold-starts changes a variable of $LATEST for each cold start, and back at the end.',
      fix: 'Say that it may: add --yes',
    });
  }
  if (options.forceColdStarts && options.qualifier !== undefined) {
    throw new UserError('usage.arguments', {
      what: `--force-cold-starts works on $LATEST, and --qualifier ${options.qualifier} is another version.`,
      fix: 'Leave one of them out.',
    });
  }
  const payload = await payloadOr(options, context);
  const deployed = await deployedFunction('bench', name, options, context);
  try {
    const { runRemote } = await import('../bench/run-remote.js');
    const { rate, duration: seconds } = options;
    return await runRemote({
      deployed,
      qualifier: options.qualifier,
      payload,
      amounts: options,
      forceCold: options.forceColdStarts ?? false,
      load: rate === undefined ? undefined : { rate, seconds },
      version: VERSION,
      signal: context.interrupted,
      onProgress,
    });
  } finally {
    deployed.close();
  }
}

function refuseLocalOnly({ memory, compare }: BenchCommandOptions): void {
  const other = compare?.find((one) => !one.endsWith('.json'));
  const wrong = memory !== undefined ? '--memory' : other !== undefined ? `--compare ${other}` : undefined;
  if (wrong === undefined) return;
  throw new UserError('usage.arguments', {
    what: `${wrong} does not go with --remote.`,
    fix:
      memory === undefined
        ? 'Save each one and compare the files: crablet bench my-function --remote --save base.json'
        : 'A deployed function has the memory it has; to try other sizes: crablet tune my-function --remote',
  });
}
