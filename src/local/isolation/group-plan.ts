import type { OwnGroup } from './own-groups.js';

/** A folder of control groups version 2, and what is known of it. */
export interface Candidate {
  readonly folder: string;
  /** Whether groups can be made in it, and processes moved into them. */
  readonly writable: boolean;
  /** What it can limit: cgroup.controllers. */
  readonly controllers: readonly string[];
  /** What its groups limit already: cgroup.subtree_control. */
  readonly enabled: readonly string[];
  /** Whether a process is in it that is not ours. */
  readonly foreign: boolean;
}

export type Plan =
  /** Groups can be made in it as it is. */
  | { readonly kind: 'inside'; readonly folder: string }
  /** We are alone in it: we move into a group of our own, so that it may have groups that limit something. */
  | { readonly kind: 'move-ourselves'; readonly folder: string }
  | { readonly kind: 'none' };

/**
 * Where groups can be made that limit memory, with version 2. Its rule: a group that has processes itself has no
 * groups below it that limit anything ("no internal processes", kernel documentation, admin-guide/cgroup-v2).
 */
export function planVersion2(own: Candidate, parent: Candidate | undefined): Plan {
  if (own.writable && own.enabled.includes('memory')) return { kind: 'inside', folder: own.folder };
  if (own.writable && !own.foreign && own.controllers.includes('memory'))
    return { kind: 'move-ourselves', folder: own.folder };
  if (parent?.writable && parent.enabled.includes('memory')) return { kind: 'inside', folder: parent.folder };
  return { kind: 'none' };
}

/** Version 1 has a hierarchy for each controller, or for a few. */
export function version1Folder(groups: readonly OwnGroup[], controller: string): string | undefined {
  return groups.find((group) => group.version === 1 && group.controllers.includes(controller))?.folder;
}
