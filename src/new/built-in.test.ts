import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { listSamples } from '../events/catalog.js';
import { builtInFiles, eventSample } from './built-in.js';
import { EVENT_TYPES } from './event-types.js';
import { HTTP_FEATURES, type ProjectKind } from './kind.js';
import { nameProblem } from './names.js';
import type { TemplateFile } from './render.js';

const KINDS: readonly ProjectKind[] = [
  { kind: 'http' },
  ...HTTP_FEATURES.map((feature) => ({ kind: 'http', feature }) as const),
  ...EVENT_TYPES.map(({ path }) => ({ kind: 'event', type: path }) as const),
  { kind: 'event', type: 'serde_json::Value' },
  { kind: 'basic' },
  { kind: 'extension', events: true, logs: false, telemetry: false },
  { kind: 'extension', events: false, logs: true, telemetry: false },
  { kind: 'extension', events: true, logs: false, telemetry: true },
  { kind: 'workspace' },
];

const text = (files: readonly TemplateFile[], path: string) =>
  files.find((file) => file.path === path)?.contents.toString() ?? '';

function expectRendered(files: readonly TemplateFile[]): void {
  for (const { path, contents } of files.filter((file) => !file.path.endsWith('.json'))) {
    const rendered = contents.toString();
    expect(rendered, path).not.toMatch(/\{\{|\{%|%\}|undefined|\[object/);
    expect(rendered, path).toMatch(/[^\n]\n$/);
    expect(rendered, path).not.toMatch(/\n\n\n|[ \t]\n/);
  }
}

describe('builtInFiles', () => {
  it.each(KINDS)('renders %j, alone and in a workspace', async (kind) => {
    for (const workspaceMember of [false, true]) {
      const files = await builtInFiles(kind, { project: 'hello', binary: 'greeter' }, { workspaceMember });
      expectRendered(files);
      const paths = files.map(({ path }) => path);
      expect(paths).toEqual([...new Set(paths)].sort());
      expect(paths).toEqual(expect.arrayContaining(['Cargo.toml', 'README.md']));
      const manifest = parse(text(files, 'Cargo.toml'));
      if (kind.kind === 'workspace') continue;
      // cargo warns of profiles in a member, and ignores them.
      expect('profile' in manifest).toBe(!workspaceMember);
      expect(manifest['bin']).toEqual([{ name: 'greeter', path: 'src/main.rs' }]);
      if (kind.kind !== 'extension') {
        expect(paths.filter((path) => path.startsWith('events/'))).toHaveLength(1);
        expect(manifest['package']).toMatchObject({
          edition: '2024',
          metadata: { lambda: { env: { AWS_LAMBDA_LOG_FORMAT: 'JSON' } } },
        });
      }
    }
  });

  it('gives the name that was asked for, whatever it is', async () => {
    const name = fc
      .stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,56}$/)
      .filter((text) => nameProblem(text) === undefined);
    await fc.assert(
      fc.asyncProperty(name, fc.constantFrom(...KINDS), async (project, kind) => {
        const files = await builtInFiles(kind, { project }, { workspaceMember: false });
        expectRendered(files);
        expect(text(files, 'README.md').split('\n')[0]).toBe(`# ${project}`);
        if (kind.kind === 'workspace') {
          const { dependencies } = parse(text(files, 'Cargo.toml'))['workspace'] as { dependencies: object };
          const shared = parse(text(files, 'crates/shared/Cargo.toml'))['package'] as { name: string };
          expect(Object.keys(dependencies)).toContain(shared.name);
          expect(nameProblem(shared.name)).toBeUndefined();
        } else expect(parse(text(files, 'Cargo.toml'))['package']).toMatchObject({ name: project });
      }),
      { numRuns: 60 },
    );
  });

  it('asks of each crate only what the function needs', async () => {
    const manifest = async (kind: ProjectKind) =>
      parse(text(await builtInFiles(kind, { project: 'p' }, { workspaceMember: false }), 'Cargo.toml'))[
        'dependencies'
      ];
    expect(await manifest({ kind: 'event', type: 's3::object_lambda::S3ObjectLambdaEvent' })).toMatchObject({
      aws_lambda_events: { 'default-features': false, features: ['s3'] },
    });
    expect(await manifest({ kind: 'http', feature: 'alb' })).toMatchObject({
      lambda_http: { 'default-features': false, features: ['alb', 'tracing'] },
    });
    expect(Object.keys((await manifest({ kind: 'event', type: 'sqs::SqsEvent' })) as object)).not.toContain(
      'serde_json',
    );
    expect(Object.keys((await manifest({ kind: 'event', type: 'sqs::SqsEventObj' })) as object)).toContain(
      'serde_json',
    );
  });
});

describe('the list of event types', () => {
  it('has each once, sorted by module', () => {
    const paths = EVENT_TYPES.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    const features = EVENT_TYPES.map(({ feature }) => feature);
    expect(features).toEqual([...features].sort());
  });

  it.each(EVENT_TYPES)('has a sample for $path', ({ path, sample }) => {
    const name = eventSample(path);
    expect(listSamples().map((known) => known.name)).toContain(name);
    if (sample !== undefined) expect(name).toBe(sample);
  });
});
