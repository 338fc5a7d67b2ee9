import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { keepLogs } from '../../src/local/logs/log-files.js';
import { LogStore } from '../../src/local/logs/log-store.js';
import { line } from '../../src/local/logs/logged.fixture.js';
import { invoke, invokeIdle, serve } from '../support/functions.js';
import { callLogs } from '../support/logs.js';
import { movedClock } from '../support/moved-clock.js';
import { temporaryFolder } from '../support/processes.js';
import { forever, next, print, respond } from '../support/runtime-actions.js';

const logGroupName = '/aws/lambda/hello';
const GROUP = '/g';
const NOW = Date.UTC(2026, 10, 23);
const folders: { remove(): void }[] = [];
let folder: string;

beforeEach(() => {
  const made = temporaryFolder();
  folders.push(made);
  folder = made.path;
});

afterAll(() => {
  for (const made of folders) made.remove();
});

const talkative = () => forever(next(), print('a line\n'), respond('1'));
const eventsOf = async (service: { url: string }) =>
  (await callLogs(service, 'FilterLogEvents', { logGroupName })).body.events;

describe('with a data folder', () => {
  it('the logs of an earlier service are there, with the same ids, and go on', async () => {
    const first = await serve([talkative()], { dataDir: folder });
    await invokeIdle(first, '{}', { headers: { 'X-Amz-Log-Type': 'Tail' } });
    const before = await eventsOf(first);
    expect(before).toHaveLength(5);
    await first.close();
    const second = await serve([talkative()], { dataDir: folder });
    expect(await eventsOf(second)).toEqual(before);
    await invoke(second, '{}', { headers: { 'X-Amz-Log-Type': 'Tail' } });
    await second.close();
    const third = await serve([talkative()], { dataDir: folder });
    const all = await eventsOf(third);
    expect(all.slice(0, 5)).toEqual(before);
    expect(all).toHaveLength(10);
    expect(new Set(all.map(({ eventId }) => eventId)).size).toBe(10);
  });

  it('nothing is written without one', async () => {
    const service = await serve([talkative()]);
    await invoke(service);
    await service.close();
    expect(readdirSync(folder)).toEqual([]);
  });
});

/** A store with one stream that keeps its logs in the folder, and what it was told of problems. */
async function kept(name = 's') {
  const problems: string[] = [];
  const clock = movedClock();
  const store = new LogStore({ events: 1_000, bytes: 100_000_000 }, clock);
  const files = await keepLogs(store, folder, (text) => problems.push(text));
  store.openStream(GROUP, name);
  const messages = () =>
    [...(store.group(GROUP)?.streams.values() ?? [])].flatMap((stream) =>
      stream.events().map(({ message }) => message.trim()),
    );
  const write = (...texts: string[]) => {
    for (const text of texts) store.take(line(text, NOW, name));
  };
  return { store, files, problems, messages, write, clock };
}

const onDisk = () =>
  readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'));

describe('the files', () => {
  it('are written a moment after the first line, and then again', async () => {
    const { files, write, clock } = await kept();
    clock.move(1_000);
    await files.flush();
    write('one', 'two');
    expect(onDisk().join('')).not.toContain('one');
    expect(clock.next).toBe(100);
    clock.move(100);
    // What the clock set off is done before what is asked for later.
    await files.flush();
    expect(onDisk().join('')).toMatch(/"one\\n"\]\n.*"two\\n"\]\n$/);
    await files.close();
  });

  it('are gone on with, also behind a line that was cut', async () => {
    const one = await kept('a');
    one.write('one', 'two', 'lost');
    await one.files.close();
    const [name] = readdirSync(folder);
    truncateSync(join(folder, name!), readFileSync(join(folder, name!)).length - 5);
    const two = await kept('b');
    expect(two.messages()).toEqual(['one', 'two']);
    two.write('three');
    await two.files.close();
    expect(readdirSync(folder)).toEqual([name]);
    const three = await kept('c');
    expect(three.messages()).toEqual(['one', 'two', 'three']);
    expect(three.problems).toEqual([]);
    await three.files.close();
  });

  it('are several, of which the oldest goes', async () => {
    const { files, write } = await kept();
    const megabyte = 'x'.repeat(1_100_000);
    for (let at = 0; at < 50; at += 1) {
      write(`${at} ${megabyte}`);
      await files.flush();
    }
    await files.close();
    expect(readdirSync(folder)).toHaveLength(8);
    const again = await kept('later');
    const read = again.messages().map((text) => Number(text.split(' ')[0]));
    // Every file can be read without those before it.
    expect(read).toEqual(Array.from({ length: read.length }, (_, at) => 50 - read.length + at));
    expect(read.length).toBeGreaterThan(25);
    await again.files.close();
  });

  it('that are damaged are read as far as they can be, which is told', async () => {
    const one = await kept('a');
    one.write('one', 'two');
    await one.files.close();
    const [name] = readdirSync(folder);
    const path = join(folder, name!);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/^.*"one.*$/m, 'damaged'));
    const two = await kept('b');
    expect(two.messages()).toEqual(['two']);
    expect(two.problems).toEqual([`1 line of the logs in ${folder} cannot be read`]);
    await two.files.close();
  });

  it('of a newer crablet are refused', async () => {
    writeFileSync(join(folder, '00000001.jsonl'), '["crablet logs",2]\n');
    await expect(kept()).rejects.toMatchObject({
      code: 'environment.data-dir',
      fix: 'Use that version, or another folder: --data-dir DIR',
    });
  });

  it('that cannot be read are refused', async () => {
    mkdirSync(join(folder, '00000001.jsonl'));
    await expect(kept()).rejects.toMatchObject({
      code: 'environment.data-dir',
      message: expect.stringMatching(/^The logs .*00000001\.jsonl cannot be read \(EISDIR/),
    });
  });

  it('that cannot be written are told of once, and the logs are still there to be read', async () => {
    const { files, write, messages, problems } = await kept();
    rmdirSync(folder);
    for (const text of ['one', 'two']) {
      write(text);
      await files.flush();
    }
    expect(messages()).toEqual(['one', 'two']);
    expect(problems).toEqual([expect.stringMatching(/^Logs cannot be written to .* \(ENOENT/)]);
    await files.close();
  });

  it('copied at any moment hold a beginning of what was written', async () => {
    const step = fc.oneof(fc.constant('flush' as const), fc.stringMatching(/^[a-z]{1,8}$/));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), fc.nat(), async (steps, cut) => {
        const made = temporaryFolder();
        folder = made.path;
        const { files, write } = await kept('a');
        for (const one of steps) {
          if (one === 'flush') await files.flush();
          else write(one);
        }
        await files.close();
        const [name] = readdirSync(folder);
        const copy = join(folder, 'copy');
        mkdirSync(copy);
        copyFileSync(join(folder, name!), join(copy, name!));
        truncateSync(join(copy, name!), cut % (readFileSync(join(copy, name!)).length + 1));
        folder = copy;
        const again = await kept('b');
        const written = steps.filter((one) => one !== 'flush');
        expect(again.messages()).toEqual(written.slice(0, again.messages().length));
        expect(again.problems).toEqual([]);
        await again.files.close();
        made.remove();
      }),
      { numRuns: 40 },
    );
  });
});
