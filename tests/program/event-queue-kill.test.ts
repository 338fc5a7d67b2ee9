import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LongLived } from '../support/cli.js';
import { http } from '../support/http.js';
import { type FunctionProject, functionProject } from '../support/project.js';
import { until } from '../support/steering.js';

let project: FunctionProject;
let data: string;

beforeEach(async () => {
  project = await functionProject();
  data = await realpath(await mkdtemp(join(tmpdir(), 'crablet-kill-')));
});
let running: LongLived | undefined;

afterEach(async () => {
  // A test that failed has left it running.
  await running?.stop('SIGKILL');
  await project.remove();
  await rm(data, { recursive: true, force: true });
});

const handledFile = () => join(data, 'handled');

async function handled(): Promise<string[]> {
  const text = await readFile(handledFile(), 'utf8').catch(() => '');
  return text.split('\n').slice(0, -1);
}

async function start(): Promise<{ cli: LongLived; url: string }> {
  const argv = ['watch', '--invoke-port', '0', '--data-dir', join(data, 'queue'), '--concurrency', '2'];
  const cli = new LongLived([...argv, '--async-retry-delays', '20ms'], {
    cwd: project.folder,
    env: project.env,
  });
  running = cli;
  const [, url = ''] = await cli.readUntil(/function at (\S+)/);
  return { cli, url };
}

/** Sends events one after the other, until the service is gone; tells of each that was accepted. */
async function keepSending(url: string, name: string, accepted: (event: string) => void): Promise<void> {
  for (let number = 0; ; number += 1) {
    const event = `${name}-${number}`;
    const answer = await http(`${url}/2015-03-31/functions/hello/invocations`, {
      method: 'POST',
      headers: { 'X-Amz-Invocation-Type': 'Event' },
      body: JSON.stringify({ event }),
    }).catch(() => undefined);
    if (answer?.status !== 202) return;
    accepted(event);
  }
}

it('nothing that was accepted is lost when the service is killed, again and again', async () => {
  // Every third event fails at its first attempt.
  await project.save(
    'hello',
    `({ event }, headers) => {
       const fs = require('node:fs');
       const id = headers['lambda-runtime-aws-request-id'];
       if (id.charCodeAt(0) % 3 === 0 && !fs.existsSync('${data}/' + id)) {
         fs.writeFileSync('${data}/' + id, '');
         throw new Error('not yet');
       }
       fs.appendFileSync('${data}/handled', event + '\\n');
     }`,
  );
  const accepted: string[] = [];
  for (let round = 0; round < 4; round += 1) {
    const killAt = accepted.length + Math.floor(Math.random() * 60);
    const { cli, url } = await start();
    const senders = [0, 1, 2].map((sender) =>
      keepSending(url, `${round}-${sender}`, (event) => accepted.push(event)),
    );
    await until(() => accepted.length >= killAt);
    await cli.stop('SIGKILL');
    running = undefined;
    await Promise.all(senders);
  }
  const { cli } = await start();
  await until(async () => {
    const done = new Set(await handled());
    return accepted.every((event) => done.has(event));
  });
  running = undefined;
  expect(await cli.stop()).toBe(130);
  expect(accepted.length).toBeGreaterThan(0);
}, 120_000);
