import { dirname } from 'node:path';

/** A folder and all above it, up to the root. */
export function ancestors(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...ancestors(above)];
}
