import { join } from 'node:path';
import { listSamples, loadSample } from '../events/catalog.js';
import { packageRoot } from '../package-root.js';
import { CRATE_VERSIONS } from './crate-versions.js';
import { eventCode } from './event-code.js';
import { ANY_JSON, findEventType } from './event-types.js';
import { folderFiles } from './folder-files.js';
import type { HttpFeature, Names, ProjectKind } from './kind.js';
import { Renderer, type TemplateFile, type Variables } from './render.js';
import { variablesOf } from './variables.js';
import { workspaceNames } from './workspace-names.js';

/** The files of a new project, rendered from the templates inside the package; sorted by path. */
export async function builtInFiles(
  kind: ProjectKind,
  names: Names,
  { workspaceMember }: { readonly workspaceMember: boolean },
): Promise<TemplateFile[]> {
  const templates = join(packageRoot(), 'templates');
  const samples = samplesFor(kind);
  const renderer = new Renderer(
    {
      ...variablesOf(kind, names),
      ...versionVariables(),
      ...Object.fromEntries(samples.map(({ variable, file }) => [variable, file])),
      ...(kind.kind === 'event' ? eventCode(kind.type, samples[0]?.file) : {}),
      ...(kind.kind === 'workspace' ? workspaceNames(names.project) : {}),
      workspace_member: workspaceMember,
    },
    await parts(join(templates, 'parts')),
  );
  const rendered = (await folderFiles(join(templates, kind.kind)))
    .filter(({ path }) => isWanted(path, kind) && !(workspaceMember && path === 'gitignore'))
    .map((file) => ({
      ...file,
      path: projectPath(file.path),
      // A part that is rendered last brings its own line break.
      contents: Buffer.from(`${renderer.text(file.contents.toString(), file.path).trimEnd()}\n`),
    }));
  const events = samples.map(async ({ folder, file, name }) => ({
    path: `${folder}${file}`,
    contents: await loadSample(name),
  }));
  return [...rendered, ...(await Promise.all(events))].sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface SampleUse {
  /** What the template calls the file. */
  readonly variable: string;
  readonly name: string;
  /** The function's folder, empty or with a `/` at its end. */
  readonly folder: string;
  /** Inside that folder. */
  readonly file: string;
}

/** The samples that a new project gets, each for the function in `folder`. */
function samplesFor(kind: ProjectKind): SampleUse[] {
  const use = (name: string, variable = 'event_file', folder = ''): SampleUse => ({
    variable,
    name,
    folder,
    file: `events/${name}.json`,
  });
  switch (kind.kind) {
    case 'http':
      return [use(httpSample(kind.feature))];
    case 'event': {
      const name = eventSample(kind.type);
      return name === undefined ? [] : [use(name)];
    }
    case 'workspace':
      return [
        use(httpSample(undefined), 'api_event_file', 'functions/api/'),
        use('sqs-event', 'queue_event_file', 'functions/queue/'),
      ];
    case 'basic':
    case 'extension':
      return [];
  }
}

function httpSample(feature: HttpFeature | undefined): string {
  switch (feature) {
    case 'alb':
      return 'alb-lambda-target-request-headers-only';
    case 'apigw_rest':
      return 'apigw-request';
    case 'apigw_http':
      return 'apigw-v2-request-no-authorizer';
    case 'apigw_websockets':
      return 'apigw-websocket-request';
    case undefined:
      return 'function-url';
  }
}

/** The sample of a type of aws_lambda_events; for JSON of any shape one that is common. */
export function eventSample(path: string): string | undefined {
  if (path === ANY_JSON) return 'eventbridge-event';
  const samples = listSamples();
  const best = findEventType(path)?.sample;
  if (best !== undefined && samples.some(({ name }) => name === best)) return best;
  return samples.find(({ type }) => type === path)?.name;
}

function isWanted(path: string, kind: ProjectKind): boolean {
  if (path === 'src/telemetry.rs') return 'otel' in kind && kind.otel === true;
  const part = /^src\/(events|logs|telemetry)_extension\.rs$/.exec(path)?.[1];
  return kind.kind !== 'extension' || part === undefined || kind[part as 'events' | 'logs' | 'telemetry'];
}

/** npm reads a .gitignore inside a package as its own, so the templates' are named without the dot. */
function projectPath(templatePath: string): string {
  return templatePath.replace(/(^|\/)gitignore$/, '$1.gitignore');
}

function versionVariables(): Variables {
  return Object.fromEntries(
    Object.entries(CRATE_VERSIONS).map(([crate, version]) => [
      `${crate.replaceAll('-', '_')}_version`,
      version,
    ]),
  );
}

async function parts(folder: string): Promise<Record<string, string>> {
  const files = await folderFiles(folder);
  return Object.fromEntries(files.map(({ path, contents }) => [path, contents.toString()]));
}
