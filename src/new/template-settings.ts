import { parse } from 'smol-toml';
import * as v from 'valibot';
import { UserError } from '../errors.js';
import { nearest } from '../project/nearest.js';
import type { Variables } from './render.js';

const Value = v.union([v.boolean(), v.string()]);
const Condition = v.strictObject({ var: v.string(), match: v.optional(Value), not_match: v.optional(Value) });
const Prompt = v.strictObject({
  message: v.string(),
  choices: v.optional(v.array(v.string())),
  default: v.optional(Value),
  help: v.optional(v.string()),
});
const Settings = v.strictObject({
  disable_default_prompts: v.optional(v.boolean(), false),
  prompts: v.optional(v.record(v.string(), Prompt), {}),
  render_files: v.optional(v.array(v.string()), []),
  render_all_files: v.optional(v.boolean(), false),
  ignore_files: v.optional(v.array(v.string()), []),
  render_conditional_files: v.optional(v.record(v.string(), Condition), {}),
  ignore_conditional_files: v.optional(v.record(v.string(), Condition), {}),
});

/** The `[template]` table of a template's CargoLambda.toml, its keys as Cargo Lambda spells them. */
export type TemplateSettings = v.InferOutput<typeof Settings>;
export type PromptValue = v.InferOutput<typeof Value>;

export const NO_SETTINGS: TemplateSettings = v.parse(Settings, {});

/** Reads the `[template]` table; `where` names the file in an error. */
export function parseTemplateSettings(toml: string, where: string): TemplateSettings {
  const document = parseToml(toml, where);
  const result = v.safeParse(Settings, document['template'] ?? {});
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = ['template', ...(issue.path ?? []).map(({ key }) => String(key))];
  const key = path.at(-1) ?? '';
  const known = [
    ...Object.keys(Settings.entries),
    ...Object.keys(Prompt.entries),
    ...Object.keys(Condition.entries),
  ];
  const close = issue.expected === 'never' ? nearest(key, known) : undefined;
  throw new UserError('project.configuration', {
    what:
      issue.expected === 'never'
        ? `${where} has the key ${path.join('.')}, which is unknown.`
        : `${where}: ${path.join('.')} is ${issue.received}, and should be ${issue.expected}.`,
    fix: close ? `Write ${close} instead of ${key}` : `Mend or remove ${path.join('.')} in ${where}`,
  });
}

/** Whether a CargoLambda.toml is only for the template, so that the project has no use for it. */
export function isOnlyForTemplate(toml: string, where: string): boolean {
  return Object.keys(parseToml(toml, where)).every((table) => table === 'template');
}

/** Whether the value of a variable meets a condition on a file. */
export function meets(condition: v.InferOutput<typeof Condition>, variables: Variables): boolean {
  const value = variables[condition.var];
  if (value === undefined) return false;
  return (
    (condition.match !== undefined && condition.match === value) ||
    (condition.not_match !== undefined && condition.not_match !== value)
  );
}

function parseToml(toml: string, where: string): Record<string, unknown> {
  try {
    return parse(toml);
  } catch (error) {
    throw new UserError('project.configuration', {
      what: `${where} is not TOML: ${error instanceof Error ? error.message : String(error)}`,
      fix: `Mend that line of ${where}`,
      cause: error,
    });
  }
}
