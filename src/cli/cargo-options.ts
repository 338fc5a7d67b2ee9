import { type Command, Option } from 'commander';
import { UserError } from '../errors.js';
import type { CargoValues } from '../project/keys.js';
import { assignments, splitAssignments, type Variables } from '../project/kinds.js';
import type { LoadOptions } from '../project/project.js';

/** Cargo's own flags, which `build` and `watch` take and hand on. */
export interface CargoOptions {
  readonly quiet?: true;
  readonly jobs?: string;
  readonly keepGoing?: true;
  readonly profile?: string;
  readonly release?: true;
  readonly features?: string[];
  readonly allFeatures?: true;
  /** Commander turns `--no-default-features` into the negation of `defaultFeatures`. */
  readonly defaultFeatures?: boolean;
  readonly target?: string[];
  readonly targetDir?: string;
  readonly messageFormat?: string[];
  readonly verbose?: number;
  readonly color?: 'auto' | 'always' | 'never';
  readonly frozen?: true;
  readonly locked?: true;
  readonly offline?: true;
  readonly config?: string[];
  readonly Z?: string[];
  readonly timings?: string | true;
  readonly ignoreRustVersion?: true;
  readonly manifestPath?: string;
  readonly package?: string[];
  readonly workspace?: true;
  readonly exclude?: string[];
  readonly bin?: string[];
  readonly example?: string[];
  readonly global?: string;
  readonly context?: string;
  readonly admerge?: true;
}

export const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

const count = (_: string, before: number | undefined): number => (before ?? 0) + 1;

/**
 * Adds the flags that choose functions, how cargo compiles, and where configuration comes from.
 * @param without long flags that mean something else to the command
 */
export function addCargoOptions(command: Command, without: readonly string[] = []): Command {
  const choosing: readonly [string, string, typeof collect?][] = [
    ['--manifest-path <path>', 'the Cargo.toml to take, in place of the one here or above'],
    ['-p, --package <spec>', 'only functions of this package (repeatable)', collect],
    ['--workspace', 'functions of all packages of the workspace'],
    ['--exclude <spec>', 'leave a package out, with --workspace (repeatable)', collect],
    ['--bin <name>', 'only this function (repeatable)', collect],
    ['--example <name>', 'an example as a function (repeatable)', collect],
  ];
  const compiling: readonly [string, string, typeof collect?][] = [
    ['-r, --release', 'optimized'],
    ['--profile <name>', 'a profile of the workspace'],
    ['-F, --features <features>', 'features to switch on (repeatable, or with commas)', collect],
    ['--all-features', 'all features'],
    ['--no-default-features', 'without the default features'],
    ['--target <triple>', 'the target to compile for', collect],
    ['--target-dir <dir>', 'where cargo puts all it makes'],
    ['-j, --jobs <n>', 'how many things cargo does at once'],
    ['--keep-going', 'go on with other functions after an error'],
    ['--message-format <fmt>', "human, short, or json: cargo's messages, on stdout", collect],
    ['-q, --quiet', "without cargo's progress"],
    ['--frozen', 'like --locked and --offline'],
    ['--locked', 'fail if Cargo.lock would change'],
    ['--offline', 'without the network'],
    ['--config <key=value>', 'a cargo setting, or a file of them (repeatable)', collect],
    ['-Z <flag>', 'an unstable flag of cargo (repeatable)', collect],
    ['--timings [formats]', 'make a report of what took how long'],
    ['--ignore-rust-version', 'compile crates that ask for a newer Rust'],
  ];
  const settings: readonly [string, string][] = [
    ['--global <path>', 'the configuration file (default: CargoLambda.toml)'],
    ['-x, --context <name>', 'a context of the configuration file'],
    ['--admerge', 'put lists of all configuration sources together'],
  ];
  addGroup(command, 'Choosing functions:', choosing);
  const taken = compiling.filter(([flags]) => !without.some((one) => flags.split(/[ ,]+/).includes(one)));
  addGroup(command, 'Compiling (as cargo takes them):', taken);
  command.addOption(
    new Option('-v, --verbose', "cargo's verbose output (twice: more)").argParser(count).default(undefined),
  );
  command.addOption(new Option('--color <when>', 'colors').choices(['auto', 'always', 'never']));
  return addGroup(command, 'Configuration:', settings);
}

function addGroup(
  command: Command,
  heading: string,
  options: readonly (readonly [string, string, typeof collect?])[],
): Command {
  for (const [flags, description, parse] of options) {
    const option = new Option(flags, description).helpGroup(heading);
    command.addOption(parse ? option.argParser(parse) : option);
  }
  return command;
}

/** The flags as configuration values: the strongest layer. */
export function cargoValues(options: CargoOptions): CargoValues {
  return {
    ...given({
      quiet: options.quiet,
      jobs: options.jobs,
      keep_going: options.keepGoing,
      profile: options.profile,
      release: options.release,
      features: options.features?.flatMap((list) => list.split(/[ ,]+/)).filter((name) => name !== ''),
      all_features: options.allFeatures,
      no_default_features: options.defaultFeatures === false ? true : undefined,
      target: options.target,
      target_dir: options.targetDir,
      message_format: options.messageFormat,
      verbose: options.verbose === undefined ? undefined : Math.min(options.verbose, 2),
      frozen: options.frozen,
      locked: options.locked,
      offline: options.offline,
      config: options.config,
      unstable_flags: options.Z,
      timings: typeof options.timings === 'string' ? options.timings.split(',') : options.timings,
      ignore_rust_version: options.ignoreRustVersion,
    }),
  };
}

/** The flags that say which functions and which configuration. */
export function choosing(options: CargoOptions): Partial<LoadOptions> {
  return given({
    manifestPath: options.manifestPath,
    packages: options.package,
    workspace: options.workspace,
    exclude: options.exclude,
    bins: options.bin,
    examples: options.example,
    globalConfig: options.global,
    context: options.context,
    admerge: options.admerge,
  });
}

/** `--env-var KEY=VALUE`, repeated or with commas between. */
export function variablesFrom(written: readonly string[] | undefined): Variables | undefined {
  const wrong = written?.find((entry) => !/^[^=\s]+=/.test(entry));
  if (wrong !== undefined) {
    throw new UserError('usage.arguments', {
      what: `--env-var '${wrong}' is not of the form KEY=VALUE.`,
      fix: `Write the name, an equals sign and the value (which may be empty): --env-var ${wrong.split(/[=\s]/)[0] || 'NAME'}=value`,
    });
  }
  return written && assignments(written.flatMap(splitAssignments));
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what was not given. */
export function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}
