import { isDeepStrictEqual } from 'node:util';
import { parse } from 'smol-toml';

/**
 * Sets one whole number in a TOML text, and leaves every other byte as it is: comments, order, spacing. Undefined when
 * the text is written in a way that this does not see through; what comes out is read again and compared.
 * @param path of the table that has the key, from the root
 */
export function withNumber(
  text: string,
  path: readonly string[],
  key: string,
  value: number,
): string | undefined {
  const wanted = withValue(parse(text) as Table, [...path, key], value);
  for (const way of [inTable, inInlineTable, newTable]) {
    const edited = way(text, path, key, value);
    if (edited !== undefined && isSame(edited, wanted)) return edited;
  }
  return undefined;
}

type Table = { [key: string]: unknown };

function withValue(table: Table, [first = '', ...rest]: readonly string[], value: number): Table {
  const inner = table[first];
  const next = rest.length === 0 ? value : withValue(isTable(inner) ? inner : {}, rest, value);
  return { ...table, [first]: next };
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSame(text: string, wanted: Table): boolean {
  try {
    return isDeepStrictEqual(plain(parse(text)), plain(wanted));
  } catch {
    return false;
  }
}

/** The parser's tables have no prototype, which strict equality would see. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one)));
}

/** `key = 1` in the table's own lines, or from a table above it with a dotted key. */
function inTable(text: string, path: readonly string[], key: string, value: number): string | undefined {
  const lines = linesOf(text);
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const table = tableAt(lines, path.slice(0, depth));
    if (!table) continue;
    const dotted = [...path.slice(depth), key];
    for (let at = table.from; at < table.to; at += 1) {
      const found = /^(\s*)([^=#]+?)(\s*=\s*)([+\d][\d_]*|0x[\da-fA-F_]+)(.*)$/s.exec(lines[at]!);
      if (!found || !isDeepStrictEqual(keyParts(found[2]!), dotted)) continue;
      const [, indent, name, equals, , rest] = found;
      lines[at] = `${indent}${name}${equals}${value}${rest}`;
      return lines.join('');
    }
  }
  const own = tableAt(lines, path);
  return own && lines.toSpliced(own.end, 0, endedLine(lines, own.end, `${key} = ${value}`)).join('');
}

/** `deploy = { memory = 1 }` on one line. */
function inInlineTable(
  text: string,
  path: readonly string[],
  key: string,
  value: number,
): string | undefined {
  const lines = linesOf(text);
  for (let depth = path.length - 1; depth >= 0; depth -= 1) {
    const table = tableAt(lines, path.slice(0, depth));
    if (!table) continue;
    for (let at = table.from; at < table.to; at += 1) {
      const found = /^(\s*[^=#]+?\s*=\s*\{)([^{}]*)(\}.*)$/s.exec(lines[at]!);
      if (!found) continue;
      const [, before, inside, after] = found;
      if (!isDeepStrictEqual(keyParts(before!.slice(0, before!.indexOf('='))), path.slice(depth))) continue;
      const has = new RegExp(`(^|,)(\\s*${key}\\s*=\\s*)[\\d_]+`).exec(inside!);
      const changed = has
        ? inside!.replace(has[0], `${has[1]}${has[2]}${value}`)
        : `${inside!.trimEnd()}${inside!.trim() === '' ? ' ' : ', '}${key} = ${value} `;
      lines[at] = `${before}${changed}${after}`;
      return lines.join('');
    }
  }
  return undefined;
}

/** A table of its own, at the end. */
function newTable(text: string, path: readonly string[], key: string, value: number): string {
  const end = lineEnd(text);
  const gap = text === '' || text.endsWith(end + end) ? '' : text.endsWith(end) ? end : end + end;
  return `${text}${gap}[${path.map(bareOrQuoted).join('.')}]${end}${key} = ${value}${end}`;
}

interface Place {
  /** The lines after its heading. */
  readonly from: number;
  readonly to: number;
  /** Behind its last line that says something. */
  readonly end: number;
}

function tableAt(lines: readonly string[], path: readonly string[]): Place | undefined {
  const heads = lines.flatMap((line, at) => {
    const found = /^\s*\[(?!\[)(.*)\]\s*(#.*)?$/.exec(line.trimEnd());
    return found || /^\s*\[\[/.test(line) ? [{ at, path: found ? keyParts(found[1]!) : undefined }] : [];
  });
  const place = (from: number, next: number | undefined): Place => {
    const to = next ?? lines.length;
    let end = to;
    while (end > from && /^\s*(#.*)?$/.test(lines[end - 1]!.trimEnd())) end -= 1;
    return { from, to, end };
  };
  if (path.length === 0) return place(0, heads[0]?.at);
  const index = heads.findIndex((head) => isDeepStrictEqual(head.path, path));
  const head = heads[index];
  return head && place(head.at + 1, heads[index + 1]?.at);
}

/** `a."b c".d` → its parts; undefined for what is no key. */
function keyParts(text: string): string[] | undefined {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const found = /^(?:([\w-]+)|"((?:[^"\\]|\\.)*)"|'([^']*)')\s*(\.\s*|$)/.exec(rest);
    if (!found) return undefined;
    parts.push(found[1] ?? found[2] ?? found[3] ?? '');
    rest = rest.slice(found[0].length);
  }
  return parts;
}

function bareOrQuoted(part: string): string {
  return /^[\w-]+$/.test(part) ? part : JSON.stringify(part);
}

/** Lines with their line ends. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function lineEnd(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function endedLine(lines: string[], at: number, line: string): string {
  const end = lineEnd(lines.join(''));
  const before = lines[at - 1];
  if (before === undefined || before.endsWith('\n')) return line + end;
  return end + line;
}
