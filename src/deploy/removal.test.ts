import { describe, expect, it } from 'vitest';
import { planRemoval, type Remains } from './removal.js';

const REMAINS: Remains = {
  name: 'orders',
  owner: 'shop/orders',
  functionOwner: 'shop/orders',
  role: { name: 'crablet-orders-eu-central-1', owner: 'shop/orders' },
  logGroup: { name: '/aws/lambda/orders', owned: true },
  eventSources: [{ uuid: 'u1', sourceArn: 'arn:aws:sqs:eu-central-1:123456789012:q' }],
  schedules: [{ rule: 'orders.nightly' }],
  bucket: { name: 'b', keys: ['orders/1.zip'] },
};

const kinds = (change: Partial<Remains>, keepLogs = false) =>
  planRemoval({ ...REMAINS, ...change }, keepLogs).removals.map(({ kind }) => kind);

describe('what destroy takes away', () => {
  it('is all that was made, the function after what belongs to it and the role last', () => {
    expect(kinds({})).toEqual(['event-source', 'rule', 'function', 'log-group', 'object', 'role']);
  });

  it.each<[string, Partial<Remains>, string[], string[]]>([
    [
      'a role of someone else',
      { role: { name: 'r', owner: null } },
      ['event-source', 'rule', 'function', 'log-group', 'object'],
      ['role'],
    ],
    [
      'a role of another function',
      { role: { name: 'r', owner: 'shop/other' } },
      ['event-source', 'rule', 'function', 'log-group', 'object'],
      ['role'],
    ],
    [
      'a log group of someone else',
      { logGroup: { name: '/g', owned: false } },
      ['event-source', 'rule', 'function', 'object', 'role'],
      ['log group'],
    ],
  ])('is not %s', (_, change, removed, stays) => {
    expect(kinds(change)).toEqual(removed);
    const told = planRemoval({ ...REMAINS, ...change }, false).stays;
    for (const one of stays) expect(told.join()).toContain(one);
  });

  it('is not the logs, when they are to be kept', () => {
    expect(kinds({}, true)).not.toContain('log-group');
  });

  it('is what an interrupted one has left', () => {
    expect(kinds({ functionOwner: undefined, eventSources: [], schedules: [] })).toEqual([
      'log-group',
      'object',
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
