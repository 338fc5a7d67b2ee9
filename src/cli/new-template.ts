import { UserError } from '../errors.js';
import { chooseKind } from '../new/choose-kind.js';
import type { Names, ProjectKind } from '../new/kind.js';
import type { TemplateFile, Variables } from '../new/render.js';
import { templateProject } from '../new/template-project.js';
import { NO_SETTINGS, parseTemplateSettings, type TemplateSettings } from '../new/template-settings.js';
import { readTemplate, type TemplateSource } from '../new/template-source.js';
import { variablesOf } from '../new/variables.js';
import type { CliContext } from './context.js';
import type { NewOptions } from './new-options.js';
import { type Answers, answersFor, askKind, askTemplate } from './new-questions.js';

/** The project's files from a template of the user's, its questions answered. */
export async function templateFiles(
  context: CliContext,
  options: NewOptions,
  source: string,
  names: Names,
): Promise<TemplateFile[]> {
  if (options.workspace) {
    throw new UserError('usage.arguments', {
      what: '--workspace and --template ask for different projects.',
      fix: 'Keep one of them',
    });
  }
  const template = await readTemplate(source, context.cwd);
  const settings = settingsOf(template, source);
  const given = renderVariables(options.renderVar ?? []);
  const answers = answersFor(context, options);
  const kind = await kindFor(context, options, template, settings, answers);
  const variables: Variables = {
    ...NO_VERSIONS,
    ...variablesOf(kind, names),
    ...given,
    ...(await askTemplate(context, answers, settings, given)),
  };
  return templateProject(template.files, settings, variables, {
    renderFiles: options.renderFile ?? [],
    ignoreFiles: options.ignoreFile ?? [],
  });
}

/** A template that has `{% if lambda_http_version %}` falls back on the version it was written for. */
const NO_VERSIONS: Variables = {
  lambda_http_version: null,
  lambda_runtime_version: null,
  aws_lambda_events_version: null,
  lambda_extension_version: null,
};

/** What asks for the kind of function: a template without these words has no use for the answer. */
const KIND_VARIABLES = /\b(http_function|http_feature|basic_example|event_type(_\w+)?)\b/;

async function kindFor(
  context: CliContext,
  options: NewOptions,
  template: TemplateSource,
  settings: TemplateSettings,
  answers: Answers,
): Promise<ProjectKind> {
  const kind = chooseKind(options);
  if (kind !== undefined) return kind;
  const texts = [template.settings ?? '', ...template.files.map(({ contents }) => contents.toString())];
  const asks = !settings.disable_default_prompts && texts.some((text) => KIND_VARIABLES.test(text));
  return askKind(context, asks ? answers : 'defaults', 'crablet new');
}

function settingsOf(template: TemplateSource, source: string): TemplateSettings {
  return template.settings === undefined
    ? NO_SETTINGS
    : parseTemplateSettings(template.settings, `${source}: CargoLambda.toml`);
}

function renderVariables(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((pair) => {
      const [, name, value] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(pair) ?? [];
      if (name !== undefined && value !== undefined) return [name, value];
      throw new UserError('usage.arguments', {
        what: `--render-var ${pair} has no value.`,
        fix: `Write it as NAME=VALUE: --render-var ${pair}=…`,
      });
    }),
  );
}
