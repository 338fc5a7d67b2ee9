import { statSync } from 'node:fs';
import type { BundleRequest } from './bundle-request.js';

/** How an asset came to be. */
export interface BuiltAsset {
  readonly path: BundleRequest['path'];
  /** Of the run that made it, until it lay in its place. */
  readonly seconds: number;
  /** How many more that run has made. */
  readonly others: number;
  readonly bytes: number;
}

/** The line of a function or extension that was built; one that was there already has none. */
export function builtLine({ path, seconds, others, bytes }: BuiltAsset): string {
  const shared = others === 0 ? '' : `, in one run with ${others} other${others === 1 ? '' : 's'}`;
  return `${path}: built in ${seconds.toFixed(1)} s${shared} (${sizeText(bytes)})`;
}

function sizeText(bytes: number): string {
  const kilobytes = bytes / 1024;
  return kilobytes < 1000 ? `${Math.ceil(kilobytes)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}

/**
 * To the person who synthesizes, as the CDK itself tells of bundling: there is no command of ours above a construct that could.
 * On stderr, as an app may print its template.
 */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function sizeOf(program: string): number {
  return statSync(program, { throwIfNoEntry: false })?.size ?? 0;
}
