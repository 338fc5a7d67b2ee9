import { existsSync } from 'node:fs';
import { type Architecture, isLambdaArchitecture } from './elf-check.js';
import { gnu } from './target.js';

/** What this machine is, as far as it decides how to build. */
export interface Host {
  readonly system: 'linux' | 'macos' | 'windows' | 'other';
  /** Undefined for one that Lambda does not run. */
  readonly architecture: Architecture | undefined;
  /** As a Rust triple, where it is one that Lambda runs: Linux with glibc. */
  readonly triple: string | undefined;
  /** Whose files a container makes: `uid:gid`. */
  readonly user: string | undefined;
}

const SYSTEMS: Readonly<Partial<Record<NodeJS.Platform, Host['system']>>> = {
  linux: 'linux',
  darwin: 'macos',
  win32: 'windows',
};
const MACHINES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

export function thisHost(): Host {
  const system = SYSTEMS[process.platform] ?? 'other';
  const machine = MACHINES[process.arch] ?? '';
  const architecture = isLambdaArchitecture(machine) ? machine : undefined;
  const triple = system === 'linux' && usesGlibc() && architecture ? gnu(architecture) : undefined;
  const uid = process.getuid?.();
  const user = uid === undefined ? undefined : `${uid}:${process.getgid?.()}`;
  return { system, architecture, triple, user };
}

/** With musl's loader beside it the answer is no: then the target is spelt out for cargo, which is always right. */
function usesGlibc(): boolean {
  return !existsSync(`/lib/ld-musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`);
}

/** The glibc that a plain build links against, such as `2.36`. Not free to ask: Node.js collects a whole report for it. */
export function hostGlibc(): string | undefined {
  const report = process.report?.getReport() as unknown as
    | { readonly header?: { readonly glibcVersionRuntime?: string } }
    | undefined;
  return report?.header?.glibcVersionRuntime;
}
