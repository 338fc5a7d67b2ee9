import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { listSamples, loadSample } from './catalog.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Fields = { [key: string]: Json };

/** Every object inside every sample, with where it stands. */
const objects: { at: string; fields: Fields }[] = [];
function collect(at: string, value: Json): void {
  if (value === null || typeof value !== 'object') return;
  if (!Array.isArray(value)) objects.push({ at, fields: value });
  for (const [key, inner] of Object.entries(value)) collect(`${at}.${key}`, inner);
}
const texts = new Map<string, string>();
for (const { name } of listSamples()) {
  const text = (await loadSample(name)).toString();
  texts.set(name, text);
  collect(name, JSON.parse(text) as Json);
}

/** The objects that have all of these keys; a test about none of them would prove nothing. */
function having(...keys: string[]): { at: string; fields: Fields }[] {
  const found = objects.filter(({ fields }) => keys.every((key) => fields[key] !== undefined));
  expect(found, keys.join()).not.toEqual([]);
  return found;
}

const md5 = (...parts: (string | Uint8Array)[]): string => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** Amazon SQS Developer Guide, "Calculating the MD5 message digest for message attributes"; all of ours are text. */
function md5OfAttributes(attributes: Fields): string {
  const withLength = (text: string) => [new Uint8Array([0, 0, 0, Buffer.byteLength(text)]), text];
  const parts = Object.entries(attributes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, attribute]) => {
      const { dataType, stringValue } = attribute as { dataType: string; stringValue: string };
      return [...withLength(name), ...withLength(dataType), new Uint8Array([1]), ...withLength(stringValue)];
    });
  return md5(...parts);
}

function decoded(text: string): string {
  const bytes = Buffer.from(text, 'base64');
  expect(bytes.toString('base64')).toBe(text);
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

describe('what belongs together in a sample agrees', () => {
  it('SQS digests', () => {
    for (const { at, fields } of having('md5OfBody', 'body'))
      expect(fields['md5OfBody'], at).toBe(md5(String(fields['body'])));
    for (const { at, fields } of having('MD5OfBody', 'Body'))
      expect(fields['MD5OfBody'], at).toBe(md5(String(fields['Body'])));
    for (const { at, fields } of having('md5OfMessageAttributes')) {
      expect(fields['md5OfMessageAttributes'], at).toBe(
        md5OfAttributes(fields['messageAttributes'] as Fields),
      );
    }
  });

  it('log data is gzip of JSON that names its own log group', () => {
    for (const { fields } of having('awslogs')) {
      const { data } = fields['awslogs'] as { data: string };
      const logs = JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString()) as Fields;
      expect(logs).toMatchObject({ messageType: 'DATA_MESSAGE', logGroup: '/aws/lambda/orders' });
      expect(logs['logEvents']).toHaveLength(2);
    }
  });

  it('records hold base64 of JSON', () => {
    const data = [
      ...having('kinesisSchemaVersion'),
      ...having('recordId', 'data'),
      ...having('messageID', 'data'),
      ...having('basicProperties', 'data'),
    ].map(({ at, fields }) => ({ at, text: fields['data'] }));
    const values = having('timestampType').map(({ at, fields }) => ({ at, text: fields['value'] }));
    for (const { at, text } of [...data, ...values])
      expect(JSON.parse(decoded(String(text))), at).toBeTypeOf('object');
  });

  it('bodies that say they are base64 decode to the form', () => {
    for (const { at, fields } of having('isBase64Encoded', 'body').filter(
      ({ fields }) => fields['isBase64Encoded'],
    )) {
      expect(new URLSearchParams(decoded(String(fields['body']))).get('customer'), at).toBe('ada');
    }
  });

  it('a time and its number are the same moment', () => {
    const pairs = [
      ...having('time', 'timeEpoch').map(({ at, fields }) => ({
        at,
        text: fields['time'],
        epoch: fields['timeEpoch'],
      })),
      ...having('requestTime', 'requestTimeEpoch').map(({ at, fields }) => ({
        at,
        text: fields['requestTime'],
        epoch: fields['requestTimeEpoch'],
      })),
    ];
    for (const { at, text, epoch } of pairs) {
      // 12/May/2026:14:03:21 +0000
      const readable = String(text).replace(/^(\d+)\/(\w+)\/(\d+):/, '$1 $2 $3 ');
      expect(Date.parse(readable), at).toBe(Math.floor(Number(epoch) / 1000) * 1000);
    }
  });

  it('a raw query holds what the query parameters hold', () => {
    for (const { at, fields } of having('rawQueryString', 'queryStringParameters')) {
      const query = new URLSearchParams(String(fields['rawQueryString']));
      const joined = [...new Set(query.keys())].map((key) => [key, query.getAll(key).join(',')]);
      expect(Object.fromEntries(joined), at).toEqual(fields['queryStringParameters'] ?? {});
    }
  });

  it('a content-length is that of the body', () => {
    for (const { at, fields } of having('headers', 'body')) {
      const length = (fields['headers'] as Fields | null)?.['content-length'];
      if (length !== undefined) expect(Number(length), at).toBe(Buffer.byteLength(String(fields['body'])));
    }
  });
});

describe('nothing in a sample is of a real account', () => {
  it.each([...texts])('%s', (_name, text) => {
    const accounts = [...text.matchAll(/arn:aws:[a-z0-9-]+:[a-z0-9-]*:(\d+):/g)].map(
      ([, account]) => account,
    );
    expect(accounts.filter((account) => account !== '123456789012')).toEqual([]);
    const ids = [...text.matchAll(/\b(?:AKIA|ASIA|AIDA|AROA)\w+/g)].map(([id]) => id);
    expect(ids.filter((id) => !id.endsWith('EXAMPLE'))).toEqual([]);
    const addresses = [...text.matchAll(/\b\d+\.\d+\.\d+\.\d+\b/g)].map(([address]) => address);
    // RFC 5737's documentation network, or a private one.
    expect(addresses.filter((address) => !/^(203\.0\.113|10\.0)\./.test(address))).toEqual([]);
  });
});
