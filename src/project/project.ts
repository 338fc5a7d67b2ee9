import type { BuildValues, DeployValues, Section, WatchValues } from './keys.js';
import type { Variables } from './kinds.js';
import type { LoggingSettings } from './logging.js';

/** What cargo and the configuration say about the functions in reach; made by `loadProject`. */
export interface Project {
  /** The folder that cargo runs in, as the user's own `cargo build` would. */
  readonly cwd: string;
  readonly workspaceRoot: string;
  readonly targetDirectory: string;
  readonly lockfile: string;
  /** Every local manifest that a build depends on: members, path dependencies also outside, the workspace's own. */
  readonly manifestPaths: readonly string[];
  /** The folders of those manifests: what to watch as long as no build has told the exact files. */
  readonly packageRoots: readonly string[];
  /** CargoLambda.toml, environment files, and cargo's own configuration: what was read, or would be if it existed. */
  readonly configurationFiles: readonly string[];
  readonly functions: readonly FunctionTarget[];
  readonly router: readonly Route[];
  /** How the functions were chosen, to be handed on to cargo as the user wrote it. */
  readonly selection: Selection;
  /** `[profile.release]` of the workspace's manifest, as it is written there. */
  readonly releaseProfile: Readonly<Record<string, unknown>>;
  /** Settings that hold for a whole run rather than for one function (port, address, folders, …). */
  readonly settings: RunSettings;
}

export interface Selection {
  readonly manifestPath?: string | undefined;
  readonly packages: readonly string[];
  readonly workspace: boolean;
  readonly exclude: readonly string[];
  readonly bins: readonly string[];
  readonly examples: readonly string[];
  readonly tests: readonly string[];
  readonly benches: readonly string[];
  readonly allBins: boolean;
  readonly allExamples: boolean;
  readonly allTests: boolean;
  readonly allBenches: boolean;
}

/** Cargo's kinds of targets that can become a function; of tests and benches only those in files of their own. */
export type TargetKind = 'bin' | 'example' | 'test' | 'bench';

export interface FunctionTarget {
  /** The binary's name, which is the function's name. */
  readonly name: string;
  readonly packageName: string;
  readonly packageRoot: string;
  readonly manifestPath: string;
  readonly kind: TargetKind;
  readonly requiredFeatures: readonly string[];
  /** All that its package has, but for `default`. */
  readonly features: readonly string[];
  /** Its package depends on `lambda_http`. */
  readonly isHttp: boolean;
  readonly settings: FunctionSettings;
}

export interface FunctionSettings {
  /** `deploy.memory`, 128 without it. */
  readonly memoryMb: number;
  /** `deploy.timeout`, 30 without it: what a deploy sets. */
  readonly timeoutSeconds: number;
  /** The variables of `[…lambda.env]`, then those of the section that the project was loaded for. */
  readonly environment: Variables;
  readonly logging: LoggingSettings;
  readonly include: readonly Include[];
  /** What is left out of included folders: patterns as in `.gitignore`, of names inside the zip. */
  readonly exclude?: readonly string[];
  readonly watch: WatchValues;
  readonly build: BuildValues;
  readonly deploy: DeployValues;
  /** Where each value came from, by `section.key` and `env.NAME`. */
  readonly origins: Readonly<Record<string, Origin>>;
}

/** A file or folder that goes into the zip next to the bootstrap. */
export interface Include {
  /** Its path inside the zip. */
  readonly name: string;
  readonly path: string;
}

export interface RunSettings {
  readonly watch: WatchValues;
  readonly build: BuildValues;
  readonly deploy: DeployValues;
  readonly origins: Readonly<Record<string, Origin>>;
}

/** A path of the local front door; `{id}` stands for one segment and `{*rest}` for what is left. */
export interface Route {
  readonly path: string;
  /** Upper case; any method when there are none. */
  readonly methods?: readonly string[] | undefined;
  readonly function: string;
}

const SOURCES = [
  'default',
  'file',
  'workspace',
  'workspace.bin',
  'package',
  'package.bin',
  'environment',
  'flag',
] as const;

export type Source = (typeof SOURCES)[number];

export interface Origin {
  readonly source: Source;
  /** For a person: `Cargo.toml [package.metadata.lambda.deploy]`, `CRABLET_DEPLOY_MEMORY`, `--memory`. */
  readonly place: string;
  /** What paths of this origin are relative to. */
  readonly directory: string;
}

export interface LoadOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whose variables (`env_var`, `env_file`) and selection keys count; `watch` without it. */
  readonly section?: Section;
  readonly manifestPath?: string | undefined;
  readonly packages?: readonly string[] | undefined;
  readonly workspace?: boolean | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly bins?: readonly string[] | undefined;
  readonly examples?: readonly string[] | undefined;
  readonly allBins?: boolean | undefined;
  readonly allExamples?: boolean | undefined;
  /** The configuration file: `--global`, CARGO_LAMBDA_GLOBAL or CargoLambda.toml here or at the workspace's root. */
  readonly globalConfig?: string | undefined;
  readonly context?: string | undefined;
  readonly admerge?: boolean | undefined;
  /** Values given as flags, by section; they win over everything. */
  readonly flags?: {
    readonly build?: BuildValues;
    readonly watch?: WatchValues;
    readonly deploy?: DeployValues;
  };
  readonly signal?: AbortSignal | undefined;
}
