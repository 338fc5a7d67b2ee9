import { join } from 'node:path';
import { ancestors } from './ancestors.js';

const NAMES = ['.cargo/config.toml', 'rust-toolchain.toml', 'rust-toolchain'];

/** Where cargo and rustup look for settings of their own, from the folder up to the workspace's root. */
export function cargoFiles(cwd: string, workspaceRoot: string): string[] {
  return foldersBetween(cwd, workspaceRoot).flatMap((folder) => NAMES.map((name) => join(folder, name)));
}

function foldersBetween(folder: string, root: string): string[] {
  const folders = ancestors(folder);
  const at = folders.indexOf(root);
  // Started from elsewhere, with --manifest-path: cargo looks where it was started.
  return at === -1 ? [...folders.slice(0, -1), root] : folders.slice(0, at + 1);
}
