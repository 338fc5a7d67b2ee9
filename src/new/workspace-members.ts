import { parse } from 'smol-toml';

/** What a new package is to the workspace that it lies in. */
export type Membership =
  /** A member already, by a pattern such as `functions/*`. */
  | { readonly kind: 'member' }
  /** Left out on purpose: a project of its own. */
  | { readonly kind: 'excluded' }
  /** A member once the manifest has this text. */
  | { readonly kind: 'add'; readonly manifest: string }
  /** A member once a person has written `member` into the manifest. */
  | { readonly kind: 'by hand'; readonly member: string };

/**
 * Decides for the package in `folder`, relative to the workspace's and with `/`. The text that is edited keeps
 * every comment and line; an edit that does not give exactly the old manifest and one member more is refused.
 */
export function membership(manifest: string, folder: string): Membership {
  const workspace = workspaceOf(manifest);
  const members = strings(workspace?.['members']);
  if (members.some((pattern) => matches(pattern, folder))) return { kind: 'member' };
  // cargo takes a member by its name even below an excluded folder (cargo: src/cargo/core/workspace.rs, is_excluded).
  if (strings(workspace?.['exclude']).some((excluded) => isBelow(plain(excluded), folder)))
    return { kind: 'excluded' };
  const edited = withMember(manifest, folder);
  return edited !== undefined && isOnlyOneMore(manifest, edited, folder)
    ? { kind: 'add', manifest: edited }
    : { kind: 'by hand', member: folder };
}

/** The `[workspace]` table of a manifest, or undefined when it has none or is not TOML. */
export function workspaceOf(manifest: string): Record<string, unknown> | undefined {
  try {
    const workspace = parse(manifest)['workspace'];
    return typeof workspace === 'object' ? (workspace as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function withMember(manifest: string, folder: string): string | undefined {
  const header = /^[ \t]*\[[ \t]*workspace[ \t]*\][ \t]*(?:#.*)?\r?$/m.exec(manifest);
  if (!header) return undefined;
  const start = header.index + header[0].length;
  const next = /^[ \t]*\[/m.exec(manifest.slice(start));
  const table = manifest.slice(start, next ? start + next.index : undefined);
  const key = /^[ \t]*members[ \t]*=[ \t]*\[/m.exec(table);
  const quoted = JSON.stringify(folder);
  if (!key) {
    const lineBreak = header[0].endsWith('\r') ? '\r\n' : '\n';
    const line = `members = [${quoted}]`;
    return manifest.length === start
      ? `${manifest}${lineBreak}${line}${lineBreak}`
      : `${manifest.slice(0, start)}${lineBreak}${line}${manifest.slice(start)}`;
  }
  const inside = start + key.index + key[0].length;
  const array = scanArray(manifest, inside);
  return array && insert(manifest, inside, array, quoted);
}

interface ArrayScan {
  /** Where the `]` is. */
  readonly end: number;
  /** Just behind the last element, undefined in an empty array. */
  readonly lastElement: number | undefined;
  /** Whether a comma follows the last element. */
  readonly trailingComma: boolean;
}

/** Walks over strings and comments to the `]` of the array that begins before `from`. */
function scanArray(text: string, from: number): ArrayScan | undefined {
  const token = /"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[\],]|[^\s\],"'#]+/g;
  token.lastIndex = from;
  let lastElement: number | undefined;
  let trailingComma = false;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    if (match[0] === ']') return { end: match.index, lastElement, trailingComma };
    if (match[0].startsWith('#')) continue;
    trailingComma = match[0] === ',';
    if (!trailingComma) lastElement = match.index + match[0].length;
  }
  return undefined;
}

function insert(text: string, inside: number, array: ArrayScan, quoted: string): string {
  const { lastElement, end } = array;
  const body = text.slice(inside, end);
  if (lastElement === undefined) {
    // What an empty array may hold is a comment, which ends with its line.
    const kept = body.includes('#') ? body : '';
    return `${text.slice(0, inside)}${kept}${quoted}${text.slice(end)}`;
  }
  if (!body.includes('\n')) {
    return `${text.slice(0, lastElement)}, ${quoted}${text.slice(lastElement)}`;
  }
  // A line of its own, indented as the last one is; what follows the last element, such as a comment, stays with it.
  const lineStart = text.lastIndexOf('\n', lastElement - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] || '    ';
  const lineBreak = text[lineStart - 2] === '\r' ? '\r\n' : '\n';
  const withComma = array.trailingComma ? text.slice(lastElement, end) : `,${text.slice(lastElement, end)}`;
  const line = `${indent}${quoted},`;
  return `${text.slice(0, lastElement)}${withComma.trimEnd()}${lineBreak}${line}${lineBreak}${closing(text, end)}${text.slice(end)}`;
}

/** The white space in front of the `]`, when it has a line of its own. */
function closing(text: string, end: number): string {
  const line = text.slice(text.lastIndexOf('\n', end - 1) + 1, end);
  return line.trim() === '' ? line : '';
}

function isOnlyOneMore(before: string, after: string, folder: string): boolean {
  try {
    const [old, edited] = [parse(before), parse(after)];
    const workspace = edited['workspace'] as Record<string, unknown>;
    const members = strings(workspace['members']);
    if (members.at(-1) !== folder) return false;
    const oldWorkspace = old['workspace'] as Record<string, unknown>;
    const restored = members.slice(0, -1);
    if ('members' in oldWorkspace) workspace['members'] = restored;
    else delete workspace['members'];
    return JSON.stringify(sorted(old)) === JSON.stringify(sorted(edited));
  } catch {
    return false;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** Whether cargo's pattern for members names `folder`: `*` and `?` stay within one folder, `**` does not. */
function matches(pattern: string, folder: string): boolean {
  const source = plain(pattern).replace(/\*\*\/?|\*|\?|\[!?[^\]]+\]|[^*?[]+|\[/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 1 && part.startsWith('[')) return part.replace('[!', '[^').replaceAll('\\', '\\\\');
    return part.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  });
  return new RegExp(`^${source}$`).test(folder);
}

function isBelow(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function plain(path: string): string {
  return path.replaceAll('\\', '/').replace(/^\.\//, '').replace(/\/+$/, '');
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
