import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { packageRoot } from '../package-root.js';
import { listSamples, loadSample } from './catalog.js';

const folder = join(packageRoot(), 'events');

describe('the catalogue', () => {
  const samples = listSamples();

  it('lists exactly the files of events/', () => {
    const files = readdirSync(folder).filter((file) => file !== 'index.json');
    expect(samples.map(({ name }) => `${name}.json`).sort()).toEqual(files.sort());
  });

  it('gives every name and alias once', () => {
    const names = samples.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    for (const name of names) expect(name).toMatch(/^(?!example-)[a-z0-9_-]+$/);
  });

  it('says of every sample which type it is and what it shows, on one line', () => {
    for (const { name, type, summary } of samples) {
      expect(type, name).toMatch(/^[a-z0-9_]+(::[a-z0-9_]+)*::[A-Z][A-Za-z0-9]+$/);
      expect(summary, name).toMatch(/^[A-Z].{10,100}[^.]$/);
    }
  });

  it('has files that are JSON, two spaces deep', () => {
    for (const { name } of samples) {
      const text = readFileSync(join(folder, `${name}.json`), 'utf8');
      expect(text, name).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
    }
  });
});

describe('loadSample', () => {
  it.each(['sqs-event', 'sqs', 'example-sqs-event', 'example-sqs-event.json', 'sqs-event.json'])(
    'finds %s',
    async (name) => {
      expect(await loadSample(name)).toEqual(readFileSync(join(folder, 'sqs-event.json')));
    },
  );

  it.each([
    ['sqs-evnt', 'Did you mean: crablet invoke --data-example sqs-event'],
    ['example-kinesiss.json', 'Did you mean: crablet invoke --data-example kinesis '],
    ['nothing-like-it-at-all', 'See them all: crablet invoke --list-examples'],
    ['index', 'crablet invoke --list-examples'],
    ['../package', 'crablet invoke --list-examples'],
    ['', 'crablet invoke --list-examples'],
  ])('refuses %s and says what there is', async (name, fix) => {
    const error = await loadSample(name).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: 'invoke.payload', message: `There is no example event '${name}'.` });
    expect((error as UserError).fix).toContain(fix);
  });
});
