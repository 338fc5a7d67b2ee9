import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT, UserError } from '../../errors.js';
import type { CognitoIdentity, InvokeRequest } from '../../invoke/request.js';
import { given } from '../cargo-options.js';
import { examples } from '../command.js';
import type { CliContext } from '../context.js';
import { localTarget } from '../local-target.js';
import { outputFormatOption } from '../output-format.js';
import { port } from '../port.js';
import { type InvokeOutput, listExamples, reportInvocation } from '../report/invoke.js';
import { addClientTlsOptions, type TlsOptions } from '../tls-options.js';

interface InvokeCommandOptions extends TlsOptions {
  readonly dataFile?: string;
  readonly dataAscii?: string;
  readonly dataExample?: string;
  readonly listExamples?: true;
  readonly invocationType: 'RequestResponse' | 'Event' | 'DryRun';
  readonly qualifier?: string;
  readonly alias?: string;
  readonly clientContextAscii?: string;
  readonly clientContextFile?: string;
  readonly identityId?: string;
  readonly identityPoolId?: string;
  readonly logTail?: true;
  readonly stream?: true;
  readonly output?: 'text' | 'json';
  readonly outputFormat?: 'text' | 'json';
  readonly remote?: true;
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  readonly retryAttempts?: number;
  readonly invokeAddress?: string;
  readonly invokePort?: number;
  readonly manifestPath?: string;
}

export function define(command: Command, context: CliContext): void {
  const payload = 'Payload (one of them, or a pipe):';
  const remote = 'On AWS:';
  const local = 'Local service:';
  const options = [
    new Option('-F, --data-file <path>', 'a file of JSON').helpGroup(payload),
    new Option('-A, --data-ascii <json>', 'JSON').helpGroup(payload),
    new Option('-E, --data-example <name>', 'a sample event').helpGroup(payload),
    new Option('--list-examples', 'list the sample events and end').helpGroup(payload),
    new Option(
      '--invocation-type <type>',
      'RequestResponse waits for the answer, Event does not, DryRun only checks',
    )
      .choices(['RequestResponse', 'Event', 'DryRun'])
      .default('RequestResponse'),
    new Option('--qualifier <qualifier>', 'a version or an alias'),
    new Option('-a, --alias <alias>', 'the same as --qualifier').hideHelp(),
    new Option('--client-context-ascii <json>', 'client context, JSON'),
    new Option('--client-context-file <path>', 'client context, a file of JSON'),
    new Option('--log-tail', "show the end of the invocation's log on stderr"),
    new Option('--stream', 'take the answer chunk by chunk, as the function streams it'),
    new Option(
      '--output <format>',
      'text prints the payload; json an object with all there is to know',
    ).choices(['text', 'json']),
    outputFormatOption(),
    new Option('-R, --remote', 'invoke the deployed function').helpGroup(remote),
    new Option('-p, --profile <name>', 'AWS profile').helpGroup(remote),
    new Option('-r, --region <region>', 'AWS region').helpGroup(remote),
    new Option('--endpoint-url <url>', "another service's endpoint").helpGroup(remote),
    new Option('--retry-attempts <n>', 'how often to try again (default: 1)')
      .argParser(count)
      .helpGroup(remote),
    new Option(
      '--invoke-address <address>',
      'its address (default: found through the target folder)',
    ).helpGroup(local),
    new Option('-P, --invoke-port <port>', 'its port').argParser(port).helpGroup(local),
    new Option('--manifest-path <path>', 'the Cargo.toml of the project that is served').helpGroup(local),
    new Option('--identity-id <id>', "the caller's Amazon Cognito identity").helpGroup(local),
    new Option('--identity-pool-id <id>', 'the identity pool that it is of').helpGroup(local),
    new Option('--skip-cache', 'accepted, without meaning: samples are part of crablet').hideHelp(),
  ];
  command.argument('[function]', 'which function (default: the only one)');
  for (const option of options) command.addOption(option);
  addClientTlsOptions(command, local);
  command.action((name: string | undefined, given: InvokeCommandOptions) => runInvoke(name, given, context));
  examples(command, [
    ['crablet invoke --data-example apigw-request', 'a sample event, to the only function'],
    ['crablet invoke hello --data-ascii \'{"name":"Rust"}\'', 'JSON from the command line'],
    ['crablet invoke hello < event.json', 'JSON from a pipe or file'],
    ['crablet invoke hello --remote --log-tail -F event.json', 'the deployed function, with its log'],
  ]);
}

async function runInvoke(
  name: string | undefined,
  options: InvokeCommandOptions,
  context: CliContext,
): Promise<void> {
  // Cargo Lambda's own flag is for the payload alone.
  const output = options.output ?? (options.outputFormat === 'json' ? 'indented' : 'text');
  if (options.listExamples) return listExamples(context, output);
  refuseContradictions(options, output);
  const { readPayload } = await import('../../invoke/payload.js');
  const payload =
    options.invocationType === 'DryRun' && !hasPayload(options)
      ? Buffer.from('{}')
      : await readPayload(
          {
            ...given({ file: options.dataFile, ascii: options.dataAscii, example: options.dataExample }),
            stdin:
              context.stdin.isTTY || hasPayload(options)
                ? undefined
                : (context.stdin as AsyncIterable<Buffer>),
          },
          context.cwd,
        );
  const asked: Omit<InvokeRequest, 'functionName'> = {
    payload,
    type: options.invocationType,
    qualifier: options.qualifier ?? options.alias,
    clientContext: await clientContext(options, context),
    cognitoIdentity: cognitoIdentity(options),
    logTail: options.logTail ?? false,
    onChunk: options.stream ? (chunk) => void context.stdout.write(chunk) : undefined,
  };
  const answer = options.remote
    ? await remotely(name, options, asked)
    : await locally(name, options, asked, context);
  reportInvocation(answer, { context, output, streamed: options.stream ?? false });
  if (answer.functionError !== undefined) context.exitCode = EXIT.functionError;
}

async function remotely(
  name: string | undefined,
  options: InvokeCommandOptions,
  asked: Omit<InvokeRequest, 'functionName'>,
) {
  if (name === undefined) {
    throw new UserError('usage.arguments', {
      what: 'Which function on AWS is to be invoked was not said.',
      fix: 'Name it: crablet invoke my-function --remote',
    });
  }
  const { invokeRemotely } = await import('../../aws/invoke.js');
  return invokeRemotely(options, { ...asked, functionName: name });
}

async function locally(
  name: string | undefined,
  options: InvokeCommandOptions,
  asked: Omit<InvokeRequest, 'functionName'>,
  context: CliContext,
) {
  const { invokeLocally } = await import('../../invoke/local.js');
  const { functionName, ...service } = await localTarget(name, options, context);
  return invokeLocally(service, { ...asked, functionName });
}

function hasPayload(options: InvokeCommandOptions): boolean {
  return (
    options.dataFile !== undefined || options.dataAscii !== undefined || options.dataExample !== undefined
  );
}

async function clientContext(
  options: InvokeCommandOptions,
  context: CliContext,
): Promise<string | undefined> {
  const { clientContextAscii: ascii, clientContextFile: file } = options;
  if (file === undefined) return ascii;
  try {
    return await readFile(resolve(context.cwd, file), 'utf8');
  } catch (cause) {
    throw new UserError('environment.file', {
      what: `Cannot read the client context from '${file}'.`,
      fix: 'Name a file that exists, or give the JSON itself: --client-context-ascii',
      cause,
    });
  }
}

/** Both or none; on AWS they come from the credentials that sign the request. */
function cognitoIdentity(options: InvokeCommandOptions): CognitoIdentity | undefined {
  const { identityId, identityPoolId, remote } = options;
  if (identityId === undefined && identityPoolId === undefined) return undefined;
  if (remote) {
    throw new UserError('usage.arguments', {
      what: 'On AWS the Cognito identity is that of the credentials which sign the request; it cannot be named.',
      fix: 'Leave --identity-id and --identity-pool-id out, or --remote.',
    });
  }
  if (!identityId || !identityPoolId) {
    throw new UserError('usage.arguments', {
      what: 'A Cognito identity has two parts, and only one was given.',
      fix: 'Write both: --identity-id ID --identity-pool-id POOL',
    });
  }
  return { identityId, identityPoolId };
}

/** A streamed answer is the payload as it comes, of an invocation that is waited for. */
function refuseContradictions(options: InvokeCommandOptions, output: InvokeOutput): void {
  if (options.remote && (options.tlsCert ?? options.tlsKey ?? options.tlsCa) !== undefined) {
    throw new UserError('usage.arguments', {
      what: '--tls-cert, --tls-key and --tls-ca are for the local service; AWS is trusted as every program does it.',
      fix: 'Leave them out, or --remote. For an endpoint with a certificate of your own: NODE_EXTRA_CA_CERTS=ca.pem',
    });
  }
  const wrong =
    options.stream && output !== 'text'
      ? `--output${output === 'indented' ? '-format' : ''} json`
      : options.stream && options.invocationType !== 'RequestResponse'
        ? `--invocation-type ${options.invocationType}`
        : undefined;
  if (wrong === undefined) return;
  throw new UserError('usage.arguments', {
    what: `--stream and ${wrong} do not go together.`,
    fix: `Leave one of them out, such as: crablet invoke --stream`,
  });
}

function count(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
