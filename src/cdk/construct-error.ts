import type { IConstruct } from 'constructs';

/** What a person can mend, as it is met while constructs are made: which construct, what happened, and the mend. */
export interface Complaint {
  readonly what: string;
  readonly fix: string;
}

export function isComplaint(value: unknown): value is Complaint {
  return typeof value === 'object' && value !== null && 'what' in value && 'fix' in value;
}

/** Thrown while an app is put together or synthesized; its stack begins where the user's own code is. */
export class ConstructError extends Error {
  constructor(path: string, { what, fix }: Complaint, above?: unknown) {
    super(`[${path}] ${what}\n  fix: ${fix}`);
    this.name = 'ConstructError';
    // What lies below the user's line is of no use to them.
    if (typeof above === 'function') Error.captureStackTrace(this, above as () => void);
  }
}

/** The path that the construct of a scope and an id is going to have. */
export function pathOf(scope: IConstruct, id: string): string {
  return scope.node.path === '' ? id : `${scope.node.path}/${id}`;
}

/** Takes `error:` and `fix:` apart again, as the command line prints them. */
export function complaintFrom(stderr: string): Complaint {
  const text = stderr.trim();
  const [, what, fix] = /^(?:[^\n]*\n)*?error: ([\s\S]*?)\n {2}fix: ([\s\S]*)$/.exec(text) ?? [];
  return {
    what: what ?? (text === '' ? 'crablet ended without a word.' : text),
    fix: fix ?? 'Mend what is named above.',
  };
}
