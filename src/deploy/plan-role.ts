import { type DesiredFunction, OWNER_TAG, POLICY_NAME } from './desired.js';
import type { ObservedFunctionState } from './observed.js';
import { sameJson } from './same.js';
import type { Change, Step, Write } from './step.js';

/** The role that crablet keeps for the function; none of a role that was named is touched. */
export function planRole(desired: DesiredFunction, { role: there }: ObservedFunctionState): Step[] {
  const { role, owner } = desired;
  if (!role) return [];
  const writes: Write[] = [];
  const changes: Change[] = [];
  if (!there) {
    const { trust, permissionsBoundary } = role;
    const tags = { [OWNER_TAG]: owner };
    writes.push({ kind: 'create-role', role: role.name, trust, permissionsBoundary, tags });
    changes.push({ name: 'role', before: null, after: role.arn });
  } else if (!sameJson(there.trust, role.trust)) {
    writes.push({ kind: 'update-role-trust', role: role.name, trust: role.trust });
    changes.push({ name: 'trust', before: there.trust, after: role.trust });
  }
  if (there && there.owner !== owner) {
    writes.push({ kind: 'tag-role', role: role.name, tags: { [OWNER_TAG]: owner } });
    changes.push({ name: `tag ${OWNER_TAG}`, before: there.owner, after: owner });
  }
  if (there && there.permissionsBoundary !== role.permissionsBoundary) {
    const { permissionsBoundary: boundary } = role;
    writes.push({ kind: 'put-role-boundary', role: role.name, boundary });
    changes.push({ name: 'permissions boundary', before: there.permissionsBoundary, after: boundary });
  }
  if (!there || there.policy === null || !sameJson(there.policy, role.policy)) {
    writes.push({
      kind: 'put-role-policy',
      role: role.name,
      policyName: POLICY_NAME,
      policy: role.policy,
    });
    changes.push(...policyChanges(there?.policy ?? null, role.policy));
  }
  const attached = there?.attached ?? [];
  for (const policyArn of role.attached.filter((one) => !attached.includes(one))) {
    writes.push({ kind: 'attach-role-policy', role: role.name, policyArn });
    changes.push({ name: 'policy', before: null, after: policyArn });
  }
  const tooMany = attached.filter((one) => !role.attached.includes(one));
  for (const policyArn of tooMany) {
    writes.push({ kind: 'detach-role-policy', role: role.name, policyArn });
    changes.push({ name: 'policy', before: policyArn, after: null });
  }
  if (writes.length === 0) return [];
  return [
    {
      id: 'role',
      what: `${there ? 'change' : 'create'} the role ${role.name}`,
      why: there ? 'its policies are what the settings need' : 'no role was named',
      changes,
      removes: tooMany.length > 0,
      writes,
    },
  ];
}

interface Document {
  readonly Statement?: Grant | readonly Grant[];
}

interface Grant {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: unknown;
}

/** A line for each statement, so that what is given and taken can be read. */
function policyChanges(before: string | null, after: string): Change[] {
  const was = before === null ? [] : statementsOf(before);
  const is = statementsOf(after);
  return [
    ...was.filter((one) => !is.includes(one)).map((one) => ({ name: 'policy', before: one, after: null })),
    ...is.filter((one) => !was.includes(one)).map((one) => ({ name: 'policy', before: null, after: one })),
  ];
}

function statementsOf(text: string): string[] {
  const { Statement = [] } = JSON.parse(text) as Document;
  return [Statement].flat().map(({ Effect = 'Allow', Action = [], Resource = [], Condition }) => {
    const condition = Condition === undefined ? '' : ` if ${JSON.stringify(Condition)}`;
    return `${Effect.toLowerCase()} ${[Action].flat().join(', ')} on ${[Resource].flat().join(', ')}${condition}`;
  });
}
