import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.js';
import { packageRoot } from '../package-root.js';
import { nearest } from '../project/nearest.js';

/** A sample payload that ships with the package, as events/index.json lists it. */
export interface Sample {
  /** The name of its file, events/<name>.json; as Cargo Lambda spells it where it has one. */
  readonly name: string;
  /** The type of the crate aws_lambda_events that it deserializes into, such as `sqs::SqsEvent`. */
  readonly type: string;
  readonly summary: string;
  readonly aliases: readonly string[];
}

/** Every sample, by name. */
export function listSamples(): Sample[] {
  return JSON.parse(readFileSync(join(packageRoot(), 'events', 'index.json'), 'utf8')) as Sample[];
}

/**
 * The bytes of a sample, by its name or an alias; `example-sqs-event.json` is understood too, as Cargo Lambda does.
 * @throws UserError `invoke.payload` when there is no such sample
 */
export async function loadSample(asked: string): Promise<Buffer> {
  const samples = listSamples();
  const name = asked.replace(/^example-/, '').replace(/\.json$/, '');
  const sample = samples.find((candidate) => candidate.name === name || candidate.aliases.includes(name));
  if (!sample) throw unknownSample(asked, name, samples);
  return readFile(join(packageRoot(), 'events', `${sample.name}.json`));
}

function unknownSample(asked: string, name: string, samples: readonly Sample[]): UserError {
  const close = nearest(
    name,
    samples.flatMap((sample) => [sample.name, ...sample.aliases]),
  );
  const all = 'crablet invoke --list-examples';
  return new UserError('invoke.payload', {
    what: `There is no example event '${asked}'.`,
    fix: close
      ? `Did you mean: crablet invoke --data-example ${close} (all of them: ${all})`
      : `See them all: ${all}`,
  });
}
