import { refuse, type Tree } from '../../lambda/identity/query-answer.js';
import {
  checkPolicyDocument,
  checkRoleName,
  describedRole,
  describedTags,
  encoded,
  noSuchRole,
  type Role,
} from '../../lambda/identity/role.js';
import { randomHex } from '../ids.js';
import type { IdentityContext, QueryHandler } from './context.js';
import type { QueryInput } from './query-input.js';

const WHOLE = { IsTruncated: false } as const;

/** What deploy tools do with the role of a function. What a role allows is not looked at here. */
export const IAM_OPERATIONS: Readonly<Record<string, QueryHandler>> = {
  async CreateRole(context, input) {
    const RoleName = input.required('RoleName');
    checkRoleName(RoleName);
    const trust = input.required('AssumeRolePolicyDocument');
    checkPolicyDocument(trust);
    if (context.roles.find(RoleName))
      throw refuse(409, 'EntityAlreadyExists', `Role with name ${RoleName} already exists.`);
    const role: Role = {
      RoleName,
      Path: input.text('Path') ?? '/',
      RoleId: `AROA${randomHex(17).toUpperCase()}`,
      CreateDate: seconds(context.clock.now()),
      Description: input.text('Description'),
      MaxSessionDuration: Number(input.text('MaxSessionDuration') ?? 3600),
      PermissionsBoundary: input.text('PermissionsBoundary'),
      trust,
      inline: {},
      attached: [],
      tags: input.tags(),
    };
    await context.roles.put(role);
    return { Role: describedRole(context.home, role) };
  },

  async GetRole(context, input) {
    return { Role: describedRole(context.home, roleOf(context, input)) };
  },

  async ListRoles(context, input) {
    const prefix = input.text('PathPrefix') ?? '/';
    const found = context.roles.all.filter(({ Path }) => Path.startsWith(prefix));
    return { ...WHOLE, Roles: found.map((role) => describedRole(context.home, role)) };
  },

  async UpdateRole(context, input) {
    const role = roleOf(context, input);
    const Description = input.text('Description') ?? role.Description;
    const MaxSessionDuration = Number(input.text('MaxSessionDuration') ?? role.MaxSessionDuration);
    await context.roles.put({ ...role, Description, MaxSessionDuration });
    return {};
  },

  async DeleteRole(context, input) {
    const role = roleOf(context, input);
    if (role.attached.length > 0)
      throw refuse(409, 'DeleteConflict', 'Cannot delete entity, must detach all policies first.');
    if (Object.keys(role.inline).length > 0)
      throw refuse(409, 'DeleteConflict', 'Cannot delete entity, must delete policies first.');
    await context.roles.remove(role.RoleName);
    return undefined;
  },

  async UpdateAssumeRolePolicy(context, input) {
    const role = roleOf(context, input);
    const trust = input.required('PolicyDocument');
    checkPolicyDocument(trust);
    await context.roles.put({ ...role, trust });
    return undefined;
  },

  async PutRolePolicy(context, input) {
    const role = roleOf(context, input);
    const document = input.required('PolicyDocument');
    checkPolicyDocument(document);
    const inline = { ...role.inline, [input.required('PolicyName')]: document };
    await context.roles.put({ ...role, inline });
    return undefined;
  },

  async GetRolePolicy(context, input) {
    const role = roleOf(context, input);
    const PolicyName = input.required('PolicyName');
    return {
      RoleName: role.RoleName,
      PolicyName,
      PolicyDocument: encoded(inlinePolicy(role, PolicyName)),
    };
  },

  async DeleteRolePolicy(context, input) {
    const role = roleOf(context, input);
    const name = input.required('PolicyName');
    inlinePolicy(role, name);
    const { [name]: _, ...inline } = role.inline;
    await context.roles.put({ ...role, inline });
    return undefined;
  },

  async ListRolePolicies(context, input) {
    return { ...WHOLE, PolicyNames: Object.keys(roleOf(context, input).inline).sort() };
  },

  async PutRolePermissionsBoundary(context, input) {
    const PermissionsBoundary = input.required('PermissionsBoundary');
    await context.roles.put({ ...roleOf(context, input), PermissionsBoundary });
    return undefined;
  },

  async DeleteRolePermissionsBoundary(context, input) {
    await context.roles.put({ ...roleOf(context, input), PermissionsBoundary: undefined });
    return undefined;
  },

  async AttachRolePolicy(context, input) {
    const role = roleOf(context, input);
    const arn = input.required('PolicyArn');
    if (!/^arn:[^:]+:iam::(aws|\d{12}):policy\/.+$/.test(arn))
      throw refuse(400, 'ValidationError', `ARN ${arn} is not valid.`);
    if (!role.attached.includes(arn)) await context.roles.put({ ...role, attached: [...role.attached, arn] });
    return undefined;
  },

  async DetachRolePolicy(context, input) {
    const role = roleOf(context, input);
    const arn = input.required('PolicyArn');
    if (!role.attached.includes(arn)) throw refuse(404, 'NoSuchEntity', `Policy ${arn} was not found.`);
    await context.roles.put({ ...role, attached: role.attached.filter((one) => one !== arn) });
    return undefined;
  },

  async ListAttachedRolePolicies(context, input) {
    const attached = roleOf(context, input).attached.map((PolicyArn) => ({
      PolicyName: PolicyArn.split('/').at(-1),
      PolicyArn,
    }));
    return { ...WHOLE, AttachedPolicies: attached };
  },

  async TagRole(context, input) {
    const role = roleOf(context, input);
    await context.roles.put({ ...role, tags: { ...role.tags, ...input.tags() } });
    return undefined;
  },

  async UntagRole(context, input) {
    const role = roleOf(context, input);
    const gone = input.list('TagKeys');
    const tags = Object.fromEntries(Object.entries(role.tags).filter(([key]) => !gone.includes(key)));
    await context.roles.put({ ...role, tags });
    return undefined;
  },

  async ListRoleTags(context, input) {
    return { ...WHOLE, Tags: describedTags(roleOf(context, input).tags) };
  },

  /** Tools ask before they delete a role. There are no instances here. */
  async ListInstanceProfilesForRole(context, input): Promise<Tree> {
    roleOf(context, input);
    return { ...WHOLE, InstanceProfiles: [] };
  },
};

function roleOf({ roles }: IdentityContext, input: QueryInput): Role {
  const name = input.required('RoleName');
  const role = roles.find(name);
  if (!role) throw noSuchRole(name);
  return role;
}

function inlinePolicy(role: Role, name: string): string {
  const document = Object.hasOwn(role.inline, name) ? role.inline[name] : undefined;
  if (document !== undefined) return document;
  throw refuse(404, 'NoSuchEntity', `The role policy with name ${name} cannot be found.`);
}

/** IAM's dates have no fraction. */
export function seconds(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}
