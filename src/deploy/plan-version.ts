import { differing } from './changes.js';
import type { DesiredFunction } from './desired.js';
import type { ObservedAlias, ObservedFunction } from './observed.js';
import { wantedConfiguration } from './plan-function.js';
import type { Step } from './step.js';
import { versionDescription, versionFacts } from './version-description.js';

/**
 * Publishes what `$LATEST` is by then, and leads the alias to it. Callers of the alias get the version of before until
 * that one call, and so never something that is half changed. A version that is published already is not made again:
 * AWS answers with it (botocore, PublishVersion).
 */
export function planVersion(desired: DesiredFunction, there: ObservedFunction | null): Step[] {
  const { name, alias, code, configuration } = desired;
  const before = there?.alias ?? null;
  const why = whyNew(desired, there);
  if (why === null) return before ? endCanary(desired, before) : [];
  const description = versionDescription(configuration.description, desired.provenance);
  const weights = { ...before?.weights };
  const isWeighted = Object.keys(weights).length > 0;
  return [
    {
      id: 'version',
      what: `publish a version of ${name}`,
      why,
      changes: [{ name: 'version', before: before?.version ?? null, after: `new ${description}` }],
      removes: false,
      writes: [{ kind: 'publish-version', function: name, codeSha256: code.sha256, description }],
    },
    before
      ? {
          id: 'alias',
          what: `lead the alias ${alias} to the new version`,
          why: 'callers get what the alias leads to',
          changes: [
            { name: alias, before: before.version, after: 'the new version' },
            ...(isWeighted ? [{ name: 'canary', before: weightsText(weights), after: null }] : []),
          ],
          removes: false,
          writes: [
            {
              kind: 'move-alias',
              function: name,
              alias,
              version: null,
              weights: {},
              revision: before.revision,
            },
          ],
        }
      : {
          id: 'alias',
          what: `create the alias ${alias}`,
          why: 'callers get what the alias leads to',
          changes: [{ name: alias, before: null, after: 'the new version' }],
          removes: false,
          writes: [{ kind: 'create-alias', function: name, alias, version: null }],
        },
  ];
}

/** Why the version that the alias leads to is not what the project wants; null when it is. */
function whyNew(desired: DesiredFunction, there: ObservedFunction | null): string | null {
  const before = there?.alias;
  if (!before) return there ? 'there is no alias yet' : 'the function is new';
  if (before.codeSha256 !== desired.code.sha256) return `version ${before.version} has other code`;
  const wanted = wantedConfiguration(desired, there);
  const keys = differing(before.configuration, wanted).filter((key) => key !== 'description');
  if (keys.length > 0) return `version ${before.version} has other settings`;
  // A description that is not of crablet's is somebody's own for just this version.
  const facts = versionFacts(before.configuration.description);
  return facts && facts.description !== wanted.description
    ? `version ${before.version} has another description`
    : null;
}

/** What a canary that was killed has left. */
function endCanary({ name, alias }: DesiredFunction, before: ObservedAlias): Step[] {
  if (Object.keys(before.weights).length === 0) return [];
  const { version, revision } = before;
  return [
    {
      id: 'alias',
      what: `lead all calls of the alias ${alias} to version ${version}`,
      why: 'a canary was not brought to its end',
      changes: [{ name: 'canary', before: weightsText(before.weights), after: null }],
      removes: false,
      writes: [{ kind: 'move-alias', function: name, alias, version, weights: {}, revision }],
    },
  ];
}

function weightsText(weights: Readonly<Record<string, number>>): string {
  return Object.entries(weights)
    .map(([version, part]) => `${Math.round(part * 10_000) / 100}% to version ${version}`)
    .join(', ');
}
