import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.js';
import { configurationFileSchema, manifestSchema } from '../../src/project/json-schema.js';
import { pythonClient, WITHOUT_PYTHON_CLIENTS } from '../support/python-clients.js';

const root = packageRoot();
const python = pythonClient('python');

/** Validates each document against its schema with Python's jsonschema; empty texts for what is valid. */
function problems(cases: readonly (readonly [schema: unknown, document: unknown])[]): string[] {
  const program = `
import json, sys
from jsonschema import Draft7Validator
told = []
for schema, document in json.load(sys.stdin):
    Draft7Validator.check_schema(schema)
    told.append("; ".join(sorted(e.message for e in Draft7Validator(schema).iter_errors(document))))
json.dump(told, sys.stdout)`;
  return JSON.parse(
    execFileSync(python ?? '', ['-c', program], { input: JSON.stringify(cases), encoding: 'utf8' }),
  );
}

const SAMPLE = {
  env: { A: 'b', N: 1 },
  build: { release: true, compiler: 'zig', features: 'a,b' },
  watch: { router: { '/a': 'a' }, keep_alive: '10m' },
  deploy: {
    memory_size: 512,
    tracing: 'active',
    log_retention: 7,
    vpc: { subnet_ids: ['subnet-1'], security_group_ids: ['sg-1'] },
    function_url: { auth_type: 'AWS_IAM', cors: { allow_origins: ['*'] } },
    event_sources: [{ arn: 'arn:aws:sqs:eu-central-1:123456789012:q', batch_size: 5 }],
    schedules: [{ expression: 'rate(5 minutes)', input: { a: 1 } }],
    statements: [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::b/*'] }],
    canary: '10%/5m',
    remote_config: { region: 'eu-central-1', alias: 'live' },
  },
};

describe.skipIf(!python)(`schemas for editors (${python ? 'jsonschema' : WITHOUT_PYTHON_CLIENTS})`, () => {
  it('take what crablet takes, and tell what it refuses', () => {
    const file = configurationFileSchema();
    const manifest = manifestSchema();
    const inManifest = (lambda: object) => ({ package: { name: 'x', metadata: { lambda, other: 1 } } });
    const [sample, context, inside, byBin, ...wrong] = problems([
      [file, SAMPLE],
      [file, { ...SAMPLE, prod: { deploy: { memory: 1024 } } }],
      [manifest, inManifest(SAMPLE)],
      [manifest, inManifest({ bin: { a: SAMPLE } })],
      [file, { deploy: { memroy: 512 } }],
      [file, { deplyo: { memory: 512 } }],
      [file, { prod: { deploy: { memroy: 512 } } }],
      [file, { deploy: { memory: 64 } }],
      [file, { deploy: { remote_config: { regoin: 'eu-central-1' } } }],
      [file, { deploy: { tracing: 'on' } }],
      [file, { deploy: { event_sources: [{ batch_size: 5 }] } }],
      [file, { deploy: { schedules: [{ expression: 'daily' }] } }],
      [manifest, inManifest({ deploy: { memroy: 512 } })],
      [manifest, inManifest({ bin: { a: { deploy: { memroy: 512 } } } })],
    ]);
    expect([sample, context, inside, byBin]).toEqual(['', '', '', '']);
    expect(wrong[0]).toContain("'memroy' was unexpected");
    expect(wrong.filter((one) => one === '')).toEqual([]);
  });

  it('take the manifests of the examples, of the tests, and what the documentation shows', () => {
    const found = ['examples', 'tests/functions', 'bench/function'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => /(^|\/)Cargo\.toml$/.test(path) && !/node_modules|target\//.test(path))
        .map((path) => join(folder, path)),
    );
    const texts = found.map((path) => [path, readFileSync(join(root, path), 'utf8')] as const);
    const shown = readdirSync(join(root, 'docs')).flatMap((name) =>
      name.endsWith('.md')
        ? [...readFileSync(join(root, 'docs', name), 'utf8').matchAll(/```toml\n([\s\S]*?)```/g)].map(
            ([, text = '']) => [name, text] as const,
          )
        : [],
    );
    // What tells an editor where the schemas are is of no schema.
    const all = [...texts, ...shown.filter(([, text]) => !text.includes('[[rule]]'))];
    expect(found.length).toBeGreaterThan(8);
    expect(all.length).toBeGreaterThan(found.length);
    const told = problems(all.map(([, text]) => [manifestSchema(), parse(text)] as const));
    expect(all.flatMap(([path], index) => (told[index] ? [`${path}: ${told[index]}`] : []))).toEqual([]);
  });

  it('lie where the documentation tells editors to look', () => {
    const text = readFileSync(join(root, 'docs/deploy.md'), 'utf8');
    const paths = [...text.matchAll(/node_modules\/crablet\/(schemas\/\S+\.json)/g)].map(
      ([, path = '']) => path,
    );
    expect(paths.sort()).toEqual(['schemas/Cargo.schema.json', 'schemas/CargoLambda.schema.json']);
    for (const path of paths)
      expect(JSON.parse(readFileSync(join(root, path), 'utf8'))).toHaveProperty('$schema');
  });
});
