import { configuration, desiredFunction, sha256 } from './desired.fixture.js';
import { type DesiredFunction, OWNER_TAG } from './desired.js';
import type { ObservedAlias, ObservedFunction, ObservedFunctionState, ObservedRole } from './observed.js';
import { plan } from './plan.js';

/** What the plainest function is on AWS, when it has been deployed. */
export function observedState(change: Partial<ObservedFunctionState> = {}): ObservedFunctionState {
  return {
    kind: 'function',
    function: observedFunction(),
    role: observedRole(),
    logGroup: null,
    s3: null,
    ...change,
  };
}

function observedRole(change: Partial<ObservedRole> = {}): ObservedRole {
  const { role, owner } = desiredFunction();
  const { arn = '', trust = '', policy = '' } = role ?? {};
  return { arn, trust, policy, attached: [], permissionsBoundary: null, owner, createdMs: 0, ...change };
}

export function observedFunction(change: Partial<ObservedFunction> = {}): ObservedFunction {
  const desired = desiredFunction();
  return {
    arn: desired.arn,
    revision: 'r1',
    codeSha256: sha256('one'),
    configuration: desired.configuration,
    updating: false,
    failure: null,
    tags: { [OWNER_TAG]: desired.owner },
    reservedConcurrency: null,
    codeSigningConfigArn: null,
    alias: observedAlias(),
    ...change,
  };
}

export function observedAlias(change: Partial<ObservedAlias> = {}): ObservedAlias {
  const { arn, alias, configuration: settings } = desiredFunction();
  return {
    arn: `${arn}:${alias}`,
    version: '1',
    weights: {},
    revision: 'a1',
    codeSha256: sha256('one'),
    configuration: configuration({ ...settings, description: '[git 0123456789ab, inputs fedcba987654]' }),
    url: null,
    permissions: [],
    events: null,
    provisionedConcurrency: null,
    eventSources: [],
    schedules: [],
    ...change,
  };
}

export const withFunction = (change: Partial<ObservedFunction>) =>
  observedState({ function: observedFunction(change) });
export const withAlias = (change: Partial<ObservedAlias>) => withFunction({ alias: observedAlias(change) });
export const withRole = (change: Partial<ObservedRole>) => observedState({ role: observedRole(change) });

/** The calls that make what is wanted of what is there, as `step: call, call`. */
export function stepsFor(wanted: Partial<DesiredFunction>, there: ObservedFunctionState): string[] {
  return plan(desiredFunction(wanted), there).map(
    ({ id, removes, writes }) =>
      `${id}${removes ? ' (removes)' : ''}: ${writes.map(({ kind }) => kind).join(', ')}`,
  );
}
