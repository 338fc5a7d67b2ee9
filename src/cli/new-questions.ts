import { UserError } from '../errors.js';
import { eventKind } from '../new/choose-kind.js';
import { ANY_JSON, EVENT_TYPES } from '../new/event-types.js';
import type { ProjectKind } from '../new/kind.js';
import type { PromptValue, TemplateSettings } from '../new/template-settings.js';
import { type CliContext, canPrompt } from './context.js';
import type { NewOptions } from './new-options.js';
import { type Prompts, terminalPrompts } from './prompts.js';

/** Whether a person answers, the defaults do, or an open question is an error. */
export type Answers = 'ask' | 'defaults' | 'refuse';

export function answersFor(context: CliContext, options: NewOptions): Answers {
  if (!options.interactive || options.default) return 'defaults';
  return canPrompt(context) ? 'ask' : 'refuse';
}

const OWN_TYPES = 'types of your own';

/** The kind of project, asked as Cargo Lambda asks it. */
export async function askKind(context: CliContext, answers: Answers, command: string): Promise<ProjectKind> {
  switch (answers) {
    case 'defaults':
      return { kind: 'basic' };
    case 'refuse':
      throw new UserError('usage.prompt-needed', {
        what: 'It is open what kind of function to make, and there is no terminal to ask in.',
        fix: `Say it: ${command} … --http, or --event-type sqs::SqsEvent, or -y for a function with types of its own`,
      });
    case 'ask':
      return kindFrom(await terminalPrompts(context));
  }
}

/** The two questions; separate, so that a test can answer them. */
async function kindFrom(prompts: Prompts): Promise<ProjectKind> {
  if (await prompts.confirm('Is this function an HTTP function?', false)) return { kind: 'http' };
  const choices = [
    { value: OWN_TYPES, hint: 'a request and a response that you define' },
    { value: ANY_JSON, hint: 'any JSON' },
    ...EVENT_TYPES.map(({ path }) => ({ value: path })),
  ];
  const type = await prompts.choose('Which event does it receive?', choices, OWN_TYPES);
  return eventKind(type === OWN_TYPES ? '' : type);
}

/** The values of a template's own questions; `given` are those that need not be asked. */
export async function askTemplate(
  context: CliContext,
  answers: Answers,
  settings: TemplateSettings,
  given: Readonly<Record<string, string>>,
): Promise<Record<string, PromptValue>> {
  const values: Record<string, PromptValue> = {};
  let prompts: Prompts | undefined;
  for (const [name, prompt] of Object.entries(settings.prompts)) {
    const text = given[name];
    if (text !== undefined) {
      values[name] =
        typeof prompt.default === 'boolean' ? text === 'true' : chosen(name, text, prompt.choices);
    } else if (answers === 'ask') {
      prompts ??= await terminalPrompts(context);
      const message = prompt.help ? `${prompt.message} (${prompt.help})` : prompt.message;
      if (typeof prompt.default === 'boolean') values[name] = await prompts.confirm(message, prompt.default);
      else if (prompt.choices) {
        values[name] = await prompts.choose(
          message,
          prompt.choices.map((value) => ({ value })),
          prompt.default,
        );
      } else values[name] = await prompts.text(message, prompt.default);
    } else if (answers === 'defaults' || prompt.default !== undefined) values[name] = prompt.default ?? '';
    else throw unanswered(name, prompt.message);
  }
  return values;
}

function chosen(name: string, value: string, choices: readonly string[] | undefined): string {
  if (choices === undefined || choices.includes(value)) return value;
  throw new UserError('usage.arguments', {
    what: `The template's variable ${name} cannot be '${value}'.`,
    fix: `Take one of: ${choices.map((choice) => `--render-var ${name}=${choice}`).join(', ')}`,
  });
}

function unanswered(name: string, message: string): UserError {
  return new UserError('usage.prompt-needed', {
    what: `The template asks '${message}', and there is no terminal to ask in.`,
    fix: `Answer it: --render-var ${name}=<value>, or -y for the template's defaults`,
  });
}
