import type { Desired, DesiredFunction, DesiredLayer } from './desired.js';
import { OWNER_TAG } from './desired.js';
import type { Observed, ObservedFunctionState, ObservedLayer } from './observed.js';
import { planAlias } from './plan-alias.js';
import { needsCode, planAround, planCreation, planLatest, planUpload } from './plan-function.js';
import { planLogs } from './plan-logs.js';
import { planRole } from './plan-role.js';
import { planSources } from './plan-sources.js';
import { planVersion } from './plan-version.js';
import { same } from './same.js';
import type { Step } from './step.js';
import { versionFacts } from './version-description.js';

/** What has to be done for `observed` to become `desired`, in the order in which it is done. Pure; empty when it is. */
export function plan(desired: Desired, observed: Observed): Step[] {
  if (desired.kind === 'layer') return planLayer(desired, observed as ObservedLayer);
  return planFunction(desired, observed as ObservedFunctionState);
}

function planFunction(desired: DesiredFunction, observed: ObservedFunctionState): Step[] {
  const there = observed.function;
  const alias = there?.alias ?? null;
  const isCodeNew = !there || needsCode(desired, there);
  return [
    ...planRole(desired, observed),
    ...planLogs(desired, observed),
    ...(isCodeNew ? planUpload(desired, observed) : []),
    ...(there ? planLatest(desired, there) : [planCreation(desired)]),
    ...planVersion(desired, there),
    ...planAround(desired, there),
    ...planAlias(desired, alias),
    ...planSources(desired, alias),
  ];
}

/** Whose the function is, or the role that has the name of its own; null when they are ours, or are not there. */
export function otherMaker(desired: Desired, observed: Observed): string | null {
  if (desired.kind !== 'function' || observed.kind !== 'function') return null;
  const { function: fn, role } = observed;
  const owner = fn ? fn.tags[OWNER_TAG] : desired.owner;
  if (owner === undefined) return `The function has no tag ${OWNER_TAG}, so something else made it`;
  if (owner !== desired.owner) return `The function's tag ${OWNER_TAG} says that it was made for ${owner}`;
  if (!desired.role || !role || role.owner === desired.owner) return null;
  if (role.owner === null)
    return `The role ${desired.role.name} has no tag ${OWNER_TAG}, so something else made it`;
  return `The tag ${OWNER_TAG} of the role ${desired.role.name} says that it was made for ${role.owner}`;
}

function planLayer(desired: DesiredLayer, observed: ObservedLayer): Step[] {
  const { latest } = observed;
  const { name, code, description, compatibleRuntimes } = desired;
  const wanted = {
    codeSha256: code.sha256,
    compatibleRuntimes: [...compatibleRuntimes].sort(),
    compatibleArchitectures: [code.architecture],
    description: versionFacts(description)?.description ?? description,
  };
  const there = latest && {
    codeSha256: latest.codeSha256,
    compatibleRuntimes: [...latest.compatibleRuntimes].sort(),
    compatibleArchitectures: latest.compatibleArchitectures,
    description: versionFacts(latest.description)?.description ?? latest.description,
  };
  if (same(there, wanted)) return [];
  const text = (sha256: string) => Buffer.from(sha256, 'base64').toString('hex').slice(0, 12);
  return [
    ...planUpload(desired, observed),
    {
      id: 'layer',
      what: `publish a version of the layer ${name}`,
      why: latest ? `version ${latest.version} is another one` : 'there is none',
      changes: [
        { name: 'version', before: latest ? String(latest.version) : null, after: `new ${description}` },
        { name: 'code (sha256)', before: latest && text(latest.codeSha256), after: text(code.sha256) },
      ],
      removes: false,
      writes: [{ kind: 'publish-layer', layer: name, code, description, compatibleRuntimes }],
    },
  ];
}
