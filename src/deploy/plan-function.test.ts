import { describe, expect, it } from 'vitest';
import { configuration, desiredFunction, sha256 } from './desired.fixture.js';
import { type DesiredFunction, OWNER_TAG, TAGS_TAG } from './desired.js';
import {
  observedAlias,
  observedState,
  stepsFor,
  withAlias,
  withFunction,
  withRole,
} from './observed.fixture.js';
import type { ObservedFunctionState } from './observed.js';

it('has nothing to do for what is there', () => {
  expect(stepsFor({}, observedState())).toEqual([]);
});

describe('the function', () => {
  const code = { path: '/fn.zip', bytes: 1, architecture: 'x86_64' as const, s3: null };
  const { role } = desiredFunction();
  const settings = (change: object) => configuration({ roleArn: role?.arn ?? '', ...change });
  const s3 = (create: boolean) => ({ bucket: 'b', key: `fn/${hex('two')}.zip`, create, owner: null });
  const VERSION = ['version: publish-version', 'alias: move-alias'];
  const UPLOAD = 'upload: put-object';

  it.each<[string, Partial<DesiredFunction>, ObservedFunctionState, string[]]>([
    [
      'is made, and then all that belongs to it',
      { reservedConcurrency: 1, tags: { a: 'b' }, provisionedConcurrency: 2 },
      observedState({ function: null, role: null }),
      [
        'role: create-role, put-role-policy',
        'create: create-function',
        'version: publish-version',
        'alias: create-alias',
        'reserved-concurrency: put-reserved-concurrency',
        'provisioned-concurrency: put-provisioned-concurrency',
      ],
    ],
    [
      'gets other code',
      { code: { ...code, sha256: sha256('two') } },
      observedState(),
      ['code: update-code', ...VERSION],
    ],
    [
      'gets other code through S3, where it is not yet',
      { code: { ...code, sha256: sha256('two'), s3: s3(false) } },
      observedState({ s3: { bucket: true, object: false } }),
      [UPLOAD, 'code: update-code', ...VERSION],
    ],
    [
      'gets other code through S3, where it is already',
      { code: { ...code, sha256: sha256('two'), s3: s3(false) } },
      observedState({ s3: { bucket: true, object: true } }),
      ['code: update-code', ...VERSION],
    ],
    [
      'gets other code under a key that does not tell what is there',
      {
        code: {
          ...code,
          sha256: sha256('two'),
          s3: { bucket: 'b', key: 'fn.zip', create: false, owner: null },
        },
      },
      observedState({ s3: { bucket: true, object: true } }),
      [UPLOAD, 'code: update-code', ...VERSION],
    ],
    [
      'gets other code through a bucket that is made for it',
      { code: { ...code, sha256: sha256('two'), s3: s3(true) } },
      observedState({ s3: { bucket: false, object: false } }),
      ['bucket: create-bucket', UPLOAD, 'code: update-code', ...VERSION],
    ],
    [
      'has no bucket made while its code stays',
      { code: { ...code, sha256: sha256('one'), s3: s3(true) } },
      observedState({ s3: { bucket: false, object: false } }),
      [],
    ],
    [
      'gets the same code anew after an update that failed',
      {},
      withFunction({ failure: 'The layer is gone.' }),
      ['code: update-code'],
    ],
    [
      'gets other settings',
      { configuration: settings({ memoryMb: 256, timeoutSeconds: 9 }) },
      observedState(),
      ['configuration: update-configuration', ...VERSION],
    ],
    [
      'keeps variables of others when it merges',
      { mergeEnv: true },
      withFunction({
        configuration: settings({ environment: { THEIRS: '1' } }),
        alias: observedAlias({ configuration: settings({ environment: { THEIRS: '1' } }) }),
      }),
      [],
    ],
    [
      'is led to a version of what $LATEST already is',
      { configuration: settings({ memoryMb: 256 }) },
      withFunction({ configuration: settings({ memoryMb: 256 }) }),
      VERSION,
    ],
    [
      'gets another description, which is the version’s',
      { configuration: settings({ description: 'two' }) },
      observedState(),
      ['configuration: update-configuration', ...VERSION],
    ],
    [
      'keeps a description that somebody wrote for just this version',
      {},
      withAlias({ configuration: settings({ description: 'Theirs' }) }),
      [],
    ],
    [
      'is no longer shared out when a canary was killed',
      {},
      withAlias({ weights: { 2: 0.1 } }),
      ['alias: move-alias'],
    ],
    [
      'has its alias made when only that is missing',
      {},
      withFunction({ alias: null }),
      ['version: publish-version', 'alias: create-alias'],
    ],
    ['is taken over', {}, withFunction({ tags: { theirs: 'x' } }), ['tags: tag-function']],
    [
      'loses tags that were the project’s, and only those',
      {},
      withFunction({ tags: { [OWNER_TAG]: 'app/fn', [TAGS_TAG]: hashOf('a'), a: '1', theirs: 'x' } }),
      ['tags (removes): untag-function'],
    ],
    [
      'releases what was reserved',
      {},
      withFunction({ reservedConcurrency: 0 }),
      ['reserved-concurrency (removes): put-reserved-concurrency'],
    ],
    [
      'reserves nothing, so that it is not called',
      { reservedConcurrency: 0 },
      observedState(),
      ['reserved-concurrency: put-reserved-concurrency'],
    ],
    [
      'is signed before it gets code',
      { codeSigningConfigArn: 'csc', code: { ...code, sha256: sha256('two') } },
      observedState(),
      ['code-signing: put-code-signing', 'code: update-code', ...VERSION],
    ],
    [
      'is signed no more',
      {},
      withFunction({ codeSigningConfigArn: 'csc' }),
      ['code-signing (removes): put-code-signing'],
    ],
  ])('%s', (_, wanted, there, are) => {
    expect(stepsFor(wanted, there)).toEqual(are);
  });
});

describe('the role', () => {
  const { role: plain } = desiredFunction();
  const role = (change: object) => ({ role: plain && { ...plain, ...change } });
  it.each<[string, Partial<DesiredFunction>, ObservedFunctionState, string[]]>([
    ['that was given is not touched', { role: null }, withRole({ trust: 'x', policy: null }), []],
    ['gets back its trust', {}, withRole({ trust: '{}' }), ['role: update-role-trust']],
    [
      'is the same in other words',
      role({ trust: '{"a":1,"b":[2]}' }),
      withRole({ trust: '{ "b": [2], "a": 1 }' }),
      [],
    ],
    ['gets back its policy', {}, withRole({ policy: null }), ['role: put-role-policy']],
    ['is taken over', {}, withRole({ owner: null }), ['role: tag-role']],
    [
      'gets policies, and loses others',
      role({ attached: ['a', 'b'] }),
      withRole({ attached: ['b', 'c'] }),
      ['role (removes): attach-role-policy, detach-role-policy'],
    ],
    ['is bounded', role({ permissionsBoundary: 'p' }), withRole({}), ['role: put-role-boundary']],
    ['is bounded no more', {}, withRole({ permissionsBoundary: 'p' }), ['role: put-role-boundary']],
  ])('%s', (_, wanted, there, are) => {
    expect(stepsFor(wanted, there)).toEqual(are);
  });
});

describe('the log group', () => {
  const group = (change: object) =>
    observedState({
      logGroup: { name: '/aws/lambda/fn', arn: 'g', retentionDays: null, owned: false, ...change },
    });
  it.each<[string, number | null, ObservedFunctionState, string[]]>([
    ['is made with its days', 7, observedState(), ['log-group: create-log-group, put-retention']],
    ['of Lambda’s own gets days', 7, group({}), ['log-group: tag-log-group, put-retention']],
    ['gets other days', 7, group({ owned: true, retentionDays: 14 }), ['log-group: put-retention']],
    ['has its days', 7, group({ owned: true, retentionDays: 7 }), []],
    [
      'keeps for ever when that is not said any more',
      null,
      group({ owned: true, retentionDays: 7 }),
      ['log-group (removes): delete-retention, untag-log-group'],
    ],
    [
      'is let go by a deploy that comes after an interrupted one',
      null,
      group({ owned: true }),
      ['log-group (removes): untag-log-group'],
    ],
    ['of others is left as it is', null, group({ retentionDays: 30 }), []],
  ])('%s', (_, logRetentionDays, there, are) => {
    expect(stepsFor({ logRetentionDays }, there)).toEqual(are);
  });
});

function hex(text: string): string {
  return Buffer.from(sha256(text), 'base64').toString('hex');
}

/** As `TAGS_TAG` has it. */
function hashOf(key: string): string {
  return hex(key).slice(0, 5);
}
