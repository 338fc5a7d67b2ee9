import { UserError } from '../errors.js';
import { Renderer, type TemplateFile, type Variables } from './render.js';
import { isOnlyForTemplate, meets, type TemplateSettings } from './template-settings.js';
import { staysInside } from './zip-files.js';

export interface TemplateChoices {
  /** Paths to render beyond those that always are: `--render-file`. */
  readonly renderFiles: readonly string[];
  /** Paths to leave out: `--ignore-file`. */
  readonly ignoreFiles: readonly string[];
}

/** The files of a project made from a template of the user's; sorted by path. */
export function templateProject(
  files: readonly TemplateFile[],
  settings: TemplateSettings,
  variables: Variables,
  choices: TemplateChoices,
): TemplateFile[] {
  const renderer = new Renderer(variables);
  return files
    .filter((file) => !isIgnored(file, settings, variables, choices))
    .map((file) => {
      const path = renderedPath(file.path, renderer);
      const contents = isRendered(file.path, settings, variables, choices)
        ? renderer.file(file).contents
        : file.contents;
      return { ...file, path, contents };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Cargo Lambda renders these without being told. */
const ALWAYS_RENDERED = /(^|\/)(Cargo\.toml|README\.md|src\/(main|lib)\.rs|bin\/[^/]+)$/;

function isRendered(
  path: string,
  settings: TemplateSettings,
  variables: Variables,
  { renderFiles }: TemplateChoices,
): boolean {
  if (settings.render_all_files || ALWAYS_RENDERED.test(path)) return true;
  if ([...settings.render_files, ...renderFiles].some((asked) => covers(asked, path))) return true;
  return Object.entries(settings.render_conditional_files).some(
    ([asked, condition]) => covers(asked, path) && meets(condition, variables),
  );
}

function isIgnored(
  { path, contents }: TemplateFile,
  settings: TemplateSettings,
  variables: Variables,
  { ignoreFiles }: TemplateChoices,
): boolean {
  if (path === 'CargoLambda.toml' && isOnlyForTemplate(contents.toString(), path)) return true;
  if ([...settings.ignore_files, ...ignoreFiles].some((asked) => covers(asked, path))) return true;
  return Object.entries(settings.ignore_conditional_files).some(
    ([asked, condition]) => covers(asked, path) && meets(condition, variables),
  );
}

/** A path in the settings names a file, or a folder with all that is in it. */
function covers(asked: string, path: string): boolean {
  const plain = asked.replaceAll('\\', '/').replace(/^\.\//, '').replace(/\/+$/, '');
  return path === plain || path.startsWith(`${plain}/`);
}

function renderedPath(path: string, renderer: Renderer): string {
  const rendered = path.includes('{{') ? renderer.text(path, `name '${path}'`) : path;
  if (staysInside(rendered)) return rendered;
  throw new UserError('environment.file', {
    what: `The template's file '${path}' would become '${rendered}', outside the project.`,
    fix: 'Give the variable in its name another value: --render-var NAME=VALUE',
  });
}
