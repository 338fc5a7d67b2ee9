import { UserError } from '../errors.js';
import { readCargoSettings } from '../project/cargo-settings.js';
import type { Ways } from './choose-ways.js';
import type { Architecture } from './elf-check.js';
import { type Host, thisHost } from './host.js';
import { openBase } from './oci-base.js';
import { parseBase } from './oci-reference.js';
import type { Output } from './outputs.js';
import { parseTarget } from './target.js';
import type { Way } from './way.js';

export interface BasesRequest {
  readonly outputs: readonly Output[];
  readonly ways: Ways;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly host?: Host;
}

/**
 * What can be said of an image's base before anything is compiled: that a program for glibc needs one, and whether one on
 * this machine is there and fits. A registry is asked when there is something to build upon its image.
 */
export async function checkBases(request: BasesRequest): Promise<void> {
  const { outputs, ways, cwd, env, host = thisHost() } = request;
  const images = outputs.filter(({ format }) => format === 'oci');
  if (images.length === 0) return;
  const settings = await readCargoSettings(cwd, env);
  for (const { function: one } of images) {
    const { base_image: base, config, compiler } = one.settings.build;
    const way = ways.get(one)?.way;
    const target = way && targetOf(way, host);
    const architecture = target?.architecture ?? host.architecture ?? 'x86_64';
    const flags = [settings, config, compiler?.extra_args, flagVariables(env)];
    if (target?.libc === 'gnu' && (base ?? 'scratch') === 'scratch' && !mentionsStatic(flags)) {
      throw noLibrary(one.name, architecture, base);
    }
    if (base === undefined) continue;
    const kind = parseBase(base)?.kind;
    if (kind !== 'registry') await openBase({ base, architecture, cache: '', env });
  }
}

/** A program that needs a C library, and nothing that brings one. */
export function noLibrary(name: string, architecture: Architecture, base: string | undefined): UserError {
  return new UserError('usage.arguments', {
    what: `${name} needs a C library, ${base ? 'which scratch does not have' : 'and no base image that has one is named'}.`,
    fix: `Name a base: --base-image public.ecr.aws/lambda/provided:al2023, or build a static program, which needs none: --target ${architecture}-unknown-linux-musl`,
  });
}

/** Undefined where something else than this machine's Rust says what comes of it. */
function targetOf(way: Way, host: Host): ReturnType<typeof parseTarget> | undefined {
  if (way.kind !== 'cargo' && way.kind !== 'zigbuild') return undefined;
  const triple = way.target ?? host.triple;
  return triple === undefined ? undefined : parseTarget(triple);
}

/** glibc is linked statically for `-C target-feature=+crt-static` or `-C link-arg=-static`, wherever that stands. */
function mentionsStatic(flags: unknown): boolean {
  return /\+crt-static|-static\b/.test(JSON.stringify(flags));
}

function flagVariables(env: NodeJS.ProcessEnv): unknown {
  return Object.entries(env).filter(([name]) => name.endsWith('RUSTFLAGS'));
}
