import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { deliverThroughSdk } from '../aws/deliver.js';
import { fetchObjectThroughSdk } from '../aws/fetch-object.js';
import { findIdentity } from '../aws/identity.js';
import { queuesThroughSdk } from '../aws/queues.js';
import { CPU_NAMES, type CpuName, ISOLATION_NAMES, type IsolationName } from '../local/isolation/strength.js';
import type { WatchValues } from '../project/keys.js';
import type { WatchOptions } from '../watch/options.js';
import { type CargoOptions, cargoValues, choosing, collect, given, variablesFrom } from './cargo-options.js';
import { wantsColor } from './color.js';
import type { CliContext } from './context.js';
import { addEventOptions, type EventOptions, eventOverrides } from './event-options.js';
import { port } from './port.js';
import type { WatchReport } from './report/watch.js';
import { addScalingOptions, type ScalingOptions, scalingOverrides } from './scaling-options.js';
import { addServerTlsOptions, type TlsOptions, tlsFiles, tlsFolder } from './tls-options.js';
import { addUrlOptions, type UrlOptions, urlOverrides } from './url-options.js';

/** What `watch` and `exec` take beside cargo's flags. */
export interface ServiceOptions extends ScalingOptions, UrlOptions, EventOptions, TlsOptions {
  readonly invokeAddress?: string;
  readonly invokePort?: number;
  readonly timeout?: number;
  readonly dataDir?: string;
  readonly layer?: string[];
  readonly extension?: string[];
  readonly isolation?: IsolationName;
  readonly cpu?: CpuName;
  readonly envVar?: string[];
  readonly envFile?: string;
  readonly traces?: true;
  readonly otlpForward?: string;
  /** Commander turns `--no-credentials` into the negation of `credentials`. */
  readonly credentials: boolean;
  readonly pollAws?: true;
}

export function addServiceOptions(command: Command): Command {
  const group = 'Serving:';
  const options = [
    new Option('-A, --invoke-address <address>', 'address to listen on (default: 127.0.0.1)'),
    new Option('-P, --invoke-port <port>', 'port to listen on, 0 for a free one (default: 9000)').argParser(
      port,
    ),
    new Option('--timeout <seconds>', "every function's timeout (default: deploy.timeout, or 30)").argParser(
      seconds,
    ),
    new Option('--data-dir <folder>', 'keep here what outlives the service (default: in memory)'),
    new Option(
      '--layer <folder>',
      'what AWS would unpack into /opt; files in its extensions/ are started (repeatable)',
    ).argParser(collect),
    new Option('--extension <program>', 'an external extension beside every function (repeatable)').argParser(
      collect,
    ),
    new Option(
      '--isolation <how>',
      'what functions may use: linux (as on AWS), portable, auto (as much as works here, the default)',
    ).choices(ISOLATION_NAMES),
    new Option(
      '--cpu <share>',
      "processor time: aws (as the function's memory gives it), full (all there is, the default)",
    ).choices(CPU_NAMES),
    new Option('--env-var <key=value>', 'a variable for the functions (repeatable)').argParser(collect),
    new Option('--env-file <path>', 'a file of variables for the functions'),
    new Option('--traces', 'trace invocations, take spans at /v1/traces (OTLP), draw each trace as a tree'),
    new Option(
      '--otlp-forward <url>',
      "trace invocations, and send all spans on to a collector's endpoint",
    ).argParser(endpoint),
    new Option(
      '--poll-aws',
      'take messages from queues in AWS, which a deployed function then does not get (default: from AWS_ENDPOINT_URL_SQS only)',
    ),
    new Option('--no-credentials', 'hand no AWS credentials to functions'),
  ];
  for (const option of options) command.addOption(option.helpGroup(group));
  addServerTlsOptions(command, 'HTTPS:');
  addUrlOptions(command);
  addScalingOptions(command);
  return addEventOptions(command);
}

/** Everything `startWatch` needs that the command line and the user's environment tell. */
export async function watchOptions(
  options: CargoOptions & ServiceOptions,
  context: CliContext,
  report: WatchReport,
  args: readonly string[] = [],
): Promise<Omit<WatchOptions, 'ignoreChanges' | 'keepServing' | 'announce' | 'triggers'>> {
  const { env } = context;
  report.drawsTraces = options.traces ?? false;
  const identity = await findIdentity(env, (text) => report.take({ type: 'warning', text }));
  return {
    load: {
      ...choosing(options),
      cwd: context.cwd,
      env,
      section: 'watch',
      flags: { watch: { ...watchValues(options), ...(args.length > 0 && { args: [...args] }) } },
      signal: context.interrupted,
    },
    overrides: {
      ...scalingOverrides(options),
      ...eventOverrides(options),
      ...urlOverrides(options),
      ...given({
        host: options.invokeAddress,
        port: options.invokePort,
        dataDir: options.dataDir === undefined ? undefined : resolve(context.cwd, options.dataDir),
        timeoutSeconds: options.timeout,
        tls: tlsFiles(options, context.cwd),
        tlsFolder: tlsFolder(context),
        isolation: options.isolation,
        cpu: options.cpu,
      }),
    },
    color: wantsColor(context, options.color),
    progressColumns: context.stderr.isTTY ? context.stderr.columns : undefined,
    service: {
      ...given({ region: identity.region }),
      ...(options.credentials && { credentials: identity.credentials }),
      ...given({ acceptedKeys: options.acceptKey }),
      passedOn: endpoints(env),
      ...((options.traces || options.otlpForward !== undefined) && {
        traces: given({ forward: options.otlpForward }),
      }),
      deliver: deliverThroughSdk(),
      fetchObject: fetchObjectThroughSdk(),
      ...given({ queues: options.pollAws || hasQueueEndpoint(env) ? queuesThroughSdk() : undefined }),
    },
    onEvent: (event) => report.take(event),
  };
}

/** Somebody else's queue service, such as an emulator: nothing that is deployed waits for its messages. */
function hasQueueEndpoint(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['AWS_ENDPOINT_URL_SQS'] ?? env['AWS_ENDPOINT_URL']);
}

/** A function that uses another service's emulator is told where that is. */
function endpoints(env: NodeJS.ProcessEnv): Record<string, string> {
  const named = Object.entries(env).filter(([name]) => name.startsWith('AWS_ENDPOINT_URL'));
  return Object.fromEntries(named.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

function watchValues(options: CargoOptions & ServiceOptions): WatchValues {
  return {
    ...cargoValues(options),
    ...given({
      env_var: variablesFrom(options.envVar),
      env_file: options.envFile,
      layers: options.layer,
      extensions: options.extension,
    }),
  };
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 900))
    throw new InvalidArgumentError('A timeout is more than 0 and at most 900 seconds.');
  return value;
}

function endpoint(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('It is the URL of an OTLP/HTTP endpoint, such as http://127.0.0.1:4318');
}
