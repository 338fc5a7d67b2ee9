import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PayloadSource, readPayload } from './payload.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crablet-payload-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function* pieces(...chunks: (string | Buffer)[]) {
  yield* chunks;
}

const read = async (source: PayloadSource) => (await readPayload(source, folder)).toString('utf8');

describe('readPayload', () => {
  it('hands every source on byte for byte', async () => {
    const odd = ' {"a": 1.0,\n "a": 12345678901234567890, "ü": "\\u00fc"} \n';
    await writeFile(join(folder, 'event.json'), odd);
    expect(await read({ ascii: odd })).toBe(odd);
    expect(await read({ file: 'event.json' })).toBe(odd);
    expect(await read({ file: join(folder, 'event.json') })).toBe(odd);
    const bytes = Buffer.from(odd);
    const middle = bytes.indexOf(0xbc);
    expect(await read({ stdin: pieces(bytes.subarray(0, middle), bytes.subarray(middle)) })).toBe(odd);
    expect(JSON.parse(await read({ example: 'sqs-event' }))).toHaveProperty('Records');
  });

  it.each(['null', '0', '"text"', '[]', 'false'])('takes %s: any JSON value is a payload', async (json) => {
    expect(await read({ ascii: json })).toBe(json);
  });

  const refusal = (source: PayloadSource) => readPayload(source, folder).catch((error: unknown) => error);

  it.each([
    [{ ascii: '{', file: 'x' }, 'usage.arguments', /More than one payload/],
    [{ ascii: '' }, 'invoke.payload', /--data-ascii is not JSON/],
    [{ ascii: 'hello' }, 'invoke.payload', /--data-ascii is not JSON: .*hello/],
    [{ stdin: pieces('{"a":') }, 'invoke.payload', /Standard input is not JSON/],
    [{ stdin: pieces() }, 'invoke.payload', /no payload/],
    [{}, 'invoke.payload', /no payload/],
    [{ file: 'missing.json' }, 'invoke.payload', /Cannot read the payload from 'missing\.json'/],
    [{ file: '.' }, 'invoke.payload', /Cannot read the payload from '\.'/],
    [{ example: 'sqs-evnt' }, 'invoke.payload', /no example event 'sqs-evnt'/],
  ])('refuses %j', async (source, code, what) => {
    expect(await refusal(source)).toMatchObject({ code, message: expect.stringMatching(what) });
  });

  it('names the file that is not JSON, and what stands in it', async () => {
    await writeFile(join(folder, 'bad.json'), '{"a": tru}');
    expect(await refusal({ file: 'bad.json' })).toMatchObject({
      message: expect.stringMatching(/^bad\.json is not JSON: .*tru/),
    });
  });

  it('takes a file that starts with a byte order mark, without it', async () => {
    await writeFile(join(folder, 'bom.json'), '\uFEFF{"a":1}');
    expect(await read({ file: 'bom.json' })).toBe('{"a":1}');
  });

  it('takes a piped payload only where there is no other', async () => {
    expect(await read({ ascii: '1', stdin: pieces('2') })).toBe('1');
  });
});
