import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { LocalEvent } from '../../src/local/events.js';
import { builtInFiles } from '../../src/new/built-in.js';
import { CRATE_VERSIONS } from '../../src/new/crate-versions.js';
import { EVENT_TYPES } from '../../src/new/event-types.js';
import type { ProjectKind } from '../../src/new/kind.js';
import type { TemplateFile } from '../../src/new/render.js';
import { packageRoot } from '../../src/package-root.js';
import { cargo } from '../support/cargo.js';
import { invoke, serveReal } from '../support/functions.js';
import { logOf } from '../support/log-lines.js';
import { lockAsTests, makeWorkspace } from '../support/made-workspace.js';

/** Every kind of project; all are members of one workspace, so that the crates are compiled once. */
const KINDS: Record<string, ProjectKind> = {
  'kind-http': { kind: 'http' },
  'kind-http-alb': { kind: 'http', feature: 'alb' },
  'kind-http-rest': { kind: 'http', feature: 'apigw_rest' },
  'kind-http-v2': { kind: 'http', feature: 'apigw_http' },
  'kind-http-websockets': { kind: 'http', feature: 'apigw_websockets' },
  'kind-sqs': { kind: 'event', type: 'sqs::SqsEvent' },
  'kind-sqs-body': { kind: 'event', type: 'sqs::SqsEventObj' },
  'kind-json': { kind: 'event', type: 'serde_json::Value' },
  'kind-basic': { kind: 'basic' },
  'kind-http-otel': { kind: 'http', otel: true },
  'kind-basic-otel': { kind: 'basic', otel: true },
  'kind-sqs-otel': { kind: 'event', type: 'sqs::SqsEvent', otel: true },
  'kind-events': { kind: 'extension', events: true, logs: false, telemetry: false },
  'kind-events-and-telemetry': { kind: 'extension', events: true, logs: false, telemetry: true },
  'kind-logs': { kind: 'extension', events: false, logs: true, telemetry: false },
};

// Always the same folder: cargo keeps what it compiled for each path, and would keep it for every run.
const root = join(packageRoot(), '.tools', 'new-templates');
const clear = () => rm(root, { recursive: true, force: true });
beforeAll(clear);
afterAll(clear);

async function write(
  folder: string,
  files: readonly Pick<TemplateFile, 'path' | 'contents'>[],
): Promise<void> {
  for (const { path, contents } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), contents);
  }
}

/**
 * What cargo refuses or warns about fails the test with cargo's own words. Clippy stands in for rustc while the tests are
 * compiled, as `cargo clippy` itself has it do: that way nothing is compiled once for its lints and once for the tests.
 */
async function expectClean(folder: string): Promise<string> {
  expect(await cargo(folder, ['fmt', '--all', '--check'])).toMatchObject({ code: 0, stdout: '' });
  const tests = await cargo(folder, ['test', '--workspace', '--quiet'], {
    RUSTC_WORKSPACE_WRAPPER: 'clippy-driver',
  });
  expect(tests, tests.stdout).toMatchObject({ code: 0, stderr: '' });
  return tests.stdout;
}

/** A crate with the handler of every event type, a module each. */
async function writeEventTypes(folder: string): Promise<void> {
  const features = [...new Set(EVENT_TYPES.map(({ feature }) => feature))];
  const modules = EVENT_TYPES.map(({ path }) => path.toLowerCase().replaceAll('::', '_'));
  const quoted = features.map((feature) => `"${feature}"`).join(', ');
  const manifest = `[package]
name = "every-event-type"
version = "0.1.0"
edition = "2024"
[dependencies]
aws_lambda_events = { version = "${CRATE_VERSIONS.aws_lambda_events}", default-features = false, features = [${quoted}] }
lambda_runtime = "${CRATE_VERSIONS.lambda_runtime}"
serde_json = "${CRATE_VERSIONS.serde_json}"
tokio = { version = "${CRATE_VERSIONS.tokio}", features = ["macros", "rt-multi-thread"] }
`;
  const library = modules
    .map((name) => `pub mod ${name};`)
    .sort()
    .join('\n');
  await write(folder, [
    { path: 'Cargo.toml', contents: Buffer.from(manifest) },
    { path: 'src/lib.rs', contents: Buffer.from(`#![allow(dead_code)]\n\n${library}\n`) },
  ]);
  for (const [index, { path }] of EVENT_TYPES.entries()) {
    const files = await builtInFiles(
      { kind: 'event', type: path },
      { project: 'p' },
      { workspaceMember: true },
    );
    await write(
      folder,
      files
        .filter((file) => file.path === 'src/event_handler.rs' || file.path.startsWith('events/'))
        .map((file) => ({ ...file, path: file.path.replace('event_handler', modules[index]!) })),
    );
  }
}

describe('a new project is formatted, free of warnings, and its tests pass', () => {
  it('of every kind, and for every event type', async () => {
    const folder = join(root, 'kinds');
    await makeWorkspace(folder);
    await writeEventTypes(join(folder, 'every-event-type'));
    for (const [project, kind] of Object.entries(KINDS)) {
      await write(join(folder, project), await builtInFiles(kind, { project }, { workspaceMember: true }));
    }
    const out = await expectClean(folder);
    // Those of the event types are one more.
    expect(out.match(/test result: ok\. [1-9]/g)?.length).toBeGreaterThanOrEqual(Object.keys(KINDS).length);
    expect(out).toContain(`${EVENT_TYPES.length} passed`);
    // In one workspace the members' features are joined: each HTTP kind also has to do with its own.
    for (const project of Object.keys(KINDS).filter((name) => name.startsWith('kind-http-'))) {
      expect(await cargo(folder, ['build', '--quiet', '-p', project])).toMatchObject({ code: 0, stderr: '' });
    }
  });

  it('of an extension, which then runs beside a function', async () => {
    const folder = join(root, 'extension');
    const names = { project: 'kind-alone-extension' };
    const kind: ProjectKind = { kind: 'extension', events: true, logs: false, telemetry: false };
    await write(folder, await builtInFiles(kind, names, { workspaceMember: false }));
    await lockAsTests(folder);
    expect(await cargo(folder, ['build', '--quiet'])).toMatchObject({ code: 0, stderr: '' });
    const extension = join(packageRoot(), '.tools', 'target', 'debug', names.project);
    const events: LocalEvent[] = [];
    const service = await serveReal({
      functions: [{ name: 'waits', bootstrap: inject('functions')['waits']!, extensions: [extension] }],
      onEvent: (event) => events.push(event),
    });
    expect((await invoke(service, '{"ms":1}', { name: 'waits' })).status).toBe(200);
    await service.close();
    expect(logOf(events)).toContain(
      `EXTENSION\tName: ${names.project}\tState: Ready\tEvents: [INVOKE, SHUTDOWN]`,
    );
    const theirs = events.flatMap((event) =>
      event.type === 'log' && event.extension === names.project ? [event.line] : [],
    );
    expect(theirs).toEqual([
      expect.stringContaining('an invocation begins'),
      expect.stringContaining('shutting down'),
    ]);
  });

  it('with build profiles of its own', async () => {
    const folder = join(root, 'alone');
    const names = { project: 'kind-alone', binary: 'kind-alone-function' };
    await write(folder, await builtInFiles({ kind: 'http' }, names, { workspaceMember: false }));
    await lockAsTests(folder);
    expect(await expectClean(folder)).toContain('3 passed');
  });

  it('as a workspace', async () => {
    const folder = join(root, 'made_workspace');
    const files = await builtInFiles({ kind: 'workspace' }, { project: 'kind' }, { workspaceMember: false });
    await write(folder, files);
    await lockAsTests(folder);
    const out = await expectClean(folder);
    expect(out.match(/test result: ok\. [1-9]/g)).toHaveLength(3);
  });
});
