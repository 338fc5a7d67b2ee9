import { dirname, join } from 'node:path';

const NAMES = ['.cargo/config.toml', 'rust-toolchain.toml', 'rust-toolchain'];

/** Where cargo and rustup look for settings of their own, from the folder up to the workspace's root. */
export function cargoFiles(cwd: string, workspaceRoot: string): string[] {
  return foldersBetween(cwd, workspaceRoot).flatMap((folder) => NAMES.map((name) => join(folder, name)));
}

function foldersBetween(folder: string, root: string): string[] {
  if (folder === root) return [folder];
  const above = dirname(folder);
  // Started from elsewhere, with --manifest-path: cargo looks where it was started.
  return above === folder ? [root] : [folder, ...foldersBetween(above, root)];
}
