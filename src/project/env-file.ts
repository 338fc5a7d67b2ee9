/**
 * Reads the text of an environment file: `KEY=VALUE` lines, `#` comments, an optional `export `, and quotes.
 * Single quotes keep everything as it is, double quotes know \n, \t, \", \\ and may span lines; without quotes a
 * value ends at ` #`. Nothing is expanded: `$HOME` stays `$HOME`, as on AWS.
 */
export function parseEnvFile(
  text: string,
): { readonly variables: Record<string, string> } | { readonly line: number; readonly why: string } {
  const variables: Record<string, string> = {};
  // A file saved on Windows starts with a byte order mark and ends its lines with \r\n.
  const source = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  let at = 0;
  let line = 1;
  while (at < source.length) {
    const entry = readEntry(source, at);
    if (typeof entry === 'string') return { line, why: entry };
    if (entry.name !== undefined) define(variables, entry.name, entry.value);
    line += countLines(source, at, entry.end);
    at = entry.end;
  }
  return { variables };
}

interface Entry {
  readonly name?: string;
  readonly value: string;
  /** Where the next line starts. */
  readonly end: number;
}

const NAME = /[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=/y;
const NOTHING = /[ \t]*(?:#[^\n]*)?(?:\n|$)/y;
const QUOTED = /[ \t]*(?:'([^']*)'|"((?:[^"\\]|\\[\s\S])*)")[ \t]*(?:#[^\n]*)?(?:\n|$)/y;
const BARE = /([^\n]*)(?:\n|$)/y;

function readEntry(source: string, at: number): Entry | string {
  const empty = match(NOTHING, source, at);
  // At the very end the pattern matches nothing at all; that is progress only if something was taken.
  if (empty && empty.end > at) return { value: '', end: empty.end };
  const name = match(NAME, source, at);
  if (!name?.groups[0]) return 'the line is not of the form NAME=value, a comment or empty';
  if (/^[ \t]*['"]/.test(source.slice(name.end, name.end + 80))) {
    const quoted = match(QUOTED, source, name.end);
    if (!quoted) return `the quote of ${name.groups[0]} is not closed, or something follows it`;
    const value = quoted.groups[0] ?? unescaped(quoted.groups[1] ?? '');
    return { name: name.groups[0], value, end: quoted.end };
  }
  const bare = match(BARE, source, name.end);
  const value = (bare?.groups[0] ?? '').replace(/[ \t]+#.*$/, '').trim();
  return { name: name.groups[0], value, end: bare?.end ?? source.length };
}

function match(
  pattern: RegExp,
  source: string,
  at: number,
): { groups: (string | undefined)[]; end: number } | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(source);
  return found ? { groups: found.slice(1), end: pattern.lastIndex } : undefined;
}

function unescaped(text: string): string {
  const known: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
  return text.replace(/\\([\s\S])/g, (_, character: string) => known[character] ?? character);
}

function countLines(source: string, from: number, to: number): number {
  let lines = 0;
  for (let at = source.indexOf('\n', from); at !== -1 && at < to; at = source.indexOf('\n', at + 1))
    lines += 1;
  return lines;
}

/** `__proto__` is a legal name too. */
function define(variables: Record<string, string>, name: string, value: string): void {
  Object.defineProperty(variables, name, { value, enumerable: true, configurable: true, writable: true });
}
