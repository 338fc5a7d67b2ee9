import { appendFile, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEventJournal } from '../../src/local/event-queue/event-journal.js';
import type { EventStore } from '../../src/local/event-queue/event-store.js';
import type { QueuedEvent } from '../../src/local/event-queue/queued-event.js';

let folder: string;
let problems: string[];

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'crablet-journal-')));
  problems = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = () => join(folder, 'queue.log');
const open = () => openEventJournal(folder, (text) => problems.push(text));

function event(requestId: string, payload = '{}'): QueuedEvent {
  return {
    requestId,
    functionName: 'fn',
    arn: 'arn',
    payload: Buffer.from(payload),
    traceId: 'Root=1',
    acceptedAt: 0,
    rounds: 1,
    attempts: 0,
    requeues: 0,
    dueAt: 0,
  };
}

const ids = (store: EventStore) => store.unfinished.events.map(({ requestId }) => requestId);

describe('the event journal', () => {
  it('has an accepted event in its file when that is promised, and nothing else in its folder', async () => {
    const journal = await open();
    await journal.accepted(event('a', '"\u2028 ü"'));
    const text = await readFile(file(), 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    expect(text).toContain('"requestId":"a"');
    await journal.close();
    const next = await open();
    expect(next.unfinished.events).toEqual([event('a', '"\u2028 ü"')]);
    await next.close();
    expect(await readdir(folder)).toEqual(['queue.log']);
    expect(problems).toEqual([]);
  });

  it('keeps what was accepted at once in its order, with one wait for the disk', async () => {
    const journal = await open();
    const all = Array.from({ length: 500 }, (_, index) => `e${index}`);
    const accepted: string[] = [];
    await Promise.all(all.map((id) => journal.accepted(event(id))?.then(() => accepted.push(id))));
    expect(accepted).toEqual(all);
    for (const id of all.slice(0, 499)) journal.ended(id, []);
    await journal.close();
    const next = await open();
    expect(ids(next)).toEqual(['e499']);
    // Written anew at the start: what is over is gone from it.
    expect((await readFile(file(), 'utf8')).split('\n')).toHaveLength(3);
    await next.close();
  });

  it('does not grow without bound', async () => {
    const journal = await open();
    const payload = JSON.stringify('x'.repeat(100_000));
    await journal.accepted(event('kept', payload));
    for (let number = 0; number < 60; number += 1) {
      await journal.accepted(event(`e${number}`, payload));
      journal.ended(`e${number}`, []);
    }
    expect((await stat(file())).size).toBeLessThan(1_500_000);
    await journal.accepted(event('last'));
    await journal.close();
    const next = await open();
    expect(ids(next)).toEqual(['kept', 'last']);
    await next.close();
  });

  it('takes a last line that was cut off for never written', async () => {
    const journal = await open();
    await journal.accepted(event('a'));
    await journal.close();
    await appendFile(file(), '0123abcd {"kind":"accepted","event":{"requ');
    const next = await open();
    expect(ids(next)).toEqual(['a']);
    await next.accepted(event('b'));
    await next.close();
    const third = await open();
    expect(ids(third)).toEqual(['a', 'b']);
    await third.close();
    expect(problems).toEqual([]);
  });

  it('never reads a file that was not finished', async () => {
    const journal = await open();
    await journal.accepted(event('a'));
    await journal.close();
    await writeFile(`${file()}.next`, 'half a file');
    const next = await open();
    expect(ids(next)).toEqual(['a']);
    await next.close();
    expect(await readdir(folder)).toEqual(['queue.log']);
  });

  it('keeps a damaged file, says so, and goes on with the rest', async () => {
    const journal = await open();
    for (const id of ['a', 'b', 'c']) await journal.accepted(event(id));
    await journal.close();
    await writeFile(file(), (await readFile(file(), 'utf8')).replace('"requestId":"b"', '"requestId":"X"'));
    const next = await open();
    expect(ids(next)).toEqual(['a', 'c']);
    await next.close();
    expect(problems).toEqual([
      expect.stringMatching(/^1 line of the event queue cannot be read; the file is kept as .*damaged-\d+$/),
    ]);
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('refuses a file of another version, and leaves it alone', async () => {
    const text = '5bd5bc3b {"kind":"format","version":2}\n';
    await writeFile(file(), text);
    const { crc32 } = await import('node:zlib');
    const json = '{"kind":"format","version":2}';
    await writeFile(file(), `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`);
    const before = await readFile(file(), 'utf8');
    await expect(open()).rejects.toMatchObject({ code: 'environment.data-dir' });
    expect(await readFile(file(), 'utf8')).toBe(before);
  });

  it('takes nothing after its end', async () => {
    const journal = await open();
    await journal.accepted(event('a'));
    await journal.close();
    journal.ended('a', []);
    const next = await open();
    expect(ids(next)).toEqual(['a']);
    await next.close();
  });
});
