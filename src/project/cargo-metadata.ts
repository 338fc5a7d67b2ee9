import { join } from 'node:path';
import * as v from 'valibot';
import { UserError } from '../errors.js';
import { runCargo } from './cargo.js';
import { toolchainError } from './toolchain-error.js';

// Of cargo's answer only what is used is checked: cargo adds fields from version to version.
const TARGET = v.object({
  name: v.string(),
  kind: v.array(v.string()),
  src_path: v.string(),
  'required-features': v.optional(v.array(v.string()), []),
});

const DEPENDENCY = v.object({
  name: v.string(),
  path: v.optional(v.nullable(v.string())),
  kind: v.optional(v.nullable(v.string())),
});

const PACKAGE = v.object({
  id: v.string(),
  name: v.string(),
  manifest_path: v.string(),
  dependencies: v.array(DEPENDENCY),
  targets: v.array(TARGET),
  default_run: v.optional(v.nullable(v.string())),
  features: v.record(v.string(), v.array(v.string())),
  metadata: v.unknown(),
});

const METADATA = v.object({
  packages: v.array(PACKAGE),
  workspace_members: v.array(v.string()),
  workspace_default_members: v.optional(v.array(v.string())),
  workspace_root: v.string(),
  target_directory: v.string(),
  metadata: v.unknown(),
});

export type CargoMetadata = v.InferOutput<typeof METADATA>;
export type CargoPackage = CargoMetadata['packages'][number];
export type CargoTarget = CargoPackage['targets'][number];

export interface MetadataRequest {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly manifestPath?: string | undefined;
  readonly cargoFlags?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Asks cargo for the workspace; dependencies are not resolved, so neither network nor lock file is touched. */
export async function readMetadata(request: MetadataRequest): Promise<CargoMetadata> {
  const lines: string[] = [];
  let complaint = '';
  const end = await runCargo({
    argv: [
      'metadata',
      '--format-version',
      '1',
      '--no-deps',
      ...(request.manifestPath ? ['--manifest-path', request.manifestPath] : []),
      ...(request.cargoFlags ?? []),
    ],
    cwd: request.cwd,
    env: { ...request.env, CARGO_TERM_COLOR: 'never' },
    signal: request.signal,
    onLine: (line) => lines.push(line),
    onStderr: (text) => {
      complaint += text;
    },
  });
  request.signal?.throwIfAborted();
  if (end.kind !== 'exited' || end.code !== 0) throw explain(complaint, request);
  return v.parse(METADATA, JSON.parse(lines.join('\n')));
}

/** Cargo's own message stays: it names the line. */
function explain(complaint: string, { cwd, manifestPath }: MetadataRequest): UserError {
  const toolchain = toolchainError(complaint);
  if (toolchain) return toolchain;
  const message = complaint.trim().replace(/^error: /, '');
  if (/^could not find `Cargo\.toml`/.test(message)) {
    return new UserError('project.no-manifest', {
      what: `There is no Cargo.toml in ${cwd} or above.`,
      fix: 'Go to your project, or make one: crablet new my-function --http',
    });
  }
  if (manifestPath && /^manifest path .* does not exist|^the manifest-path must be a path to/.test(message)) {
    return new UserError('project.no-manifest', {
      what: `There is no manifest ${manifestPath}.`,
      fix: 'Name a Cargo.toml that exists: --manifest-path path/to/Cargo.toml',
    });
  }
  if (manifestPath && /^manifest path .* is a directory/.test(message)) {
    return new UserError('project.no-manifest', {
      what: `${manifestPath} is a folder, not a manifest.`,
      fix: `Name the Cargo.toml in it: --manifest-path ${join(manifestPath, 'Cargo.toml')}`,
    });
  }
  if (/no targets specified in the manifest/.test(message)) {
    return new UserError('project.no-function', {
      what: `The package has no binary that could become a function. cargo says: ${message}`,
      fix: 'Add src/main.rs, or make a function beside it: crablet new my-function --http',
    });
  }
  const stray =
    /^current package believes it's in a workspace[\s\S]*adding `([^`]+)` to[\s\S]*located at: (.+)/.exec(
      message,
    );
  if (stray) {
    return new UserError('project.broken-manifest', {
      what: `The package in ${stray[1]} lies below a workspace that does not have it among its members.`,
      fix: `Add "${stray[1]}" to members (or exclude) under [workspace] in ${stray[2]}, or an empty [workspace] to its own Cargo.toml.`,
    });
  }
  if (/--config (?:argument|cli option)|^failed to load config from/.test(message)) {
    return new UserError('usage.arguments', {
      what: `cargo does not take this --config: ${message}`,
      fix: `Write a key with its value, and quotes around text (--config 'build.jobs=2', --config 'build.target-dir="made"'), or name a file that is there.`,
    });
  }
  return new UserError('project.broken-manifest', {
    what: `cargo cannot read the project: ${message || 'it gave no reason'}`,
    fix: 'Mend the file at the place that cargo names; to see it again: cargo metadata --no-deps --format-version 1',
  });
}
