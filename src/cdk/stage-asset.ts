import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export function assetFolder(assetOutdir: string, hash: string): string {
  return join(assetOutdir, `asset.${hash}`);
}

/**
 * Makes an asset's folder beside its place and moves it there in one step: what is there is complete, also when several synths
 * run at once or one is interrupted.
 * @param fill puts the files into the folder; nothing is kept when it returns a complaint or throws
 */
export function stageAsset<T>(
  assetOutdir: string,
  hash: string,
  fill: (folder: string) => T | undefined,
): T | undefined {
  const place = assetFolder(assetOutdir, hash);
  mkdirSync(assetOutdir, { recursive: true });
  const aside = mkdtempSync(join(assetOutdir, '.crablet-'));
  try {
    const complaint = fill(aside);
    if (complaint !== undefined) return complaint;
    chmodSync(aside, 0o755);
    renameSync(aside, place);
  } catch (error) {
    // Another synth was faster; it made the same.
    if (!existsSync(place)) throw error;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return undefined;
}

export function putProgram(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, 0o755);
}

export function putIncluded(
  files: readonly { readonly name: string; readonly path: string }[],
  folder: string,
): void {
  for (const { name, path } of files)
    cpSync(path, join(folder, name), { recursive: true, dereference: true });
}
