import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';
import { CRATE_VERSIONS } from './crate-versions.js';
import { folderFiles } from './folder-files.js';
import type { Names, ProjectKind } from './kind.js';
import { Renderer, type TemplateFile, type Variables } from './render.js';
import { variablesOf } from './variables.js';

/** A sample event for the project's events/ folder. */
export interface SampleEvent {
  readonly name: string;
  readonly contents: Buffer;
}

/** The sample in events/ that fits a kind of project. */
export function sampleFor(kind: ProjectKind): string | undefined {
  switch (kind.kind) {
    case 'http':
      return 'apigw-v2-request-no-authorizer';
    case 'event':
    case 'basic':
    case 'extension':
    case 'workspace':
      return undefined;
  }
}

/** The files of a new project, rendered from the templates inside the package. */
export async function builtInFiles(
  kind: ProjectKind,
  names: Names,
  options: { readonly sample?: SampleEvent | undefined; readonly workspaceMember: boolean },
): Promise<TemplateFile[]> {
  const templates = join(packageRoot(), 'templates');
  const eventFile = options.sample && `events/${options.sample.name}.json`;
  const renderer = new Renderer(
    {
      ...variablesOf(kind, names),
      ...versionVariables(),
      event_file: eventFile ?? null,
      workspace_member: options.workspaceMember,
    },
    await parts(join(templates, 'parts')),
  );
  const files = (await folderFiles(join(templates, kind.kind))).map((file) => ({
    ...file,
    path: projectPath(file.path),
    // A part that is rendered last brings its own line break.
    contents: Buffer.from(`${renderer.text(file.contents.toString(), file.path).trimEnd()}\n`),
  }));
  if (options.sample && eventFile) files.push({ path: eventFile, contents: options.sample.contents });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
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
  return Object.fromEntries(
    await Promise.all(
      files.map(async ({ path }) => [path, await readFile(join(folder, path), 'utf8')] as const),
    ),
  );
}
