import { describe, expect, it } from 'vitest';
import { planRemovals, type Remains } from './removal.js';

const REMAINS: Remains = {
  name: 'orders',
  owner: 'shop/orders',
  functionOwner: 'shop/orders',
  role: { name: 'crablet-orders-eu-central-1', owner: 'shop/orders' },
  logGroup: { name: '/aws/lambda/orders', owned: true },
  eventSources: [{ uuid: 'u1', sourceArn: 'arn:aws:sqs:eu-central-1:123456789012:q' }],
  schedules: [{ rule: 'orders.nightly' }],
  layerVersions: [],
  bucket: { name: 'b', owner: null, keys: ['orders/1.zip'], ours: ['orders/1.zip'] },
};

const kinds = (change: Partial<Remains>, keepLogs = false) =>
  planned(change, keepLogs).removals.map(({ kind }) => kind);

function planned(change: Partial<Remains>, keepLogs = false) {
  const [plan] = planRemovals([{ ...REMAINS, ...change }], keepLogs);
  return plan!;
}

describe('what destroy takes away', () => {
  it('is all that was made, the function after what belongs to it and the role last', () => {
    expect(kinds({})).toEqual(['event-source', 'rule', 'object', 'function', 'log-group', 'role']);
  });

  it.each<[string, Partial<Remains>, string[], string[]]>([
    [
      'a role of someone else',
      { role: { name: 'r', owner: null } },
      ['event-source', 'rule', 'object', 'function', 'log-group'],
      ['role'],
    ],
    [
      'a role of another function',
      { role: { name: 'r', owner: 'shop/other' } },
      ['event-source', 'rule', 'object', 'function', 'log-group'],
      ['role'],
    ],
    [
      'a log group of someone else',
      { logGroup: { name: '/g', owned: false } },
      ['event-source', 'rule', 'object', 'function', 'role'],
      ['log group'],
    ],
  ])('is not %s', (_, change, removed, stays) => {
    expect(kinds(change)).toEqual(removed);
    const told = planned(change).stays;
    for (const one of stays) expect(told.join()).toContain(one);
  });

  it('is not the logs, when they are to be kept', () => {
    expect(kinds({}, true)).not.toContain('log-group');
  });

  it('is what an interrupted one has left', () => {
    expect(kinds({ functionOwner: undefined, eventSources: [], schedules: [] })).toEqual([
      'object',
      'log-group',
      'role',
    ]);
  });

  it('is found by the tag alone, when only a name is given', () => {
    expect(kinds({ owner: undefined })).toContain('role');
    expect(kinds({ owner: undefined, role: { name: 'r', owner: 'x/y' } })).not.toContain('role');
  });

  it.each([
    [{ functionOwner: null }, /not made by crablet/],
    [{ functionOwner: null, owner: undefined }, /not made by crablet/],
    [{ functionOwner: 'shop/other' }, /was made for shop\/other, and this is shop\/orders/],
  ])('is nothing of %j', (change, text) => {
    expect(() => kinds(change)).toThrow(text);
  });
});

describe('what goes through a bucket', () => {
  const bucket = (owner: string | null, ours: string[], keys: string[] = ['a/1.zip', 'b/1.zip']) => ({
    name: 'made',
    owner,
    keys,
    ours,
  });
  const of = (name: string, one: Remains['bucket']): Remains => ({
    name,
    owner: `shop/${name}`,
    functionOwner: undefined,
    role: null,
    logGroup: null,
    eventSources: [],
    schedules: [],
    layerVersions: [],
    bucket: one,
  });

  it('goes, and with the last of it the bucket that crablet made', () => {
    const plans = planRemovals(
      [of('a', bucket('shop/a', ['a/1.zip'])), of('b', bucket('shop/a', ['b/1.zip']))],
      false,
    );
    expect(plans.map(({ removals }) => removals)).toEqual([
      [{ kind: 'object', bucket: 'made', key: 'a/1.zip' }],
      [
        { kind: 'object', bucket: 'made', key: 'b/1.zip' },
        { kind: 'bucket', bucket: 'made' },
      ],
    ]);
    expect(plans.flatMap(({ stays }) => stays)).toEqual([]);
  });

  it.each([
    ['others have something in', bucket('shop/a', ['a/1.zip']), ['the bucket made: another object is in it']],
    [
      'crablet did not make',
      bucket(null, ['a/1.zip', 'b/1.zip']),
      ['the bucket made: crablet did not make it'],
    ],
    ['is none of ours', bucket('other/x', [], []), []],
  ])('leaves a bucket that %s', (_, one, told) => {
    const [plan] = planRemovals([of('a', one)], false);
    expect(plan?.removals.map(({ kind }) => kind)).not.toContain('bucket');
    expect(plan?.stays).toEqual(told);
  });

  it('is a bucket too that is empty already', () => {
    expect(planRemovals([of('a', bucket('shop/a', [], []))], false)[0]?.removals).toEqual([
      { kind: 'bucket', bucket: 'made' },
    ]);
  });
});

describe('the versions of a layer', () => {
  it('go when crablet published them, and are told of when it did not', () => {
    const layerVersions = [
      { version: '1', description: 'by hand' },
      { version: '2', description: 'Traces [git 1a2b3c4d5e6f, inputs 0f1e2d3c4b5a]' },
    ];
    const bare = { functionOwner: undefined, role: null, logGroup: null, eventSources: [], schedules: [] };
    const { removals, stays } = planned({ ...bare, layerVersions, bucket: null });
    expect(removals).toEqual([{ kind: 'layer-version', layer: 'orders', version: '2' }]);
    expect(stays).toEqual(['version 1 of the layer orders: crablet did not publish it']);
  });
});
