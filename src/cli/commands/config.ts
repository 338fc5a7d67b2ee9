import { type Command, Option } from 'commander';
import { UserError } from '../../errors.js';
import { SECTIONS, type Section } from '../../project/keys.js';
import { loadProject } from '../../project/load.js';
import type { FunctionTarget, Origin } from '../../project/project.js';
import { type CargoOptions, choosing, collect } from '../cargo-options.js';
import { examples } from '../command.js';
import { type CliContext, print } from '../context.js';
import { outputFormatOption } from '../output-format.js';

interface ConfigOptions extends CargoOptions {
  readonly showOrigin?: true;
  readonly showValues?: true;
  readonly output: 'text' | 'json';
  readonly outputFormat?: 'text' | 'json';
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('[section]', `only of ${Object.keys(SECTIONS).join(', ')} or env`)
    .option('--show-origin', 'where each value comes from')
    .option('--show-values', 'also the values of variables, which may be secrets')
    .option('-m, --manifest-path <path>', 'the Cargo.toml to take, in place of the one here or above')
    .addOption(
      new Option('-p, --package <spec>', 'only functions of this package (repeatable)').argParser(collect),
    )
    .addOption(new Option('--bin <name>', 'only this function (repeatable)').argParser(collect))
    .option('--workspace', 'functions of all packages of the workspace')
    .option('--global <path>', 'the configuration file (default: CargoLambda.toml)')
    .option('-x, --context <name>', 'a context of the configuration file')
    .option('--admerge', 'put lists of all configuration sources together')
    .addOption(new Option('--output <format>', 'how to report').choices(['text', 'json']).default('text'))
    // Cargo Lambda's `config` is its `system`, which has this one.
    .addOption(outputFormatOption());
  command.action((section: string | undefined, options: ConfigOptions) =>
    runConfig(section, options, context),
  );
  examples(command, [
    ['crablet config --show-origin', 'every setting of every function, and the file or variable it is from'],
    ['crablet config deploy --output json', 'what a deploy would take, for scripts'],
  ]);
}

interface Setting {
  readonly key: string;
  readonly value: unknown;
  readonly origin: Origin | undefined;
}

async function runConfig(
  section: string | undefined,
  options: ConfigOptions,
  context: CliContext,
): Promise<void> {
  const sections = [...Object.keys(SECTIONS), 'env'];
  if (section !== undefined && !sections.includes(section)) {
    throw new UserError('usage.arguments', {
      what: `There is no section '${section}'; there are: ${sections.join(', ')}.`,
      fix: 'Name one of them, or none to see all.',
    });
  }
  const { cwd, env, interrupted: signal } = context;
  const project = await loadProject({ ...choosing(options), cwd, env, signal });
  const all = project.functions.map((one) => ({
    function: one.name,
    settings: settingsOf(one, options.showValues ?? false).filter(
      ({ key }) => !section || key.startsWith(`${section}.`),
    ),
  }));
  if (options.output === 'json' || options.outputFormat === 'json') {
    print(context, JSON.stringify({ schema: 'crablet.config/1', functions: all }));
    return;
  }
  for (const { function: name, settings } of all) {
    print(context, name);
    const lines = settings.map((one) => [
      `  ${one.key} = ${JSON.stringify(one.value)}`,
      one.origin?.place ?? '',
    ]);
    const width = Math.min(60, Math.max(0, ...lines.map(([line = '']) => line.length)));
    for (const [line = '', place] of lines) {
      print(context, options.showOrigin ? `${line.padEnd(width)}  ${place}` : line);
    }
    if (lines.length === 0) print(context, '  nothing is set');
  }
}

/** A value may be a secret; that it is set, and where, is what one asks for. */
const HIDDEN = '(hidden; --show-values shows it)';

function settingsOf({ settings }: FunctionTarget, showValues: boolean): Setting[] {
  const { origins, environment } = settings;
  const values = (section: Section): Setting[] =>
    Object.entries(settings[section]).map(([key, value]) => ({
      key: `${section}.${key}`,
      value: key === 'env_var' && !showValues ? HIDDEN : value,
      origin: origins[`${section}.${key}`],
    }));
  const variables = Object.entries(environment).map(
    ([name, value]): Setting => ({
      key: `env.${name}`,
      value: showValues ? value : HIDDEN,
      origin: origins[`env.${name}`],
    }),
  );
  return [...values('build'), ...values('watch'), ...values('deploy'), ...variables].sort((a, b) =>
    a.key < b.key ? -1 : 1,
  );
}
