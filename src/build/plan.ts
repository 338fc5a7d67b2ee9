import type { CargoValues } from '../project/keys.js';
import type { FunctionTarget, Project } from '../project/project.js';
import { type ReleaseProfile, stripsAfterwards } from './release-profile.js';
import type { ExtraFlags } from './remap.js';
import { gnu } from './target.js';
import type { Way } from './way.js';
import { runOf } from './way-run.js';

/** One run of cargo as plain data: what `--dry-run` prints and `compile` does. */
export interface CargoRun {
  readonly way: Way;
  /** What is started in the place of cargo, such as `cross`. */
  readonly program: string | undefined;
  readonly argv: readonly string[];
  /** A folder that PATH has to have. */
  readonly programFolder: string | undefined;
  /** Variables on top of the user's own. */
  readonly env: Readonly<Record<string, string>>;
  readonly functions: readonly FunctionTarget[];
  /** The symbols that cargo leaves in are taken out of what is shipped. */
  readonly strips: boolean;
}

/** Whose settings count; `watch` and `build` have the same keys for cargo. */
export type CargoSection = 'build' | 'watch';

export interface PlanOptions {
  readonly section: CargoSection;
  /** All functions of the project without it. */
  readonly functions?: readonly FunctionTarget[] | undefined;
  readonly color: boolean;
  /** Cargo's own messages are wanted, in the form that the user names; otherwise they are only read here. */
  readonly handsOnMessages?: boolean | undefined;
  /** Columns of the terminal that cargo's progress is shown in; no progress bar without it. */
  readonly progressColumns?: number | undefined;
  /** Flags for rustc with which a release carries no path of this machine. */
  readonly remap?: ExtraFlags | undefined;
  /** What the user has said of the release profile; what the workspace's manifest says without it. */
  readonly releaseOf?: ((one: FunctionTarget) => ReleaseProfile | undefined) | undefined;
  /** How each function is compiled; with plain cargo without it. */
  readonly wayOf?: ((one: FunctionTarget) => Way | undefined) | undefined;
}

/**
 * The cargo runs that build the functions: one, whatever their number, unless packages set different profiles,
 * features or targets in their configuration; then one for each set.
 */
export function planRuns(project: Project, options: PlanOptions): CargoRun[] {
  const functions = options.functions ?? project.functions;
  const groups = new Map<string, FunctionTarget[]>();
  for (const one of functions) {
    const key = JSON.stringify([
      wayOf(one, options),
      settingsArgv(project, one, options),
      extraTargetsArgv(one, options),
      cargoVariables(one, options),
    ]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const whole = groups.size === 1 && functions.length === project.functions.length;
  return [...groups.values()].map((group) => planRun(project, group, whole, options));
}

function planRun(
  project: Project,
  group: readonly FunctionTarget[],
  whole: boolean,
  options: PlanOptions,
): CargoRun {
  const first = group[0]!;
  const way = wayOf(first, options);
  const { program, before, subcommand, after, env, programFolder } = runOf(way, project, {
    subcommand: subcommandArgv(first, options),
    env: {
      ...terminal(options),
      ...cargoVariables(first, options),
      ...(isOptimized(first, options.section) && options.remap?.env),
    },
  });
  return {
    way,
    program,
    programFolder,
    argv: [
      ...before,
      ...subcommand,
      ...manifestArgv(project),
      ...(whole ? selectionArgv(project) : namedArgv(group)),
      ...settingsArgv(project, first, options),
      ...extraTargetsArgv(first, options),
      `--message-format=${messageFormat(first.settings[options.section], options)}`,
      ...after,
    ],
    env,
    functions: group,
    strips: isOptimized(first, options.section) && stripsAfterwards(releaseOf(project, first, options)),
  };
}

function wayOf(one: FunctionTarget, { section, wayOf: chosen }: PlanOptions): Way {
  return chosen?.(one) ?? { kind: 'cargo', target: wantedTarget(one, section) };
}

/** `build --env-var` is for the compiler; the variables of `watch` are for the function when it runs. */
function cargoVariables(one: FunctionTarget, { section }: PlanOptions): Readonly<Record<string, string>> {
  return section === 'build' ? one.settings.environment : {};
}

/** `cargo build`, or another subcommand that takes the same flags, such as `zigbuild`. */
function subcommandArgv(one: FunctionTarget, { section }: PlanOptions): readonly string[] {
  const compiler = section === 'build' ? one.settings.build.compiler : undefined;
  return compiler?.type === 'cargo' ? (compiler.subcommand ?? ['build']) : ['build'];
}

function manifestArgv(project: Project): string[] {
  return project.selection.manifestPath ? ['--manifest-path', project.selection.manifestPath] : [];
}

/** As the user wrote it, so that cargo unifies features, and shares its cache, with the user's own builds. */
function selectionArgv({ selection }: Project): string[] {
  const { bins, examples, tests, benches, allExamples, allTests, allBenches } = selection;
  const named = [bins, examples, tests, benches].some((names) => names.length > 0);
  const asked = named || allExamples || allTests || allBenches;
  return [
    ...selection.packages.flatMap((name) => ['--package', name]),
    ...(selection.workspace && selection.packages.length === 0 ? ['--workspace'] : []),
    ...selection.exclude.flatMap((name) => ['--exclude', name]),
    ...(selection.allBins || !asked ? ['--bins'] : []),
    ...(allExamples ? ['--examples'] : []),
    ...bins.flatMap((name) => ['--bin', name]),
    ...examples.flatMap((name) => ['--example', name]),
    // Tests and benches are among what settings hand on.
  ];
}

function namedArgv(functions: readonly FunctionTarget[]): string[] {
  const packages = [...new Set(functions.map((one) => one.packageName))];
  return [
    ...packages.flatMap((name) => ['--package', name]),
    ...functions.flatMap(({ kind, name }) => [`--${kind}`, name]),
  ];
}

/** Everything that decides what cargo makes of a source; equal for functions that share a run. */
function settingsArgv(project: Project, one: FunctionTarget, options: PlanOptions): string[] {
  const { section } = options;
  const values = one.settings[section];
  return [
    ...profileArgv(values),
    ...featureArgv(values),
    ...targetArgv(wayOf(one, options)),
    ...cargoArgv(values),
    ...(isOptimized(one, section) ? optimizationArgv(releaseOf(project, one, options)) : []),
    ...(isOptimized(one, section)
      ? (options.remap?.config ?? []).flatMap((entry) => ['--config', entry])
      : []),
    // The user's own come last: cargo lets a later --config win.
    ...(values.config ?? []).flatMap((entry) => ['--config', entry]),
  ];
}

function profileArgv({ profile, release }: CargoValues): string[] {
  if (profile) return ['--profile', profile];
  return release ? ['--release'] : [];
}

export function featureArgv({ features, all_features, no_default_features }: CargoValues): string[] {
  return [
    ...(features && features.length > 0 ? ['--features', features.join(',')] : []),
    ...(all_features ? ['--all-features'] : []),
    ...(no_default_features ? ['--no-default-features'] : []),
  ];
}

const FLAGS = ['quiet', 'keep_going', 'frozen', 'locked', 'offline', 'ignore_rust_version'] as const;

function cargoArgv(values: CargoValues): string[] {
  return [
    ...FLAGS.filter((key) => values[key]).map((key) => `--${key.replaceAll('_', '-')}`),
    ...(values.jobs ? ['--jobs', values.jobs] : []),
    ...(values.target_dir ? ['--target-dir', values.target_dir] : []),
    ...(values.verbose ? [`-${'v'.repeat(values.verbose)}`] : []),
    ...timingsArgv(values.timings),
    ...(values.unstable_flags ?? []).flatMap((name) => ['-Z', name]),
  ];
}

function timingsArgv(timings: unknown): string[] {
  if (Array.isArray(timings) && timings.length > 0) return [`--timings=${timings.join(',')}`];
  return timings === true || (Array.isArray(timings) && timings.length === 0) ? ['--timings'] : [];
}

/** The triple that was asked for, if any: `--target`, or `--arm64` and `--x86-64`. */
export function wantedTarget(one: FunctionTarget, section: CargoSection): string | undefined {
  if (section === 'build' && one.settings.build.arm64) return gnu('aarch64');
  if (section === 'build' && one.settings.build.x86_64) return gnu('x86_64');
  return one.settings[section].target?.[0];
}

function targetArgv({ target }: Way): string[] {
  return target === undefined ? [] : ['--target', target];
}

/**
 * Small and fast to load, each only where the user says nothing: the choices of Cargo Lambda
 * (cargo-lambda-metadata/src/cargo/profile.rs), but for `target-cpu`, which leaks into C code and crashed on other
 * machines (cargo-lambda/cargo-lambda#934). Symbols are left in cargo's file for the report of sizes, and are taken out
 * of the artifact (elf-strip.ts): `strip` is no setting that would compile anything anew but the link.
 */
function optimizationArgv(release: ReleaseProfile): string[] {
  const has = (key: string) => release[key] !== undefined;
  return [
    ...(stripsAfterwards(release) ? ['profile.release.strip="none"'] : []),
    ...(has('lto') ? [] : ['profile.release.lto="thin"']),
    ...(has('codegen-units') ? [] : ['profile.release.codegen-units=1']),
    ...(has('panic') ? [] : ['profile.release.panic="abort"']),
  ].flatMap((entry) => ['--config', entry]);
}

function releaseOf(project: Project, one: FunctionTarget, options: PlanOptions): ReleaseProfile {
  return options.releaseOf?.(one) ?? project.releaseProfile;
}

/** A release for Lambda, of which the user has not said to leave it as it is. */
export function isOptimized(one: FunctionTarget, section: CargoSection): boolean {
  const { release, profile, disable_optimizations } = one.settings.build;
  return (
    section === 'build' && !disable_optimizations && (profile ? profile === 'release' : release === true)
  );
}

/** Not for debugging: what it weighs matters. */
export function isRelease({ settings: { build } }: FunctionTarget): boolean {
  return build.profile ? !['dev', 'test'].includes(build.profile) : build.release === true;
}

const EXTRA_TARGETS = ['lib', 'tests', 'benches', 'all_targets'] as const;

function extraTargetsArgv(one: FunctionTarget, { section }: PlanOptions): string[] {
  if (section !== 'build') return [];
  const { build } = one.settings;
  return [
    ...EXTRA_TARGETS.filter((key) => build[key]).map((key) => `--${key.replaceAll('_', '-')}`),
    ...(build.test ?? []).flatMap((name) => ['--test', name]),
    ...(build.bench ?? []).flatMap((name) => ['--bench', name]),
    ...(build.artifact_dir ? ['--artifact-dir', build.artifact_dir] : []),
    ...(build.future_incompat_report ? ['--future-incompat-report'] : []),
    ...(build.compiler?.extra_args ?? []),
  ];
}

function messageFormat(values: CargoValues, { color, handsOnMessages }: PlanOptions): string {
  if (handsOnMessages) return jsonFormats(values).join(',') || 'json';
  const short = values.message_format?.includes('short') ? ',json-diagnostic-short' : '';
  return color ? `json-diagnostic-rendered-ansi${short}` : `json${short}`;
}

/** Those of `--message-format` that ask for cargo's messages, as a program would that reads them. */
export function jsonFormats({ message_format = [] }: CargoValues): readonly string[] {
  return message_format.flatMap((list) => list.split(',')).filter((format) => format.startsWith('json'));
}

function terminal({ color, progressColumns }: PlanOptions): Record<string, string> {
  return {
    CARGO_TERM_COLOR: color ? 'always' : 'never',
    ...(progressColumns !== undefined && {
      CARGO_TERM_PROGRESS_WHEN: 'always',
      CARGO_TERM_PROGRESS_WIDTH: String(progressColumns),
    }),
  };
}
