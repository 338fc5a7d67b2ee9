import { findNodeAtLocation, type Node, type ParseError, parseTree } from 'jsonc-parser';

/** A function that VS Code may attach a debugger to. */
export interface Debuggable {
  readonly name: string;
  /** The executable, as VS Code's variables spell it: processes are found by its file name. */
  readonly program: string;
}

const EMPTY = `{
  "version": "0.2.0",
  "configurations": []
}
`;

/** The name under which VS Code shows the configuration: also how it is found again. */
export function configurationName(functionName: string): string {
  return `crablet: ${functionName}`;
}

/**
 * A `launch.json` with a configuration for each function that CodeLLDB attaches with. Everything else in it stays as
 * it is, comments too, and so does a configuration of ours that somebody changed: only a missing one is added.
 * @param text of the file; undefined when there is none
 * @returns undefined when the text is not what VS Code would take for a launch.json
 */
export function withConfigurations(
  text: string | undefined,
  functions: readonly Debuggable[],
): string | undefined {
  const before = text?.trim() ? text : EMPTY;
  const errors: ParseError[] = [];
  const root = parseTree(before, errors, { allowTrailingComma: true });
  if (errors.length > 0 || root?.type !== 'object') return undefined;
  const list = findNodeAtLocation(root, ['configurations']);
  if (list && list.type !== 'array') return undefined;
  const there = new Set(list?.children?.map((one) => findNodeAtLocation(one, ['name'])?.value as unknown));
  const missing = functions.filter(({ name }) => !there.has(configurationName(name)));
  if (missing.length === 0) return before;
  if (list) return insertFirst(before, list, missing.map(configurationText).join(',\n'), 4);
  const added = `"configurations": [\n${missing.map((one) => indented(configurationText(one), 2)).join(',\n')}\n]`;
  return insertFirst(before, root, added, 2);
}

/** The manual of CodeLLDB, "Attaching to a Running Process": without a pid it looks for the program. */
function configurationText({ name, program }: Debuggable): string {
  const configuration = { type: 'lldb', request: 'attach', name: configurationName(name), program };
  return JSON.stringify(configuration, undefined, 2);
}

/**
 * In front of the first member, as that one is indented: so nothing depends on a comma or a comment at the end.
 * @param indent of members where there is none
 */
function insertFirst(text: string, holder: Node, inserted: string, indent: number): string {
  const [first] = holder.children ?? [];
  if (!first) {
    const at = holder.offset + 1;
    const outer = ' '.repeat(indent - 2);
    return `${text.slice(0, at)}\n${indented(inserted, indent)}\n${outer}${text.slice(at)}`;
  }
  const line = text.slice(text.lastIndexOf('\n', first.offset - 1) + 1, first.offset);
  const own = /^[ \t]*$/.test(line) ? line : ' '.repeat(indent);
  const block = inserted.replaceAll('\n', `\n${own}`);
  return `${text.slice(0, first.offset)}${block},\n${own}${text.slice(first.offset)}`;
}

function indented(text: string, by: number): string {
  return text.replace(/^/gm, ' '.repeat(by));
}
