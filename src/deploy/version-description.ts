import type { Provenance } from './desired.js';

/** Longest description of a version (botocore, lambda, Description). */
const MOST = 256;
const SHORT = 12;

export interface VersionFacts {
  /** What the configuration says, without what crablet adds. */
  readonly description: string;
  readonly commit: string | null;
  readonly inputs: string;
}

/** `Fixes the tax [git 1a2b3c4d5e6f, inputs 0f1e2d3c4b5a]`: what was deployed, and what from. */
export function versionDescription(description: string, { commit, inputs }: Provenance): string {
  const [, hash = '', dirty = ''] = /^([0-9a-f]+)(-dirty)?$/.exec(commit ?? '') ?? [];
  const git = hash === '' ? '' : `git ${hash.slice(0, SHORT)}${dirty}, `;
  const facts = `[${git}inputs ${inputs.slice(0, SHORT)}]`;
  const text = description.slice(0, MOST - facts.length - 1);
  return text === '' ? facts : `${text} ${facts}`;
}

/** The facts of a description that crablet wrote; null for one that it did not. */
export function versionFacts(text: string): VersionFacts | null {
  const found = /^(?:(.*) )?\[(?:git ([0-9a-f]+(?:-dirty)?), )?inputs ([0-9a-f]+)\]$/s.exec(text);
  if (!found) return null;
  const [, description = '', commit, inputs = ''] = found;
  return { description, commit: commit ?? null, inputs };
}
