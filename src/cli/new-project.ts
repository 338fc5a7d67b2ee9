import { basename, relative } from 'node:path';
import pc from 'picocolors';
import { EXIT, UserError } from '../errors.js';
import { builtInFiles } from '../new/built-in.js';
import { chooseKind, traced } from '../new/choose-kind.js';
import { type Created, type CreateRequest, createProject } from '../new/create.js';
import type { Names } from '../new/kind.js';
import { checkName, LONGEST_NAME } from '../new/names.js';
import { WORKSPACE_SUFFIX } from '../new/workspace-names.js';
import { openEditor } from '../process/editor.js';
import { type CliContext, note, print } from './context.js';
import type { NewOptions } from './new-options.js';
import { answersFor, askKind } from './new-questions.js';
import { templateFiles } from './new-template.js';
import { Cancelled } from './prompts.js';

export interface NewRequest {
  readonly folder: string;
  readonly mode: 'new' | 'init';
  readonly options: NewOptions;
}

/** What `new` and `init` do: settle the names and the kind, make the project, tell what was made. */
export async function makeProject(context: CliContext, request: NewRequest): Promise<void> {
  const editor = editorCommand(context, request.options);
  try {
    const made = await createProject(await createRequest(context, request));
    report(context, request.options, made);
    if (editor !== undefined) await open(context, editor, made.folder);
  } catch (error) {
    if (!(error instanceof Cancelled) && !context.interrupted.aborted) throw error;
    note(context, 'Nothing was made.');
    context.exitCode = EXIT.interrupted;
  }
}

async function createRequest(
  context: CliContext,
  { folder, mode, options }: NewRequest,
): Promise<CreateRequest> {
  const names = namesOf(folder, mode, options);
  const common = { folder, mode, interrupted: context.interrupted };
  if (options.template !== undefined) {
    const files = await templateFiles(context, options, options.template, names);
    return { ...common, makesWorkspace: false, files: async () => files };
  }
  refuseTemplateOptions(options);
  const asked =
    chooseKind(options) ?? (await askKind(context, answersFor(context, options), `crablet ${mode}`));
  const kind = options.otel ? traced(asked) : asked;
  if (kind.kind === 'workspace') checkWorkspaceName(names, mode);
  return {
    ...common,
    makesWorkspace: kind.kind === 'workspace',
    files: (place) => builtInFiles(kind, names, place),
  };
}

function namesOf(folder: string, mode: 'new' | 'init', options: NewOptions): Names {
  const project = options.name ?? basename(folder);
  checkName(project, (legal) =>
    mode === 'new' && options.name === undefined
      ? `Take a name such as: crablet new ${legal}`
      : `Give the package a name: crablet ${mode} --name ${legal}`,
  );
  const binary = options.binName ?? options.functionName;
  if (binary === undefined) return { project };
  checkName(binary, (legal) => `Give the function a name such as: --bin-name ${legal}`);
  return { project, binary };
}

function checkWorkspaceName({ project, binary }: Names, mode: 'new' | 'init'): void {
  if (binary !== undefined) {
    throw new UserError('usage.arguments', {
      what: `--bin-name ${binary} names one function, and a workspace is made with two.`,
      fix: 'Leave it out: their names begin with the name of the workspace',
    });
  }
  const most = LONGEST_NAME - WORKSPACE_SUFFIX;
  if (project.length <= most) return;
  throw new UserError('usage.arguments', {
    what: `The name '${project}' has ${project.length} characters, and its functions' names begin with it.`,
    fix: `Take one with at most ${most}: crablet ${mode} --workspace --name ${project.slice(0, most)}`,
  });
}

function refuseTemplateOptions({ renderFile, renderVar, ignoreFile }: NewOptions): void {
  const given = [
    renderFile && '--render-file',
    renderVar && '--render-var',
    ignoreFile && '--ignore-file',
  ].find((flag) => typeof flag === 'string');
  if (given === undefined) return;
  throw new UserError('usage.arguments', {
    what: `${given} is for a template of your own, and none was given.`,
    fix: `Name the template: --template <folder|zip> ${given} …`,
  });
}

function report(context: CliContext, options: NewOptions, made: Created): void {
  const path = relative(context.cwd, made.folder) || '.';
  const workspace = made.workspace?.manifest;
  if (options.output === 'json') {
    const { folder, files, kept } = made;
    print(
      context,
      JSON.stringify({ schema: 'crablet.new/1', path: folder, files, kept, workspace: workspace ?? null }),
    );
  }
  note(context, `${pc.green('Made')} ${path}`);
  for (const file of made.files) note(context, `  ${file}`);
  if (made.kept.length > 0) note(context, `Kept as they were: ${made.kept.join(', ')}`);
  noteWorkspace(context, made);
  const steps = path === '.' ? ['crablet watch'] : [`cd ${path}`, 'crablet watch'];
  const isExtension = made.files.some((file) => file.endsWith('_extension.rs'));
  const next = isExtension ? [...steps.slice(0, -1), 'crablet build --release --extension'] : steps;
  note(context, `Next: ${pc.bold(next.join(' && '))}`);
}

function noteWorkspace(context: CliContext, { workspace }: Created): void {
  if (workspace === undefined) return;
  const manifest = relative(context.cwd, workspace.manifest);
  switch (workspace.membership.kind) {
    case 'add':
      return note(context, `Added to the members in ${manifest}`);
    case 'by hand':
      return note(
        context,
        `${pc.yellow('To do')}: add ${JSON.stringify(workspace.membership.member)} to the members in ${manifest}`,
      );
    case 'member':
    case 'excluded':
      return;
  }
}

function editorCommand(context: CliContext, { open }: NewOptions): string | undefined {
  if (!open) return undefined;
  const editor = (context.env['EDITOR'] || context.env['VISUAL'])?.trim();
  if (editor) return editor;
  throw new UserError('usage.arguments', {
    what: '--open needs to know your editor, and the variable EDITOR is not set.',
    fix: 'Name it: export EDITOR="code --wait"',
  });
}

async function open(context: CliContext, editor: string, folder: string): Promise<void> {
  await openEditor(editor, folder, context.env).catch((error: Error) => {
    throw new UserError('environment.missing-tool', {
      what: `${folder} was made, but the editor '${editor}' did not open it: ${error.message}`,
      fix: 'Set EDITOR to a program that is installed, such as: export EDITOR="code --wait"',
      cause: error,
    });
  });
}
