import { basename, relative, sep } from 'node:path';

/**
 * Whether an edit of this file may change what the app synthesises. Everything in its folder may, but for what functions
 * in Rust are made of, which has a build of its own.
 */
export function isOfApp(path: string, appFolder: string, packageRoots: readonly string[]): boolean {
  const inside = relative(appFolder, path);
  if (inside.startsWith('..')) return false;
  const name = basename(path);
  if (
    /\.(rs|md|log)$/.test(name) ||
    /^(Cargo\.(toml|lock)|CargoLambda\.toml|rust-toolchain(\.toml)?)$/.test(name)
  )
    return false;
  return !packageRoots.some((root) => root !== appFolder && path.startsWith(root + sep));
}
