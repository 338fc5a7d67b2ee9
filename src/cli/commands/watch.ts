import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { thisHost } from '../../build/host.js';
import { gnu } from '../../build/target.js';
import { EXIT, UserError } from '../../errors.js';
import { loadProject } from '../../project/load.js';
import type { Project } from '../../project/project.js';
import type { WatchOptions } from '../../watch/options.js';
import type { WatchSession } from '../../watch/session.js';
import { aborted } from '../aborted.js';
import { addCargoOptions, type CargoOptions, collect } from '../cargo-options.js';
import { examples } from '../command.js';
import { type CliContext, print } from '../context.js';
import { warnOfDestinations } from '../destination-warning.js';
import { listenForKeys } from '../keys.js';
import { LOG_VIEWS, type LogView } from '../report/log-view.js';
import { shellLines } from '../report/shell-lines.js';
import { WatchReport } from '../report/watch.js';
import { addServiceOptions, type ServiceOptions, watchOptions } from '../watch-options.js';

interface WatchCommandOptions extends CargoOptions, ServiceOptions {
  readonly ignoreChanges?: true;
  /** Cargo Lambda's other name for it; Commander turns `--no-reload` into the negation of `reload`. */
  readonly reload: boolean;
  readonly arm64?: true;
  readonly x8664?: true;
  readonly keepServing?: true;
  readonly onlyLambdaApis?: true;
  readonly debug?: true;
  readonly logView?: LogView;
  readonly output: 'text' | 'json';
  readonly cdk?: string;
  readonly cdkParameter?: string[];
}

export function define(command: Command, context: CliContext): void {
  addServiceOptions(command)
    .option('--ignore-changes', 'build once and serve, whatever is saved (also --no-reload)')
    .addOption(new Option('--no-reload').hideHelp())
    .option('--keep-serving', 'go on with the last good build while the code does not compile')
    .option('--arm64', 'build for arm64, and run it with QEMU where this machine is another')
    .option('--x86-64', 'build for x86_64, and run it with QEMU where this machine is another')
    .option('--only-lambda-apis', 'start no function: print the variables for one that is started elsewhere')
    .option(
      '--debug',
      'let functions wait for a debugger, and tell VS Code how to attach (.vscode/launch.json)',
    )
    .option(
      '--cdk <app>',
      "serve what a CDK app has: the command that runs it ('node bin/app.js'), its folder, or cdk.out",
    )
    .addOption(
      new Option(
        '--cdk-parameter <name=value>',
        'a parameter of its templates, also Stack:Name=value (repeatable)',
      ).argParser(collect),
    )
    .addOption(new Option('--log-view <view>', 'how to show the logs of functions').choices([...LOG_VIEWS]))
    .addOption(
      new Option('--output <format>', 'json: logs, builds and what is served on stdout, an object a line')
        .choices(['text', 'json'])
        .default('text'),
    );
  addCargoOptions(command);
  command.argument('[folder]', 'where the project is (default: here)');
  command.argument('[args...]', 'after --: arguments for the functions, which have none on AWS');
  command.action((_folder, _args, options: WatchCommandOptions) => {
    const { folder, args } = operands(command);
    return runWatch(options, context, folder, args);
  });
  examples(command, [
    ['crablet watch', 'build, serve on port 9000, rebuild on save'],
    ['crablet watch examples/hello-http', 'the project in another folder'],
    ['crablet watch --env-file .env.local', 'with variables for the functions'],
    ['crablet watch -p orders --log-view json', 'one package, logs as JSON lines'],
    ['crablet watch --cdk . --output json', 'for scripts: what is served, and what is not emulated'],
    ['crablet watch --debug', 'invocations wait for a debugger, time stands still while it is attached'],
    ['crablet watch --invoke-port 0', 'on a free port'],
    ['crablet watch -- --verbose', 'with arguments for the functions'],
    ["crablet watch --cdk 'node bin/app.js'", 'the functions, APIs and queues of a CDK app'],
    [
      'crablet watch --data-dir .crablet --async-retry-delays 1s,2s',
      'events outlive it, and are retried soon',
    ],
    ['crablet watch --url-auth AWS_IAM --accept-key test:secret', 'with signed requests only'],
  ]);
}

/** What stands after `--` is for the functions, also where no folder stands before it. */
function operands(command: Command): { folder: string | undefined; args: readonly string[] } {
  const { rawArgs } = command.parent as unknown as { readonly rawArgs: readonly string[] };
  const at = rawArgs.indexOf('--');
  const args = at === -1 ? [] : rawArgs.slice(at + 1);
  const [folder, ...more] = command.args.slice(0, command.args.length - args.length);
  if (more.length > 0) {
    throw new UserError('usage.arguments', {
      what: `watch takes one folder, and '${more[0]}' is a second.`,
      fix: `What functions are to have as arguments stands after --: crablet watch ${folder} -- ${more.join(' ')}`,
    });
  }
  return { folder, args };
}

async function runWatch(
  written: WatchCommandOptions,
  context: CliContext,
  folder: string | undefined,
  args: readonly string[],
): Promise<void> {
  checkTogether(written);
  const options = withTarget(written);
  const asJson = options.output === 'json';
  const view = asJson ? 'json' : (options.logView ?? (context.stdout.isTTY ? 'pretty' : 'raw'));
  const report = new WatchReport(context, view, options.color, asJson);
  const asked = await watchOptions(options, { ...context, cwd: folderOf(context.cwd, folder) }, report, args);
  const given = {
    ...asked,
    overrides: { ...asked.overrides, debug: options.debug },
    ignoreChanges: options.ignoreChanges ?? !options.reload,
    keepServing: options.keepServing ?? false,
    triggers: true,
    announce: true,
  };
  if (options.cdk !== undefined) return runCdk(options.cdk, options, given, context, report);
  const [{ startWatch }, project] = await Promise.all([
    import('../../watch/session.js'),
    loadProject(given.load),
  ]);
  if (options.onlyLambdaApis || project.settings.watch.only_lambda_apis)
    return runApisOnly(project, given, context);
  const session = await startWatch(project, given);
  void warnOfDestinations(project, report);
  await untilQuit(session, context, report);
}

/** Flags of which one would do nothing beside, or without, the other. */
function checkTogether({ release, profile, cdk, cdkParameter }: WatchCommandOptions): void {
  if (release && profile !== undefined && profile !== 'release') {
    throw new UserError('usage.arguments', {
      what: `--release and --profile ${profile} are both given.`,
      fix: 'Leave one of them out: --release is short for --profile release.',
    });
  }
  if (cdkParameter && cdk === undefined) {
    throw new UserError('usage.arguments', {
      what: '--cdk-parameter is given without --cdk, and there is no template that it could be for.',
      fix: "Name the app too: --cdk 'node bin/app.js'",
    });
  }
}

async function runCdk(
  said: string,
  { cdkParameter }: WatchCommandOptions,
  given: WatchOptions,
  context: CliContext,
  report: WatchReport,
): Promise<void> {
  const [{ startCdkWatch }, { appSource }] = await Promise.all([
    import('../../watch/cdk/session.js'),
    import('../../watch/cdk/app-source.js'),
  ]);
  const source = await appSource(said, given.load.cwd);
  const session = await startCdkWatch({ ...given, source, parameters: cdkParameters(cdkParameter) });
  await untilQuit(session, context, report);
}

function cdkParameters(written: readonly string[] = []): Record<string, string> {
  const wrong = written.find((one) => !/^[^=\s]+=/.test(one));
  if (wrong !== undefined) {
    throw new UserError('usage.arguments', {
      what: `--cdk-parameter '${wrong}' is not of the form Name=value.`,
      fix: `Write the name, an equals sign and the value: --cdk-parameter ${wrong.split(/[=\s]/)[0] || 'Name'}=value`,
    });
  }
  return Object.fromEntries(
    written.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
  );
}

/** Serves until the person or a signal ends it. */
async function untilQuit(session: WatchSession, context: CliContext, report: WatchReport): Promise<void> {
  const quit = new AbortController();
  const keys = listenForKeys(context, {
    r: { what: 'rebuild', act: () => session.rebuild() },
    i: { what: 'invoke again', act: () => report.invokedAgain(session.lambda.repeatLast()) },
    l: { what: 'log view', act: () => report.nextView() },
    q: { what: 'quit', act: () => quit.abort() },
  });
  try {
    await Promise.race([aborted(AbortSignal.any([quit.signal, context.interrupted])), session.failure]);
  } finally {
    keys.close();
    await session.close();
  }
  // Ctrl-C is how a person ends this: that is no failure.
  context.exitCode = quit.signal.aborted ? EXIT.ok : EXIT.interrupted;
}

/** The folder that was named, or the one the person is in. */
function folderOf(cwd: string, folder: string | undefined): string {
  if (folder === undefined) return cwd;
  const path = resolve(cwd, folder);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new UserError('project.no-manifest', {
    what: `There is no folder ${folder}.`,
    fix: 'Name the folder of a project, or none for the one you are in: crablet watch',
  });
}

/** For a debugger: the variables on stdout, as lines for a shell. */
async function runApisOnly(project: Project, options: WatchOptions, context: CliContext): Promise<void> {
  const { serveApisOnly } = await import('../../watch/apis-only.js');
  // The variables are the data here; the functions' REPORT lines join the rest.
  const report = new WatchReport({ ...context, stdout: context.stderr }, 'pretty', undefined);
  const printed = new Set<string>();
  const apis = await serveApisOnly(
    project,
    { ...options, onEvent: (event) => report.take(event) },
    (name, variables) => {
      if (printed.has(name)) return;
      printed.add(name);
      print(context, shellLines(name, variables));
    },
  );
  try {
    await aborted(context.interrupted);
  } finally {
    await apis.close();
  }
}

/** An architecture is short for its target; that of this machine is none, for a plain build shares its cache. */
function withTarget(options: WatchCommandOptions): WatchCommandOptions {
  if (!options.arm64 && !options.x8664) return options;
  if ((options.arm64 && options.x8664) || options.target) {
    throw new UserError('usage.arguments', {
      what: 'More than one of --arm64, --x86-64 and --target is given.',
      fix: 'Give one of them.',
    });
  }
  const target = gnu(options.arm64 ? 'aarch64' : 'x86_64');
  return target === thisHost().triple ? options : { ...options, target: [target] };
}
