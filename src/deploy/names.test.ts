import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketFor, roleNameOf } from './desire.js';
import { isRuleOf, ruleNameOf, scheduleNameOf, schedulePermissionOf } from './schedule-rule.js';
import { shortened } from './shortened.js';
import { versionDescription, versionFacts } from './version-description.js';

const functionName = fc.stringMatching(/^[a-zA-Z0-9-_]{1,64}$/);

describe('names of what a deploy makes', () => {
  it('are no longer than AWS takes them', () => {
    fc.assert(
      fc.property(functionName, fc.stringMatching(/^[a-z0-9-]{1,64}$/), (name, schedule) => {
        expect(roleNameOf(name, 'ap-southeast-3').length).toBeLessThanOrEqual(64);
        expect(ruleNameOf(name, 'live', schedule).length).toBeLessThanOrEqual(64);
        expect(ruleNameOf(name, schedule, schedule)).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
        expect(schedulePermissionOf(schedule)).toMatch(/^[A-Za-z0-9_-]{1,100}$/);
      }),
    );
  });

  it('are those of one function alone', () => {
    fc.assert(
      fc.property(functionName, functionName, (one, other) => {
        fc.pre(one !== other);
        expect(roleNameOf(one, 'eu-central-1')).not.toBe(roleNameOf(other, 'eu-central-1'));
        expect(isRuleOf(ruleNameOf(one, 'live', 'nightly'), other, null)).toBe(false);
      }),
    );
  });

  it('of a schedule are those of one alias alone, and of the function in any case', () => {
    const alias = fc.oneof(fc.constant('live'), fc.stringMatching(/^[a-zA-Z0-9-_]{1,128}$/));
    fc.assert(
      fc.property(functionName, alias, alias, (name, one, other) => {
        const rule = ruleNameOf(name, one, 'nightly');
        expect(isRuleOf(rule, name, other)).toBe(one === other);
        expect(isRuleOf(rule, name, null)).toBe(true);
        expect(scheduleNameOf(rule)).toBe('nightly');
      }),
    );
    expect(ruleNameOf('fn', 'live', 'nightly')).toBe('fn.nightly');
    expect(ruleNameOf('fn', 'prod', 'nightly')).toBe('fn.prod.nightly');
  });

  it.each([
    ['short', 10, 'short'],
    ['0123456789', 10, '0123456789'],
  ])('stay what they are when there is room: %s', (name, most, is) => {
    expect(shortened(name, most)).toBe(is);
  });

  it('of a bucket is one of the account and region, unless one is named', () => {
    const account = { id: '123456789012', region: 'eu-central-1' };
    expect(bucketFor(undefined, account)).toBe('crablet-123456789012-eu-central-1');
    expect(bucketFor('mine', account)).toBe('mine');
  });
});

describe('the description of a version', () => {
  it('gives back what it was made of, within the 256 characters that AWS takes', () => {
    const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200 }),
        hex(40),
        hex(64),
        fc.boolean(),
        (text, commit, inputs, dirty) => {
          const made = versionDescription(text, { commit: dirty ? `${commit}-dirty` : commit, inputs });
          expect(made.length).toBeLessThanOrEqual(256);
          expect(versionFacts(made)).toEqual({
            description: text,
            commit: `${commit.slice(0, 12)}${dirty ? '-dirty' : ''}`,
            inputs: inputs.slice(0, 12),
          });
        },
      ),
    );
  });

  it.each(['', 'Mine', 'Mine [2026]', '[inputs xyz]'])(
    'is not taken for one that others wrote: %s',
    (text) => {
      expect(versionFacts(text)).toBeNull();
    },
  );
});
