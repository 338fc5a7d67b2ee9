import { describe, expect, it } from 'vitest';
import { builtInFiles } from './built-in.js';
import { chooseKind, traced } from './choose-kind.js';
import type { ProjectKind } from './kind.js';

const made = async (kind: ProjectKind) => {
  const files = await builtInFiles(kind, { project: 'app' }, { workspaceMember: false });
  return Object.fromEntries(files.map(({ path, contents }) => [path, contents.toString()]));
};

describe('a function with OpenTelemetry', () => {
  it.each<[ProjectKind, string]>([
    [{ kind: 'http' }, 'OpenTelemetryFaasTrigger::Http'],
    [{ kind: 'basic' }, 'OpenTelemetryFaasTrigger::Other'],
    [{ kind: 'event', type: 'sqs::SqsEvent' }, 'OpenTelemetryFaasTrigger::PubSub'],
    [{ kind: 'event', type: 's3::S3Event' }, 'OpenTelemetryFaasTrigger::Datasource'],
  ])('%j says who invokes it, and has what sends its spans', async (kind, trigger) => {
    const files = await made(traced(kind));
    expect(files['src/main.rs']).toContain(trigger);
    expect(files['src/telemetry.rs']).toContain('LambdaTrace');
    expect(files['Cargo.toml']).toContain('opentelemetry-otlp');
    expect(files['README.md']).toContain('crablet watch --traces');
  });

  it('is asked for: without it nothing of it is there', async () => {
    const files = await made({ kind: 'http' });
    expect(Object.keys(files)).not.toContain('src/telemetry.rs');
    expect(Object.values(files).join('\n')).not.toMatch(/telemetry::|opentelemetry/i);
  });

  it.each([{ extension: true }, { workspace: true }])('is none with %j', (flags) => {
    expect(() => chooseKind({ ...flags, otel: true })).toThrow('--otel is for a function');
  });
});
