import { type Command, Option } from 'commander';
import { EXIT } from '../../errors.js';
import { addCargoOptions, type CargoOptions } from '../cargo-options.js';
import { examples } from '../command.js';
import { type CliContext, print } from '../context.js';
import { listenForKeys } from '../keys.js';
import { LOG_VIEWS, type LogView } from '../report/log-view.js';
import { shellLines } from '../report/shell-lines.js';
import { WatchReport } from '../report/watch.js';
import { addServiceOptions, type ServiceOptions, watchOptions } from '../watch-options.js';

interface WatchCommandOptions extends CargoOptions, ServiceOptions {
  readonly ignoreChanges?: true;
  readonly keepServing?: true;
  readonly onlyLambdaApis?: true;
  readonly logView?: LogView;
}

export function define(command: Command, context: CliContext): void {
  addServiceOptions(command)
    .option('--ignore-changes', 'build once and serve, whatever is saved (also --no-reload)')
    .option('--keep-serving', 'go on with the last good build while the code does not compile')
    .option('--only-lambda-apis', 'start no function: print the variables for one that is started elsewhere')
    .addOption(new Option('--log-view <view>', 'how to show the logs of functions').choices([...LOG_VIEWS]));
  addCargoOptions(command);
  command.action((options: WatchCommandOptions) => runWatch(options, context));
  examples(command, [
    ['crablet watch', 'build, serve on port 9000, rebuild on save'],
    ['crablet watch --env-file .env.local', 'with variables for the functions'],
    ['crablet watch -p orders --log-view json', 'one package, logs as JSON lines'],
    ['crablet watch --invoke-port 0', 'on a free port'],
  ]);
}

async function runWatch(options: WatchCommandOptions, context: CliContext): Promise<void> {
  if (options.onlyLambdaApis) return runApisOnly(options, context);
  const { startWatch } = await import('../../watch/session.js');
  const report = new WatchReport(
    context,
    options.logView ?? (context.stdout.isTTY ? 'pretty' : 'raw'),
    options.color,
  );
  const session = await startWatch({
    ...(await watchOptions(options, context, report)),
    ignoreChanges: options.ignoreChanges ?? false,
    keepServing: options.keepServing ?? false,
    announce: true,
  });
  const quit = new AbortController();
  const keys = listenForKeys(context, {
    r: { what: 'rebuild', act: () => session.rebuild() },
    i: { what: 'invoke again', act: () => report.invokedAgain(session.lambda.repeatLast()) },
    l: { what: 'log view', act: () => report.nextView() },
    q: { what: 'quit', act: () => quit.abort() },
  });
  try {
    await aborted(AbortSignal.any([quit.signal, context.interrupted]));
  } finally {
    keys.close();
    await session.close();
  }
  // Ctrl-C is how a person ends this: that is no failure.
  context.exitCode = quit.signal.aborted ? EXIT.ok : EXIT.interrupted;
}

/** For a debugger: the variables on stdout, as lines for a shell. */
async function runApisOnly(options: WatchCommandOptions, context: CliContext): Promise<void> {
  const { serveApisOnly } = await import('../../watch/apis-only.js');
  const report = new WatchReport(
    { ...context, stdout: context.stderr },
    options.logView ?? 'pretty',
    options.color,
  );
  const given = await watchOptions(options, context, report);
  const printed = new Set<string>();
  const apis = await serveApisOnly(
    { ...given, ignoreChanges: true, keepServing: false, announce: true },
    (functionName, variables) => {
      if (printed.has(functionName)) return;
      printed.add(functionName);
      print(context, shellLines(functionName, variables));
    },
  );
  try {
    await aborted(context.interrupted);
  } finally {
    await apis.close();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
