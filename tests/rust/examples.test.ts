import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { loadSample } from '../../src/events/catalog.js';
import { packageRoot } from '../../src/package-root.js';
import { cargo } from '../support/cargo.js';
import { serveReal } from '../support/functions.js';
import { http, openHttp } from '../support/http.js';
import { type Moto, startMoto } from '../support/moto.js';
import { pythonClient } from '../support/python-clients.js';

// The uses that Rust on Lambda is praised for, each as a function in examples/ that runs here.

const example = (name: string, change: object = {}) =>
  serveReal({ functions: [{ name, bootstrap: inject('functions')[name]!, timeoutSeconds: 20, ...change }] });

const json = (payload: Buffer): unknown => JSON.parse(payload.toString());

async function sample(name: string): Promise<Record<string, unknown>> {
  return JSON.parse((await loadSample(name)).toString()) as Record<string, unknown>;
}

describe('the example', () => {
  it('http-api routes, reads queries and JSON, and answers with the right status', async () => {
    const { url } = await example('http-api');
    const post = (body: string) =>
      http(`${url}/notes`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const made = await post('{"text":"milk"}');
    expect([made.status, JSON.parse(made.text)]).toEqual([201, { id: 1, text: 'milk' }]);
    await post('{"text":"bread"}');
    expect(JSON.parse((await http(`${url}/notes?contains=mi`)).text)).toEqual([{ id: 1, text: 'milk' }]);
    expect((await http(`${url}/notes/1`, { method: 'DELETE' })).status).toBe(204);
    expect((await http(`${url}/notes/1`, { method: 'DELETE' })).status).toBe(404);
    expect((await post('{"text":')).status).toBe(400);
    expect((await http(`${url}/elsewhere`)).status).toBe(404);
  });

  it('sqs-batch names the messages that have to come again, and no others', async () => {
    const service = await example('sqs-batch');
    const event = await sample('sqs-event');
    const [record] = event['Records'] as Record<string, unknown>[];
    const bodies = { good: '{"id":1,"quantity":2}', empty: '{"id":2,"quantity":0}', broken: 'no JSON' };
    const records = Object.entries(bodies).map(([messageId, body]) => ({ ...record, messageId, body }));
    const { payload } = await service.invoke('sqs-batch', { Records: records });
    expect(json(payload)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'empty' }, { itemIdentifier: 'broken' }],
    });
    expect(json((await service.invoke('sqs-batch', { Records: [records[0]] })).payload)).toEqual({
      batchItemFailures: [],
    });
  });

  it('streaming sends each chapter when it is ready', async () => {
    const { url } = await example('streaming');
    const response = await openHttp(`${url}/`);
    expect([response.statusCode, response.headers['content-type']]).toEqual([
      200,
      'text/plain; charset=utf-8',
    ]);
    const chunks: string[] = [];
    for await (const chunk of response) chunks.push(String(chunk));
    expect(chunks.join('')).toBe([1, 2, 3, 4, 5].map((n) => `chapter ${n} of 5\n`).join(''));
    expect(chunks.length).toBeGreaterThan(1);
  });

  it('scheduled works by the time of the event, and comes to the same when it is invoked again', async () => {
    const service = await example('scheduled');
    const event = {
      ...(await sample('eventbridge-schedule')),
      time: '2026-11-26T00:00:00Z',
      resources: ['arn:aws:events:eu-central-1:123456789012:rule/nightly'],
    };
    for (const _ of [1, 2]) {
      const { payload } = await service.invoke('scheduled', event);
      expect(json(payload)).toEqual({ day: '2026-11-26', rule: 'nightly' });
    }
  });
});

describe.skipIf(!pythonClient('moto_server'))('the example s3-report', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto?.stop());

  const aws = (...args: string[]) => {
    const { stdout, stderr, status } = spawnSync(
      pythonClient('aws')!,
      [...args, '--endpoint-url', moto.url],
      {
        env: { ...moto.env, PATH: process.env['PATH'] },
        encoding: 'utf8',
        input: 'tea,250\ncake,300\ntea,250\nnonsense\n',
      },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    return stdout;
  };

  it('reads an object, and writes its report beside it', async () => {
    aws('s3', 'mb', 's3://sales');
    aws('s3', 'cp', '-', 's3://sales/2026/november 26.csv');
    const service = await serveReal({
      functions: [{ name: 's3-report', bootstrap: inject('functions')['s3-report']!, timeoutSeconds: 20 }],
      passedOn: { AWS_ENDPOINT_URL: moto.url },
      credentials: async () => ({ accessKeyId: 'test', secretAccessKey: 'test' }),
    });
    const event = await sample('s3-event');
    const [record] = event['Records'] as { s3: { bucket: object; object: object } }[];
    const s3 = {
      ...record!.s3,
      bucket: { ...record!.s3.bucket, name: 'sales' },
      object: { ...record!.s3.object, key: '2026/november+26.csv' },
    };
    const { payload } = await service.invoke('s3-report', { Records: [{ ...record, s3 }] });
    expect(json(payload)).toEqual(['reports/2026/november 26.csv.json']);
    expect(JSON.parse(aws('s3', 'cp', 's3://sales/reports/2026/november 26.csv.json', '-'))).toEqual({
      lines: 4,
      malformed: 1,
      cents: { cake: 300, tea: 500 },
    });
  });
});

// All others here are built in the tests' own workspace (tests/support/test-workspace.ts), which asks for more features.
describe('as who copies them finds them', () => {
  it('they have the features that they need; s3-report alone is left out, whose crates take minutes', async () => {
    const own = ['http-api', 'scheduled', 'sqs-batch', 'streaming'].flatMap((name) => ['-p', name]);
    const built = await cargo(join(packageRoot(), 'examples'), ['build', '--quiet', '--locked', ...own]);
    expect(built).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([['examples'], ['bench', 'handlers', 'rust']])(
    'the lock file is that of the manifests: %s',
    async (...path) => {
      const tree = await cargo(join(packageRoot(), ...path), ['tree', '--quiet', '--locked', '--depth', '0']);
      expect(tree).toMatchObject({ code: 0, stderr: '' });
    },
  );
});
