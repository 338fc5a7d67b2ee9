import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { golden } from '../../tests/golden/read.js';
import { functionArn, resolveTarget } from './function-name.js';
import { functionNotFound } from './wire-errors.js';

interface Recorded {
  cases: {
    name: string;
    functionName: string;
    qualifier?: string;
    answer: { status: number; type: string; message: string };
  }[];
}

const home = { region: 'eu-west-1', accountId: '111111111111' };

describe('recorded cases, in an account without functions', () => {
  const { cases } = golden<Recorded>('function-names');

  it.each(cases)('$name', ({ functionName, qualifier, answer }) => {
    const target = resolveTarget(functionName, qualifier, home);
    const refusal =
      target.kind === 'function'
        ? functionNotFound(functionArn(home, target.name, target.qualifier ?? '$LATEST'))
        : target;
    expect(refusal).toMatchObject({ status: answer.status, type: answer.type });
    const body = JSON.parse(refusal.body) as { message?: string; Message?: string };
    expect(body.message ?? body.Message).toBe(answer.message);
  });
});

describe('what names a function', () => {
  const arn = 'arn:aws:lambda:eu-west-1:111111111111:function:fn';
  it.each([
    ['fn', undefined, { kind: 'function', name: 'fn', arn }],
    ['fn', '$LATEST', { kind: 'function', name: 'fn', qualifier: '$LATEST', arn: `${arn}:$LATEST` }],
    ['fn:1', undefined, { kind: 'function', name: 'fn', qualifier: '1', arn: `${arn}:1` }],
    ['fn:live', 'live', { kind: 'function', name: 'fn', qualifier: 'live', arn: `${arn}:live` }],
    ['function:fn', undefined, { kind: 'function', name: 'fn', arn }],
    ['111111111111:function:fn', undefined, { kind: 'function', name: 'fn', arn }],
    ['111111111111:fn:1', undefined, { kind: 'function', name: 'fn', qualifier: '1', arn: `${arn}:1` }],
    [arn, undefined, { kind: 'function', name: 'fn', arn }],
    [
      `${arn}:$LATEST`,
      undefined,
      { kind: 'function', name: 'fn', qualifier: '$LATEST', arn: `${arn}:$LATEST` },
    ],
    [
      `${arn}:$LATEST.PUBLISHED`,
      undefined,
      { kind: 'function', name: 'fn', qualifier: '$LATEST.PUBLISHED', arn: `${arn}:$LATEST.PUBLISHED` },
    ],
  ])('%s, qualifier %s', (functionName, qualifier, target) => {
    expect(resolveTarget(functionName, qualifier, home)).toEqual(target);
  });

  it('keeps the account of an ARN, for a local service has none of its own', () => {
    expect(resolveTarget('arn:aws:lambda:eu-west-1:999999999999:function:fn', undefined, home)).toMatchObject(
      {
        name: 'fn',
        arn: 'arn:aws:lambda:eu-west-1:999999999999:function:fn',
      },
    );
  });

  it('counts every broken constraint of a name that is too long as well', () => {
    const refusal = resolveTarget('!'.repeat(171), undefined, home);
    expect(refusal.kind === undefined && refusal.body).toMatch(
      /^\{"message":"2 validation errors detected: .*equal to 170"\}$/,
    );
  });
});

it.each([
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-east-1', 'aws'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eusc-de-east-1', 'aws-eusc'],
])('puts %s in the partition %s', (region, partition) => {
  expect(functionArn({ region, accountId: '1' }, 'f')).toBe(`arn:${partition}:lambda:${region}:1:function:f`);
});

it('finds in an ARN of its own what it was made of', () => {
  const name = fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/);
  const qualifier = fc.option(fc.stringMatching(/^([a-zA-Z0-9_-]{1,20}|\$LATEST)$/), { nil: undefined });
  fc.assert(
    fc.property(name, qualifier, (name, qualifier) => {
      const arn = functionArn(home, name, qualifier);
      expect(resolveTarget(arn, undefined, home)).toEqual({
        kind: 'function',
        name,
        arn,
        ...(qualifier !== undefined && { qualifier }),
      });
    }),
  );
});

it('answers any text without throwing, and does not take long over it', () => {
  fc.assert(
    fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (name, qualifier) => {
      const target = resolveTarget(name, qualifier, home);
      expect(target.kind === 'function' || target.status >= 400).toBe(true);
    }),
  );
  expect(resolveTarget(`${'a-'.repeat(50_000)}!`, undefined, home)).toMatchObject({ status: 400 });
});
