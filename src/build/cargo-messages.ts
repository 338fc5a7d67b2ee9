import type { TargetKind } from '../project/project.js';

/** What cargo says on stdout while it builds, as far as it matters here. */
export type CargoMessage =
  | {
      readonly kind: 'executable';
      readonly name: string;
      readonly targetKind: TargetKind;
      readonly manifestPath: string;
      readonly path: string;
      /** Nothing had to be done for it. */
      readonly fresh: boolean;
    }
  | { readonly kind: 'diagnostic'; readonly rendered: string; readonly level: string }
  | {
      readonly kind: 'build-script';
      readonly outDir: string;
      readonly packageId: string;
      /** Libraries of the system that it asks to be linked, such as `ssl`. */
      readonly libraries: readonly string[];
    }
  | { readonly kind: 'other' };

const OTHER: CargoMessage = { kind: 'other' };

/** A library that was compiled: told apart without being parsed, as there are hundreds in a build. */
export function isLibraryMessage(line: string): boolean {
  return line.startsWith('{"reason":"compiler-artifact"') && line.includes('"executable":null');
}

/** Reads one line; most are libraries that have been compiled, which are passed over without being parsed. */
export function readMessage(line: string): CargoMessage {
  if (isLibraryMessage(line)) return OTHER;
  const message = parseObject(line);
  switch (message?.['reason']) {
    case 'compiler-artifact':
      return readArtifact(message);
    case 'compiler-message': {
      const { rendered, level } = object(message['message']);
      return typeof rendered === 'string' ? { kind: 'diagnostic', rendered, level: String(level) } : OTHER;
    }
    case 'build-script-executed': {
      const { out_dir, package_id, linked_libs } = message;
      if (typeof out_dir !== 'string') return OTHER;
      const libraries = Array.isArray(linked_libs) ? linked_libs.map(libraryOf) : [];
      return { kind: 'build-script', outDir: out_dir, packageId: String(package_id), libraries };
    }
    default:
      return OTHER;
  }
}

const KINDS: readonly TargetKind[] = ['bin', 'example', 'test', 'bench'];

function readArtifact(message: Readonly<Record<string, unknown>>): CargoMessage {
  const { executable, manifest_path, fresh } = message;
  const { name, kind } = object(message['target']);
  const targetKind = Array.isArray(kind) ? KINDS.find((one) => kind.includes(one)) : undefined;
  if (typeof executable !== 'string' || typeof name !== 'string' || targetKind === undefined) return OTHER;
  // The unit tests of a binary are an executable too, and not the binary.
  const mayHaveUnitTests = targetKind === 'bin' || targetKind === 'example';
  if (mayHaveUnitTests && object(message['profile'])['test'] === true) return OTHER;
  return {
    kind: 'executable',
    name,
    targetKind,
    manifestPath: String(manifest_path),
    path: executable,
    fresh: fresh === true,
  };
}

/** `ssl` of `dylib=ssl` (cargo reference, "cargo::rustc-link-lib"). */
function libraryOf(linked: unknown): string {
  return String(linked).replace(/^.*=/, '').replace(/:.*$/, '');
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  // A build script's or a wrapper's own output may stand between cargo's lines.
  if (!line.startsWith('{')) return undefined;
  try {
    return object(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
