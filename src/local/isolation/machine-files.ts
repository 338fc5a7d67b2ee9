import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Piece } from './bwrap-argv.js';

/** Puts layers over each other, as AWS unpacks them; undefined when there is nothing to find in /opt. */
export function mergedLayers(
  into: string,
  layers: readonly string[],
  extensions: Readonly<Record<string, string>>,
): string | undefined {
  const programs = Object.entries(extensions);
  if (layers.length === 0 && programs.length === 0) return undefined;
  mkdirSync(into, { recursive: true });
  for (const layer of layers) merge(layer, into);
  for (const [name, path] of programs) {
    mkdirSync(join(into, 'extensions'), { recursive: true });
    place(path, join(into, 'extensions', name));
  }
  return into;
}

function merge(from: string, into: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(into, entry.name);
    if (entry.isDirectory()) {
      mkdirSync(target, { recursive: true });
      merge(source, target);
    } else if (entry.isSymbolicLink()) {
      rmSync(target, { recursive: true, force: true });
      symlinkSync(readlinkSync(source), target);
    } else place(source, target);
  }
}

/** A hard link where that is possible, for nothing is copied then. */
function place(source: string, target: string): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(dirname(target), { recursive: true });
  const file = realpathSync(source);
  try {
    linkSync(file, target);
  } catch {
    copyFileSync(file, target);
  }
}

/**
 * Writes the machine's names and those by which an extension knows its own address (developer guide, telemetry-api);
 * undefined where the machine has no such file that could be replaced.
 */
export function namesOf(path: string): string | undefined {
  const machine = '/etc/hosts';
  if (!statSync(machine, { throwIfNoEntry: false })?.isFile()) return undefined;
  writeFileSync(path, `${readFileSync(machine, 'utf8').trimEnd()}\n127.0.0.1 sandbox.localdomain sandbox\n`);
  return path;
}

/** What programs need of the machine: its libraries and configuration, at the places where they are. */
export function systemPieces(): Piece[] {
  const roots = ['usr', 'etc', 'nix', 'gnu'].map((name): Piece => readOnly(`/${name}`));
  const merged = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'].flatMap(rootEntry);
  return [...roots, ...merged, readOnly('/sys/devices/system/cpu'), ...nameServers()];
}

function readOnly(path: string): Piece {
  return { kind: 'read-only', from: path, at: path, optional: true };
}

/** Today these are links into /usr, on older systems folders. */
function rootEntry(name: string): Piece[] {
  const path = `/${name}`;
  try {
    return [{ kind: 'link', to: readlinkSync(path), at: path }];
  } catch {
    return statSync(path, { throwIfNoEntry: false }) ? [readOnly(path)] : [];
  }
}

/** /etc/resolv.conf is often a link to a file that a service keeps elsewhere. */
function nameServers(): Piece[] {
  try {
    const path = realpathSync('/etc/resolv.conf');
    return path.startsWith('/etc/') || path.startsWith('/usr/') ? [] : [readOnly(path)];
  } catch {
    return [];
  }
}
