import { describe, expect, it } from 'vitest';
import type { BuildValues } from '../project/keys.js';
import { projectWith } from '../project/project.fixture.js';
import { outputsOf } from './outputs.js';

describe('outputsOf', () => {
  it.each<[string, BuildValues, string, string]>([
    ['a function', {}, '/p/target/lambda/hello/bootstrap', 'bootstrap'],
    ['a zip', { output_format: 'zip' }, '/p/target/lambda/hello/bootstrap.zip', 'bootstrap'],
    ['another target folder', { target_dir: '/t' }, '/t/lambda/hello/bootstrap', 'bootstrap'],
    ['another lambda folder', { lambda_dir: '/out' }, '/out/hello/bootstrap', 'bootstrap'],
    ['a flattened function', { flatten: 'hello' }, '/p/target/lambda/bootstrap', 'bootstrap'],
    ['another function flattened', { flatten: 'other' }, '/p/target/lambda/hello/bootstrap', 'bootstrap'],
    ['an extension', { extension: true }, '/p/target/lambda/extensions/hello', 'extensions/hello'],
    [
      'its zip',
      { extension: true, output_format: 'zip' },
      '/p/target/lambda/extensions/hello.zip',
      'extensions/hello',
    ],
    [
      'an internal one',
      { extension: true, internal: true, output_format: 'zip' },
      '/p/target/lambda/extensions/hello.zip',
      'hello',
    ],
  ])('places %s', (_, build, path, entry) => {
    const project = projectWith([{ settings: { build } }]);
    expect(outputsOf(project)).toEqual([
      { function: project.functions[0], path, entry, format: build.output_format ?? 'binary' },
    ]);
  });

  it('refuses two functions in one place', () => {
    const project = projectWith([
      { name: 'a', settings: { build: { flatten: 'a' } } },
      { name: 'b', settings: { build: { flatten: 'b' } } },
    ]);
    expect(() => outputsOf(project)).toThrow(
      /a and b would both be written to \/p\/target\/lambda\/bootstrap/,
    );
  });
});
