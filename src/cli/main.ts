import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { EXIT, UserError } from '../errors.js';
import { nearest } from '../project/nearest.js';
import { VERSION } from '../version.js';
import { acceptFlags } from './accepted-flags.js';
import { wantsColor } from './color.js';
import { COMMANDS } from './commands.js';
import { type CliContext, note } from './context.js';
import { meantOptions } from './meant-option.js';
import { Cancelled } from './prompts.js';
import { unchangedBuild } from './unchanged.js';
import { askedWords } from './words.js';

/** Runs the CLI with the process's own streams and ends the process with the command's exit code. */
export async function main(): Promise<void> {
  const interruption = new AbortController();
  let signals = 0;
  const onSignal = () => {
    signals += 1;
    if (signals > 1) process.exit(EXIT.interrupted);
    interruption.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
  // A reader that has left (`crablet … | head -1`) is not an error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
  const context: CliContext = {
    cwd: process.cwd(),
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    exitCode: EXIT.ok,
    interrupted: interruption.signal,
  };
  // start.ts has looked already whether there is anything to do.
  process.exitCode = await runWords(askedWords(process.argv.slice(2)), context);
  process.removeListener('SIGINT', onSignal);
  // stdin may hold the process open after keys were read from it.
  process.stdin.unref?.();
}

/** Runs one command line in this process; returns the exit code. Nothing is thrown. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  const words = askedWords(argv);
  const { cwd, env, stderr, stdout } = context;
  const told = unchangedBuild({ words, cwd, env, terminal: stderr.isTTY === true });
  if (!told) return runWords(words, context);
  stderr.write(told.stderr);
  stdout.write(told.stdout);
  return EXIT.ok;
}

async function runWords(words: readonly string[], context: CliContext): Promise<number> {
  let program: Command | undefined;
  try {
    program = await programFor(words, context);
    await program.parseAsync(words, { from: 'user' });
    return context.interrupted.aborted && context.exitCode === EXIT.ok ? EXIT.interrupted : context.exitCode;
  } catch (error) {
    // What `signal.throwIfAborted()` throws after Ctrl-C.
    if (context.interrupted.aborted && error === context.interrupted.reason) return EXIT.interrupted;
    // Questions come before anything is done.
    if (error instanceof Cancelled) {
      note(context, 'Nothing was changed.');
      return error.exitCode;
    }
    return report(error, words, commandNamed(program, words[0]), context);
  }
}

/** The program with every command named, and only the asked-for one loaded. */
export async function programFor(argv: readonly string[], context: CliContext): Promise<Command> {
  const program = configure(new Command('crablet'), context)
    .description('Rust on AWS Lambda, end to end.')
    .version(`crablet ${VERSION}`, '-V, --version')
    .helpCommand('help [command]', 'show the help of a command')
    .showHelpAfterError(false)
    // What follows a command belongs to it: `exec` hands its own arguments on.
    .enablePositionalOptions();
  const asked = argv[0] === 'help' ? argv[1] : argv[0];
  for (const [name, { summary, aliases, load }] of Object.entries(COMMANDS)) {
    const command = configure(new Command(name), context).summary(summary).description(sentence(summary));
    for (const alias of aliases ?? []) command.alias(alias);
    if (asked === name || aliases?.includes(asked ?? '')) {
      (await load()).define(command, context);
      acceptFlags(command, context);
    }
    program.addCommand(command);
  }
  if (asked && !asked.startsWith('-') && !commandNamed(program, asked)) {
    if (asked !== 'help') throw unknownCommand(asked);
  }
  if (argv.length === 0) program.action(() => program.outputHelp());
  return program;
}

function configure(command: Command, context: CliContext): Command {
  return command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: () => {},
      getOutHasColors: () => false,
      getOutHelpWidth: () => (context.stdout.isTTY && context.stdout.columns) || 80,
    })
    .configureHelp({ showGlobalOptions: false });
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

function unknownCommand(asked: string): UserError {
  const close = nearest(asked, Object.keys(COMMANDS));
  return new UserError('usage.arguments', {
    what: `There is no command '${asked}'.`,
    fix: close ? `Did you mean: crablet ${close}` : 'See what there is: crablet --help',
  });
}

/** The command's name as the user wrote it, followed by a blank; empty when there is none. */
function commandOf(argv: readonly string[]): string {
  const [first] = argv;
  return first !== undefined && !first.startsWith('-') ? `${first} ` : '';
}

function commandNamed(program: Command | undefined, name = ''): Command | undefined {
  return program?.commands.find((one) => one.name() === name || one.aliases().includes(name));
}

function report(
  error: unknown,
  argv: readonly string[],
  command: Command | undefined,
  context: CliContext,
): number {
  const color = pc.createColors(wantsColor(context, undefined));
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok;
    const line = error.message.replace(/^error: /, '');
    note(context, `${color.red('error')}: ${line}`);
    const meant = meantOptions(error, command);
    const fix =
      meant.length > 0
        ? `Did you mean: ${meant.join(', ')}`
        : `See what it takes: crablet ${commandOf(argv)}--help`;
    note(context, `${color.cyan('  fix')}: ${fix}`);
    return EXIT.usage;
  }
  if (error instanceof UserError) {
    note(context, `${color.red('error')}: ${error.message}`);
    note(context, `${color.cyan('  fix')}: ${error.fix}`);
    return error.exitCode;
  }
  note(context, error instanceof Error ? (error.stack ?? error.message) : String(error));
  note(context, 'This is a bug in crablet. Please report it with the lines above.');
  return EXIT.bug;
}
