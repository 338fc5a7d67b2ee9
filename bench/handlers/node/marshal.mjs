import { isDeepStrictEqual } from 'node:util';

/** A value as DynamoDB's JSON has it. */
function marshal(value) {
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(marshal) };
  switch (typeof value) {
    case 'boolean':
      return { BOOL: value };
    case 'number':
      return { N: String(value) };
    case 'string':
      return { S: value };
    default:
      return { M: mapped(value, marshal) };
  }
}

function unmarshal(value) {
  const [kind] = Object.keys(value);
  const inner = value[kind];
  switch (kind) {
    case 'NULL':
      return null;
    case 'BOOL':
    case 'S':
      return inner;
    case 'N':
      return Number(inner);
    case 'L':
      return inner.map(unmarshal);
    case 'M':
      return mapped(inner, unmarshal);
    default:
      throw new Error(`no type ${kind}`);
  }
}

function mapped(object, change) {
  const result = {};
  for (const key of Object.keys(object)) result[key] = change(object[key]);
  return result;
}

export const handler = async ({ items }) => {
  const marshalled = items.map(marshal);
  return { same: isDeepStrictEqual(marshalled.map(unmarshal), items), items: marshalled };
};
