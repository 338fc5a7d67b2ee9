import type { Variables } from './render.js';

/** The names inside a new workspace: each function's begins with the workspace's, for AWS has one list of them. */
export function workspaceNames(workspace: string): Variables & Record<'api_name' | 'queue_name', string> {
  const separator = workspace.includes('_') ? '_' : '-';
  const shared = `${workspace}${separator}shared`;
  return {
    api_name: `${workspace}${separator}api`,
    queue_name: `${workspace}${separator}queue`,
    shared_name: shared,
    shared_crate: shared.replaceAll('-', '_'),
  };
}

/** As many characters as the longest of the endings takes. */
export const WORKSPACE_SUFFIX = '-shared'.length;
