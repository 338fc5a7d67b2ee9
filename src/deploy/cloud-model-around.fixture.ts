import type { ModelState } from './cloud-model-state.fixture.js';
import { ACCOUNT, found, refused } from './cloud-model-state.fixture.js';
import type { ModelWriters } from './cloud-model-writers.fixture.js';
import { OWNER_TAG } from './desired.js';
import type { ObservedRole } from './observed.js';

/** Roles, log groups, buckets, rules and layers. */
export const aroundModel: ModelWriters<
  | 'create-role'
  | 'tag-role'
  | 'put-role-boundary'
  | 'update-role-trust'
  | 'put-role-policy'
  | 'attach-role-policy'
  | 'detach-role-policy'
  | 'create-log-group'
  | 'tag-log-group'
  | 'untag-log-group'
  | 'put-retention'
  | 'delete-retention'
  | 'create-bucket'
  | 'put-object'
  | 'put-rule'
  | 'put-rule-target'
  | 'remove-rule-target'
  | 'delete-rule'
  | 'publish-layer'
> = {
  'create-role'({ roles }, { role, trust, permissionsBoundary, tags }) {
    if (roles.has(role)) throw refused('exists', role);
    roles.set(role, {
      arn: `arn:aws:iam::${ACCOUNT.id}:role/${role}`,
      trust,
      policy: null,
      attached: [],
      permissionsBoundary,
      owner: tags[OWNER_TAG] ?? null,
      createdMs: 0,
    });
  },
  'tag-role': (state, { role, tags }) => changeRole(state, role, { owner: tags[OWNER_TAG] ?? null }),
  'put-role-boundary': (state, { role, boundary }) =>
    changeRole(state, role, { permissionsBoundary: boundary }),
  'update-role-trust': (state, { role, trust }) => changeRole(state, role, { trust }),
  'put-role-policy': (state, { role, policy }) => changeRole(state, role, { policy }),
  'attach-role-policy'(state, { role, policyArn }) {
    const { attached } = found(state.roles.get(role));
    changeRole(state, role, { attached: [...new Set([...attached, policyArn])].sort() });
  },
  'detach-role-policy'(state, { role, policyArn }) {
    const { attached } = found(state.roles.get(role));
    changeRole(state, role, { attached: attached.filter((one) => one !== policyArn) });
  },

  'create-log-group'({ groups }, { group, tags }) {
    if (groups.has(group)) throw refused('exists', group);
    groups.set(group, { retention: null, tags: { ...tags } });
  },
  'tag-log-group'({ groups }, { arn, tags }) {
    Object.assign(found(groups.get(arn.slice(4))).tags, tags);
  },
  'untag-log-group'({ groups }, { arn, keys }) {
    for (const key of keys) delete found(groups.get(arn.slice(4))).tags[key];
  },
  'put-retention'({ groups }, { group, days }) {
    found(groups.get(group)).retention = days;
  },
  'delete-retention'({ groups }, { group }) {
    found(groups.get(group)).retention = null;
  },

  'create-bucket'({ buckets }, { bucket }) {
    if (buckets.has(bucket)) throw refused('exists', bucket);
    buckets.set(bucket, new Set());
  },
  'put-object'({ buckets }, { bucket, key }) {
    found(buckets.get(bucket)).add(key);
  },

  'put-rule'({ rules }, { rule, schedule }) {
    rules.set(rule, { ...schedule, target: rules.get(rule)?.target ?? null });
  },
  'put-rule-target'({ rules }, { rule, aliasArn, input }) {
    found(rules.get(rule)).target = { arn: aliasArn, input };
  },
  'remove-rule-target'({ rules }, { rule }) {
    found(rules.get(rule)).target = null;
  },
  'delete-rule'({ rules }, { rule }) {
    // A rule with targets cannot be deleted (EventBridge API, DeleteRule).
    if (rules.get(rule)?.target) throw refused('refused', 'Rule has targets');
    rules.delete(rule);
  },

  'publish-layer'({ layers }, { layer, description, compatibleRuntimes: runtimes, code }) {
    const all = layers.get(layer) ?? [];
    const { sha256: codeSha256, architecture } = code;
    layers.set(layer, [...all, { codeSha256, description, runtimes, architecture }]);
    return { version: String(all.length + 1), arn: `arn:layer:${layer}:${all.length + 1}` };
  },
};

function changeRole({ roles }: ModelState, name: string, change: Partial<ObservedRole>): void {
  roles.set(name, { ...found(roles.get(name)), ...change });
}
