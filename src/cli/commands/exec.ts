import { constants } from 'node:os';
import type { Command } from 'commander';
import { EXIT, UserError } from '../../errors.js';
import type { LocalLambda } from '../../local/local-lambda.js';
import { runInForeground } from '../../process/foreground.js';
import { loadProject } from '../../project/load.js';
import type { WatchOptions } from '../../watch/options.js';
import { aborted } from '../aborted.js';
import { addCargoOptions, type CargoOptions } from '../cargo-options.js';
import { examples } from '../command.js';
import { type CliContext, note } from '../context.js';
import { WatchReport } from '../report/watch.js';
import type { TrustBundle } from '../trust-bundle.js';
import { addServiceOptions, type ServiceOptions, watchOptions } from '../watch-options.js';

export function define(command: Command, context: CliContext): void {
  command
    .argument('<command>', 'what to run')
    .argument('[args...]', 'its arguments')
    .description(
      'Build and serve the functions, run a command against them, end, and exit with its code.\n\n' +
        'The command finds the service in AWS_ENDPOINT_URL_LAMBDA, and the URL of each function in\n' +
        'CRABLET_URL_<FUNCTION>, such as CRABLET_URL_HI_API for hi-api. With --tls-cert its clients are\n' +
        'told to trust the certificate (AWS_CA_BUNDLE, NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and others).',
    )
    .passThroughOptions();
  addServiceOptions(command);
  addCargoOptions(command);
  command.action((program: string, args: string[], options: CargoOptions & ServiceOptions) =>
    runExec(program, args, options, context),
  );
  examples(command, [
    ['crablet exec -- npm test', 'integration tests against the functions'],
    ['crablet exec -- sh -c \'curl "$CRABLET_URL_HELLO"\'', 'one request'],
  ]);
}

async function runExec(
  program: string,
  args: string[],
  options: CargoOptions & ServiceOptions,
  context: CliContext,
): Promise<void> {
  // Before the AWS SDK is told anything through the environment, which is the command's too.
  const own = { ...context.env };
  // Stdout belongs to the command.
  const report = new WatchReport({ ...context, stdout: context.stderr }, 'pretty', options.color);
  const given = await watchOptions({ invokePort: 0, ...options }, context, report);
  const [{ startWatch }, project] = await Promise.all([
    import('../../watch/session.js'),
    loadProject(given.load),
  ]);
  const session = await startWatch(project, {
    ...given,
    // Only said aloud: a command's clients are not to meet a certificate because a file lies in some folder.
    overrides: { ...given.overrides, tlsFolder: undefined },
    onEvent: (event) =>
      event.type === 'build.failed'
        ? note(context, `not compiled: '${program}' was not run`)
        : report.take(event),
    ignoreChanges: true,
    keepServing: false,
    // A test suite is to meet no event that it has not sent.
    triggers: false,
    announce: false,
  });
  let trusted: TrustBundle | undefined;
  try {
    // Ctrl-C ends the wait, and the session's end ends the build.
    const ended = Promise.race([aborted(context.interrupted).then(() => false), session.failure]);
    if (!(await Promise.race([session.firstBuild, ended]))) {
      context.exitCode = context.interrupted.aborted ? EXIT.interrupted : EXIT.build;
      return;
    }
    const { tls } = session.lambda;
    trusted = tls && (await (await import('../trust-bundle.js')).trustBundle(tls.chain, own));
    const env = {
      ...own,
      ...(await variables(session.lambda, own, given.service)),
      ...trusted?.variables,
    };
    const exit = await runInForeground({ program, args, cwd: context.cwd, env }, context.interrupted);
    switch (exit.kind) {
      case 'exit':
        context.exitCode = exit.status;
        return;
      case 'signal':
        // As a shell tells it.
        context.exitCode = 128 + constants.signals[exit.signal];
        return;
      case 'not-started':
        throw new UserError('environment.missing-tool', {
          what: `'${program}' cannot be run (${exit.code}).`,
          fix: 'See that it is installed and on PATH; a line for a shell needs one: crablet exec -- sh -c "…"',
        });
    }
  } finally {
    await session.close();
    await trusted?.remove();
  }
}

/** Where the functions are; and what an AWS client insists on having, if the user has none of it. */
async function variables(
  lambda: LocalLambda,
  env: NodeJS.ProcessEnv,
  { region = 'us-east-1', credentials }: WatchOptions['service'],
): Promise<Record<string, string>> {
  const urls = lambda
    .functionNames()
    .map((name): [string, string] => [urlVariable(name), lambda.urlOf(name)]);
  const account = env['AWS_ACCESS_KEY_ID'] || env['AWS_PROFILE'] || (await credentials?.());
  return {
    ...Object.fromEntries(urls),
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    ...(!env['AWS_REGION'] && { AWS_REGION: region }),
    // The aws CLI before version 2, and boto3, read only this one.
    ...(!env['AWS_DEFAULT_REGION'] && { AWS_DEFAULT_REGION: region }),
    ...(!account && { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }),
  };
}

function urlVariable(functionName: string): string {
  return `CRABLET_URL_${functionName.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}
