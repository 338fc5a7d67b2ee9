import type { Home } from '../function-name.js';
import { refuse, type Tree } from './query-answer.js';

/** A role as it is kept. It grants nothing here: functions have the credentials that the service was given. */
export interface Role {
  readonly RoleName: string;
  readonly Path: string;
  readonly RoleId: string;
  readonly CreateDate: string;
  readonly Description?: string | undefined;
  readonly MaxSessionDuration: number;
  readonly PermissionsBoundary?: string | undefined;
  /** Who may assume it, as JSON. */
  readonly trust: string;
  /** JSON, by name. */
  readonly inline: Readonly<Record<string, string>>;
  /** ARNs of managed policies. */
  readonly attached: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

function roleArn({ accountId }: Home, { Path, RoleName }: Role): string {
  return `arn:aws:iam::${accountId}:role${Path}${RoleName}`;
}

/** As GetRole and CreateRole tell it; documents are encoded as parts of a URL are (API reference, Role). */
export function describedRole(home: Home, role: Role): Tree {
  const boundary = role.PermissionsBoundary;
  return {
    Path: role.Path,
    RoleName: role.RoleName,
    RoleId: role.RoleId,
    Arn: roleArn(home, role),
    CreateDate: role.CreateDate,
    AssumeRolePolicyDocument: encoded(role.trust),
    Description: role.Description,
    MaxSessionDuration: role.MaxSessionDuration,
    PermissionsBoundary: boundary && {
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: boundary,
    },
    Tags: Object.keys(role.tags).length > 0 ? describedTags(role.tags) : undefined,
  };
}

export function describedTags(tags: Role['tags']): Tree {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** By RFC 3986, which encodes a little more than JavaScript does. */
export function encoded(json: string): string {
  return encodeURIComponent(json).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const NAME = /^[\w+=,.@-]{1,64}$/;

/** @throws QueryError in the form of IAM's own */
export function checkRoleName(name: string): void {
  if (NAME.test(name)) return;
  throw refuse(
    400,
    'ValidationError',
    'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
  );
}

/** @throws QueryError when it is no JSON object with statements */
export function checkPolicyDocument(json: string): void {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    throw refuse(400, 'MalformedPolicyDocument', 'This policy contains invalid Json');
  }
  if (typeof document !== 'object' || document === null || !('Statement' in document))
    throw refuse(400, 'MalformedPolicyDocument', 'Syntax errors in policy.');
}

export const noSuchRole = (name: string) =>
  refuse(404, 'NoSuchEntity', `The role with name ${name} cannot be found.`);
